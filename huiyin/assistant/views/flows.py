"""Guided flows on the help centre: which there are, beginning one, and the answer to its present step."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts.selectors.sites import visitor_of
from huiyin.assistant import selectors, services
from huiyin.assistant.flow_words import ERRORS
from huiyin.assistant.flowing.engine import Unfit
from huiyin.assistant.forms import AskForm
from huiyin.assistant.models import Dialogue, FlowRun
from huiyin.assistant.selectors import flows as known
from huiyin.assistant.services import flow_runs
from huiyin.assistant.views import talk
from huiyin.cases import remembered
from huiyin.cases import selectors as cases
from huiyin.core import i18n, limits
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict


@require_GET
def flow_offers(request: HttpRequest) -> HttpResponse:
    """Every flow that the help centre lists, in the reader's language."""
    return render(request, "assistant/flow_offers.html", {"flows": known.offered(i18n.short())})


@require_http_methods(["GET", "HEAD", "POST"])
def flow_begin(request: HttpRequest, key: str) -> HttpResponse:
    """What the flow is about; begun on a press, in the talk that is open or in a new one."""
    flow = known.offered_flow(key)
    if request.method != "POST":
        return render(request, "assistant/flow_begin.html", {"flow": flow})
    limits.spend("assistant.address", limits.client(request))
    dialogue = _open_dialogue(request, flow.lang)
    run = flow_runs.begin(flow, dialogue, by=_by(dialogue))
    return _back(request, run)


@require_POST
def flow_step(request: HttpRequest) -> HttpResponse:
    """The visitor's answer to the present step. A page that is too old only shows where they are."""
    limits.spend("assistant.address", limits.client(request))
    dialogue = selectors.dialogue_of(request.session.get(talk.SLOT, ""))
    run = known.run_of(dialogue) if dialogue else None
    if run is None or str(run.id) != request.POST.get("run"):
        return redirect("assistant_home")
    try:
        return _back(request, _answered(request, run))
    except Unfit as unfit:
        return talk.show(request, AskForm(), flow=_with_errors(request, run, unfit), status=400)
    except Conflict:
        return redirect("assistant_home")


def _answered(request: HttpRequest, run: FlowRun) -> FlowRun:
    given, by = request.POST, _by(run.dialogue)
    revision = int(given.get("revision", "0")) if given.get("revision", "").isdecimal() else 0
    if "helped" in given:
        return flow_runs.finish(run, helped=given["helped"] == "yes", revision=revision, by=by)
    if "option" in given:
        number = int(given["option"]) if given["option"].isdecimal() else -1
        return flow_runs.choose(run, number, revision=revision, by=by)
    values = {name.removeprefix("field-"): str(value) for name, value in given.items()}
    return flow_runs.fill(run, values, revision=revision, by=by)


def _with_errors(request: HttpRequest, run: FlowRun, unfit: Unfit) -> dict[str, Any] | None:
    """The step again, with what was typed and what is wrong with it."""
    step = known.present_step(run.dialogue)
    if step is None:
        return None
    for field in step["fields"]:
        field["value"] = request.POST.get(f"field-{field['key']}", "")
        code = unfit.errors.get(field["key"], "")
        field["error"] = ERRORS.get(code, "")
    return {**step, "error": ERRORS.get(unfit.errors.get("", ""), "")}


def _open_dialogue(request: HttpRequest, lang: str) -> Dialogue:
    """The talk of this browser while it is open, else a new one."""
    dialogue = selectors.dialogue_of(request.session.get(talk.SLOT, ""))
    if dialogue is not None and dialogue.is_open and dialogue.lang == lang:
        return dialogue
    contact = visitor_of(request.session, request.user)
    begun = services.begin(lang=lang, contact=contact, by=contact.actor if contact else talk.VISITOR)
    request.session[talk.SLOT] = str(begun.id)
    return begun


def _by(dialogue: Dialogue) -> Actor:
    return dialogue.contact.actor if dialogue.contact else talk.VISITOR


def _back(request: HttpRequest, run: FlowRun) -> HttpResponse:
    """To the talk; what became a request stands among this browser's own."""
    handoff = known.handoff_in(run.dialogue)
    if handoff is not None:
        remembered.remember(request.session, cases.follow_key(handoff.case))
    return redirect(f"{reverse('assistant_home')}#last")
