"""Policies are edited here: their rules, and which of them holds where. Running clocks keep what was promised."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import BusinessLine
from huiyin.cases import events, packs, worktime
from huiyin.cases.models import Calendar, SlaPolicy
from huiyin.cases.selectors import rulebook
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid


@transaction.atomic
def change_rules(
    policy: SlaPolicy,
    rules: Sequence[Mapping[str, Any]],
    *,
    calendar: Calendar | None = None,
    version: int,
    by: Actor,
) -> SlaPolicy:
    """Give a policy other rules, and another calendar if named; cases that open from now on are promised these.

    Refuses a stale version, rules that cannot be meant or leave a case without a promise, and targets that the
    calendar can never reach. Events: policy.changed.
    """
    held = _hold(policy, version)
    held.calendar = calendar or held.calendar
    held.rules = [rule.to_json() for rule in _read(rules, held.calendar)]
    return _save(held, by=by)


@transaction.atomic
def make_default(policy: SlaPolicy, *, by: Actor) -> SlaPolicy:
    """Let a policy hold wherever a business line has none of its own. Events: policy.changed."""
    held = SlaPolicy.objects.select_for_update().get(id=policy.id)
    if held.is_default:
        return held
    SlaPolicy.objects.filter(is_default=True).update(is_default=False)
    held.is_default = True
    return _save(held, by=by)


@transaction.atomic
def give_line(policy: SlaPolicy, line: BusinessLine | None, *, by: Actor) -> SlaPolicy:
    """Let a policy hold for one business line, or for none in particular. Events: policy.changed."""
    held = SlaPolicy.objects.select_for_update().get(id=policy.id)
    if line is not None:
        SlaPolicy.objects.filter(line=line).exclude(id=held.id).update(line=None)
    held.line = line
    return _save(held, by=by)


def _hold(policy: SlaPolicy, version: int) -> SlaPolicy:
    held = SlaPolicy.objects.select_for_update(of=("self",)).select_related("calendar").get(id=policy.id)
    if held.version != version:
        raise Conflict(
            "policy_changed",
            _("Somebody changed this policy meanwhile. Please look at it and save again."),
            current=held.version,
        )
    return held


def _save(policy: SlaPolicy, *, by: Actor) -> SlaPolicy:
    policy.version += 1
    policy.save()
    transaction.on_commit(rulebook.forget_rulebook)
    journal.publish(events.PolicyChanged(subject=str(policy.id), version=policy.version), by=by)
    return policy


def _read(rules: Sequence[Mapping[str, Any]], calendar: Calendar) -> tuple[packs.Rule, ...]:
    try:
        read = packs.read(rules)
    except packs.RuleFault as fault:
        raise Invalid(fault.code, _words(fault), field="rules") from fault
    counted = [rule for rule in read if rule.hours is packs.Hours.SERVICE]
    targets = [rule.target(name) or timedelta() for rule in counted for name in packs.TARGETS]
    start = [worktime.ClockEvent(worktime.EventKind.STARTED, clock.now())]
    try:
        worktime.deadline(start, rulebook.hours_of(calendar), max(targets, default=timedelta()))
    except worktime.NoOpenTime:
        raise Invalid(
            "target_never_due",
            _("With these hours the longest promise would never be due. Please shorten it."),
            field="rules",
        ) from None
    return read


def _words(fault: packs.RuleFault) -> str:
    sentences = {
        "rule_without_key": _("Each rule needs a name."),
        "rule_doubled": _("Two rules are called “%(value)s”."),
        "no_rule_for_the_rest": _(
            "One rule must hold for all that no other names: leave its conditions empty."
        ),
        "field_unknown": _("A rule cannot ask for “%(value)s”."),
        "value_unknown": _("This condition has no or an unknown value: %(value)s."),
        "target_out_of_range": _("“%(value)s” is not a time from 0 seconds to ten years."),
        "hours_unknown": _("Hours are “always” or “service”, not “%(value)s”."),
    }
    return sentences[fault.code] % {"value": fault.value}
