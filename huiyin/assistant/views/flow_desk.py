"""Guided flows on the desk: the list, the editor with its steps, publishing, versions, and trying a draft."""

from collections.abc import Callable
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.assistant import policies
from huiyin.assistant.flow_words import ERRORS, PROBLEMS
from huiyin.assistant.flowing import reading, steps
from huiyin.assistant.flowing.engine import Unfit
from huiyin.assistant.forms import FlowDetailsForm, FlowFileForm, FlowForm
from huiyin.assistant.models import Flow
from huiyin.assistant.selectors import flow_desk
from huiyin.assistant.selectors import flows as known
from huiyin.assistant.services import flow_trials, flows
from huiyin.core import toasts
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid, NotFound, Refusal

writes = requires(policies.can_write_flows)
SALT = "huiyin.assistant.trial"
HOUR = 3600


@writes
@require_http_methods(["GET", "HEAD", "POST"])
def flow_list(request: HttpRequest) -> HttpResponse:
    form = FlowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            flow = flows.create(**form.cleaned_data, by=_user(request))
        except (Invalid, Conflict) as refusal:
            form.add_error(refusal.data.get("field"), str(refusal.message))
        else:
            return redirect("flow_detail", flow.key)
    context = {**list_context(request), "form": form, "file_form": FlowFileForm()}
    return render(request, "assistant/flow_list.html", context, status=400 if form.errors else 200)


def list_context(request: HttpRequest) -> dict[str, Any]:
    """The flows, and what this person may do besides."""
    return {
        "lines": known.lines(request.user),
        "can_open_doors": policies.can_open_doors(request.user),
    }


@writes
@require_http_methods(["GET", "HEAD", "POST"])
def flow_detail(request: HttpRequest, key: str) -> HttpResponse:
    """The editor; a POST keeps title, summary, words and place."""
    flow = known.flow_for(request.user, key)
    form = FlowDetailsForm(request.POST or None, initial=FlowDetailsForm.initial_of(flow))
    if request.method == "POST" and form.is_valid():
        try:
            flows.describe(flow, form.values(), edition=edition_of(request), by=_user(request))
        except (Invalid, Conflict) as refusal:
            form.add_error(refusal.data.get("field"), str(refusal.message))
        else:
            return _kept(request, flow)
    context = {**flow_desk.editor(flow), "form": form, "file_form": FlowFileForm()}
    return render(request, "assistant/flow_detail.html", context, status=400 if form.errors else 200)


@writes
@require_POST
def flow_steps(request: HttpRequest, key: str) -> HttpResponse:
    """A new step, opened for writing."""
    flow = known.flow_for(request.user, key)
    kind, after = request.POST.get("kind", ""), request.POST.get("after", "")
    try:
        _flow, id = flows.add(flow, kind, after=after, edition=edition_of(request), by=_user(request))
    except Refusal as refusal:
        return _told(request, flow, refusal)
    return redirect("flow_step_edit", flow.key, id)


@writes
@require_http_methods(["GET", "HEAD", "POST"])
def flow_step_edit(request: HttpRequest, key: str, step_id: str) -> HttpResponse:
    flow = known.flow_for(request.user, key)
    step = known.draft_of(flow).find(step_id)
    if step is None:
        raise NotFound("step_absent", "")
    error = ""
    if request.method == "POST":
        try:
            raw = reading.step_from(flow_desk.kind_of(step), step_id, dict(request.POST.lists()))
            step = flows.step_from(raw)
            flows.write(flow, step, edition=edition_of(request), by=_user(request))
        except (Invalid, Conflict) as refusal:
            error = str(refusal.message)
        else:
            return _kept(request, flow, step_id if "stay" in request.POST else "")
    context = {**flow_desk.step_form(flow, step), "error": error}
    return render(request, "assistant/flow_step_edit.html", context, status=400 if error else 200)


