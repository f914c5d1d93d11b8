"""Pages of policies: which answer is promised when, what a change would mean, and where each policy holds."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from huiyin.cases import policies as may
from huiyin.cases.forms import LineForm, NamesForm, PackForm, PolicyForm, RuleForms
from huiyin.cases.models import SlaPolicy
from huiyin.cases.selectors import calendars as reads
from huiyin.cases.services import promises as writes
from huiyin.cases.views.effects import effect_context
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid


@requires(may.can_read_cases)
@require_GET
def policy_detail(request: HttpRequest, key: str) -> HttpResponse:
    policy = reads.policy_named(key)
    return _page(request, policy, _policy_form(policy), RuleForms.of(policy.rules))


@requires(may.can_read_cases)
@require_GET
def policy_version(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One version as it was, to be read beside the deadlines that it made, and to be brought back."""
    policy = reads.policy_named(key)
    shown = reads.version_of(policy, version)
    sheet = RuleForms.of(shown.row.rules)
    kept = [("version", policy.version), ("calendar", shown.row.calendar_id), *sheet.pairs()]
    can_return = may.can_edit_calendars(request.user) and not shown.is_present
    context = {"policy": policy, "shown": shown, "sheet": sheet, "fields": kept, "can_return": can_return}
    return render(request, "cases/policy_version.html", context)


@requires(may.can_edit_calendars)
@require_POST
def policy_draft(request: HttpRequest, key: str) -> HttpResponse:
    """One step of editing, `add` or `up:2`; the sheet travels in the page, and nothing is stored or refused."""
    policy = reads.policy_named(key)
    said = {name: request.POST.get(name) for name in ("version", "calendar")}
    sheet = RuleForms.after(request.POST, request.POST.get("step", ""))
    return _page(request, policy, PolicyForm(initial=said), sheet, is_draft=True)


@requires(may.can_edit_calendars)
@require_POST
def policy_rules(request: HttpRequest, key: str) -> HttpResponse:
    """Other rules: shown with what they would have meant, then applied as the policy's next version."""
    user: Any = request.user
    policy = reads.policy_named(key)
    form, sheet = PolicyForm(request.POST), RuleForms.sent(request.POST)
    if not all([form.is_valid(), sheet.is_valid()]) or "edit" in request.POST:
        status = 200 if "edit" in request.POST else 400
        return _page(request, policy, form, sheet, status=status, is_draft=True)
    said = form.cleaned_data
    try:
        if "apply" not in request.POST:
            return _preview(request, policy, form, sheet)
        writes.change_rules(
            policy, sheet.rules(), calendar=said["calendar"], version=said["version"], by=user.actor
        )
    except Invalid as refusal:
        form.add_error(None, refusal.message)
        return _page(request, policy, form, sheet, status=400, is_draft=True)
    except Conflict as refusal:
        return _conflict(request, key, refusal)
    return redirect("policy_detail", key)


@requires(may.can_edit_calendars)
@require_POST
def policy_new(request: HttpRequest) -> HttpResponse:
    """One more policy, from a shipped pack."""
    user: Any = request.user
    form = PackForm(request.POST)
    if not form.is_valid():
        context = {"calendars": reads.calendars(), "policies": reads.policies(), "pack_form": form}
        return render(request, "cases/calendar_list.html", context, status=400)
    said = dict(form.cleaned_data)
    return redirect("policy_detail", writes.install_pack(said.pop("pack"), **said, by=user.actor).key)


@requires(may.can_edit_calendars)
@require_POST
def policy_names(request: HttpRequest, key: str) -> HttpResponse:
    user: Any = request.user
    policy = reads.policy_named(key)
    form = NamesForm(request.POST)
    if not form.is_valid():
        return _placing(request, policy, names_form=form)
    writes.rename(policy, **form.cleaned_data, by=user.actor)
    return redirect("policy_detail", key)


@requires(may.can_edit_calendars)
@require_POST
def policy_default(request: HttpRequest, key: str) -> HttpResponse:
    user: Any = request.user
    writes.make_default(reads.policy_named(key), by=user.actor)
    return redirect("policy_detail", key)


@requires(may.can_edit_calendars)
@require_POST
def policy_line(request: HttpRequest, key: str) -> HttpResponse:
    user: Any = request.user
    policy = reads.policy_named(key)
    form = LineForm(request.POST)
    if not form.is_valid():
        return _placing(request, policy, line_form=form)
    writes.give_line(policy, form.cleaned_data["line"], by=user.actor)
    return redirect("policy_detail", key)


@requires(may.can_edit_calendars)
@require_POST
def policy_removal(request: HttpRequest, key: str) -> HttpResponse:
    user: Any = request.user
    policy = reads.policy_named(key)
    try:
        writes.remove(policy, by=user.actor)
    except Conflict as refusal:
        return _conflict(request, key, refusal)
    return redirect("calendar_list")


def _page(
    request: HttpRequest,
    policy: SlaPolicy,
    form: PolicyForm,
    sheet: RuleForms,
    *,
    status: int = 200,
    **given: Any,
) -> HttpResponse:
    context = {
        "policy": policy,
        "can_edit": may.can_edit_calendars(request.user),
        "form": form,
        "sheet": sheet,
        "versions": reads.versions_of(policy),
        "line_form": LineForm(initial={"line": policy.line_id}),
        "names_form": NamesForm(initial={"name_zh": policy.name_zh, "name_en": policy.name_en}),
        **given,
    }
    return render(request, "cases/policy_detail.html", context, status=status)


def _preview(request: HttpRequest, policy: SlaPolicy, form: PolicyForm, sheet: RuleForms) -> HttpResponse:
    said = form.cleaned_data
    rules = sheet.rules()
    effect = writes.preview_rules(policy, rules, calendar=said["calendar"])
    kept = [("version", said["version"]), ("calendar", said["calendar"].pk), *sheet.pairs()]
    context = {
        "policy": policy,
        "changes": reads.changes_to(policy, rules, calendar=said["calendar"]),
        "fields": kept,
        **effect_context(effect),
    }
    return render(request, "cases/policy_preview.html", context)


def _policy_form(policy: SlaPolicy) -> PolicyForm:
    return PolicyForm(initial={"version": policy.version, "calendar": policy.calendar_id})


def _placing(request: HttpRequest, policy: SlaPolicy, **given: Any) -> HttpResponse:
    """The page again, with what was wrong about where it holds or what it is called."""
    sheet = RuleForms.of(policy.rules)
    return _page(request, policy, _policy_form(policy), sheet, status=400, **given)


def _conflict(request: HttpRequest, key: str, refusal: Conflict) -> HttpResponse:
    """What stands now, and why nothing was done; rules may have come and gone, so nothing is carried over."""
    policy = reads.policy_named(key)
    sheet = RuleForms.of(policy.rules)
    return _page(request, policy, _policy_form(policy), sheet, conflict=refusal.message, status=409)
