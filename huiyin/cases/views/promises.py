"""Pages of policies: which answer is promised when, and where each policy holds."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from huiyin.cases import clock_words
from huiyin.cases import policies as may
from huiyin.cases.forms import LineForm, PolicyForm, RuleForm
from huiyin.cases.models import SlaPolicy
from huiyin.cases.selectors import calendars as reads
from huiyin.cases.services import promises as writes
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid


@requires(may.can_read_cases)
@require_GET
def policy_detail(request: HttpRequest, key: str) -> HttpResponse:
    policy = reads.policy_named(key)
    return _page(request, policy, _policy_form(policy), _rule_forms(policy))


@requires(may.can_edit_calendars)
@require_POST
def policy_rules(request: HttpRequest, key: str) -> HttpResponse:
    """Other targets as the policy's next version; cases that open from now on are promised these."""
    user: Any = request.user
    policy = reads.policy_named(key)
    form, rules = PolicyForm(request.POST), _rule_forms(policy, request.POST)
    if not all([form.is_valid(), *(each.is_valid() for each in rules)]):
        return _page(request, policy, form, rules, status=400)
    said = form.cleaned_data
    changed = [{**rule, **each.cleaned_data} for rule, each in zip(policy.rules, rules, strict=True)]
    try:
        writes.change_rules(
            policy, changed, calendar=said["calendar"], version=said["version"], by=user.actor
        )
    except Invalid as refusal:
        form.add_error(None, refusal.message)
        return _page(request, policy, form, rules, status=400)
    except Conflict as refusal:
        return _conflict(request, key, refusal)
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
        rules = _rule_forms(policy)
        return _page(request, policy, _policy_form(policy), rules, line_form=form, status=400)
    writes.give_line(policy, form.cleaned_data["line"], by=user.actor)
    return redirect("policy_detail", key)


def _page(
    request: HttpRequest,
    policy: SlaPolicy,
    form: PolicyForm,
    rules: list[RuleForm],
    *,
    status: int = 200,
    **given: Any,
) -> HttpResponse:
    context = {
        "policy": policy,
        "can_edit": may.can_edit_calendars(request.user),
        "form": form,
        "rows": _rows(policy, rules),
        "line_form": LineForm(initial={"line": policy.line_id}),
        **given,
    }
    return render(request, "cases/policy_detail.html", context, status=status)


def _rows(policy: SlaPolicy, rules: list[RuleForm]) -> list[dict[str, Any]]:
    """Each rule in words, beside the form that changes it."""
    return [
        {
            "name": clock_words.rule_words(rule["key"]),
            "conditions": clock_words.condition_words(rule.get("when", {})),
            "form": form,
        }
        for rule, form in zip(policy.rules, rules, strict=True)
    ]


def _policy_form(policy: SlaPolicy) -> PolicyForm:
    return PolicyForm(initial={"version": policy.version, "calendar": policy.calendar_id})


def _rule_forms(policy: SlaPolicy, data: Any = None) -> list[RuleForm]:
    return [
        RuleForm(data, prefix=f"rule-{place}", initial=rule, auto_id=f"id_%s_{policy.key}")
        for place, rule in enumerate(policy.rules)
    ]


def _conflict(request: HttpRequest, key: str, refusal: Conflict) -> HttpResponse:
    """What stands now, and why nothing was saved; rules may have come and gone, so nothing is carried over."""
    policy = reads.policy_named(key)
    forms = _policy_form(policy), _rule_forms(policy)
    return _page(request, policy, *forms, conflict=refusal.message, status=409)