@writes
@require_POST
def flow_step_place(request: HttpRequest, key: str, step_id: str) -> HttpResponse:
    by_places = -1 if request.POST.get("to") == "up" else 1
    return _acted(
        request,
        key,
        lambda flow, edition, by: flows.move(flow, step_id, by_places=by_places, edition=edition, by=by),
    )


@writes
@require_POST
def flow_step_removal(request: HttpRequest, key: str, step_id: str) -> HttpResponse:
    return _acted(request, key, lambda flow, edition, by: flows.remove(flow, step_id, edition=edition, by=by))


@writes
@require_POST
def flow_publication(request: HttpRequest, key: str) -> HttpResponse:
    return _acted(request, key, lambda flow, edition, by: flows.publish(flow, edition=edition, by=by))


@writes
@require_POST
def flow_withdrawal(request: HttpRequest, key: str) -> HttpResponse:
    return _acted(request, key, lambda flow, _edition, by: flows.withdraw(flow, by=by))


@writes
@require_POST
def flow_return(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """An older version again."""
    return _acted(
        request, key, lambda flow, _edition, by: flows.take_back(known.version_of(flow, version), by=by)
    )


@writes
@require_http_methods(["GET", "HEAD", "POST"])
def flow_trial(request: HttpRequest, key: str) -> HttpResponse:
    """The draft as a user would walk it; how far one has come travels with the page, signed."""
    flow = known.flow_for(request.user, key)
    document = known.draft_of(flow)
    unfit = Unfit({})
    trial = _trial(request) if request.method == "POST" else flow_trials.begin(document)
    if request.method == "POST":
        try:
            trial = flow_trials.answer(document, trial, request.POST.dict())
        except Unfit as wrong:
            unfit = wrong
    context = {"flow": flow, "trial": trial, "ended": PROBLEMS.get(trial.ended, ""), "state": _signed(trial)}
    context["step"] = _step(document, trial, unfit, request)
    return render(request, "assistant/flow_trial.html", context, status=400 if unfit.errors else 200)


def _step(
    document: steps.Document, trial: flow_trials.Trial, unfit: Unfit, request: HttpRequest
) -> dict[str, Any] | None:
    step = document.find(trial.step)
    if step is None or trial.ended:
        return None
    shown = known.step_on_page(step)
    for field in shown["fields"]:
        field["value"] = request.POST.get(f"field-{field['key']}", "") if unfit.errors else ""
        field["error"] = ERRORS.get(unfit.errors.get(field["key"], ""), "")
    return {**shown, "error": ERRORS.get(unfit.errors.get("", ""), "")}


def _trial(request: HttpRequest) -> flow_trials.Trial:
    try:
        step, answers, log = signing.loads(request.POST.get("state", ""), salt=SALT, max_age=HOUR)
    except signing.BadSignature as problem:
        raise Invalid("trial_over", _("This trial is over. Please begin again.")) from problem
    return flow_trials.Trial(step, answers, tuple((who, said) for who, said in log))


def _signed(trial: flow_trials.Trial) -> str:
    return signing.dumps([trial.step, dict(trial.answers), trial.log], salt=SALT, compress=True)


def _acted(request: HttpRequest, key: str, act: Callable[[Flow, int, Any], Any]) -> HttpResponse:
    flow = known.flow_for(request.user, key)
    try:
        act(flow, edition_of(request), _user(request))
    except (Invalid, Conflict) as refusal:
        return _told(request, flow, refusal)
    return _kept(request, flow)


def _kept(request: HttpRequest, flow: Flow, step_id: str = "") -> HttpResponse:
    toasts.tell(request, _("Saved."), tone="good")
    return redirect("flow_step_edit", flow.key, step_id) if step_id else redirect("flow_detail", flow.key)


def _told(request: HttpRequest, flow: Flow, refusal: Refusal) -> HttpResponse:
    toasts.tell(request, str(refusal.message), tone="breach")
    return redirect("flow_detail", flow.key)


def edition_of(request: HttpRequest) -> int:
    """The edition that the page was made from; 0, which none has, when it says none."""
    sent = request.POST.get("edition", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0


def _user(request: HttpRequest) -> Any:
    return request.user
