"""Policies are edited here: their rules, and which of them holds where. Running clocks keep what was promised."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import BusinessLine
from huiyin.cases import events, packs, worktime
from huiyin.cases.models import Calendar, Clock, PolicyVersion, SlaPolicy
from huiyin.cases.selectors import rulebook
from huiyin.cases.services.calendars import PREVIEWED, Effect, due_by, move
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid


def preview_rules(
    policy: SlaPolicy,
    rules: Sequence[Mapping[str, Any]],
    *,
    calendar: Calendar,
    at: datetime | None = None,
) -> Effect:
    """Which running deadlines of this policy would be others, had these rules held when they began.

    Stores nothing, and moves nothing even when applied: it shows what a change means by cases one knows.
    Refuses like `change_rules`.
    """
    read, at = _read(rules, calendar), at or clock.now()
    running = Clock.objects.filter(policy=policy, status__in=[Clock.Status.RUNNING, Clock.Status.PAUSED])
    nearest = running.select_related("case__contact", "case__product").defer("trace").order_by("due_at", "id")
    looked_at, moves = 0, []
    for each in nearest[:PREVIEWED]:
        looked_at += 1
        due_at = _due_under(each, read, calendar)
        if due_at != each.due_at:
            moves.append(move(each, due_at, at))
    return Effect(tuple(moves), looked_at, running.count() if looked_at == PREVIEWED else looked_at)


@transaction.atomic
def install_pack(
    pack_key: str, *, name_zh: str = "", name_en: str = "", calendar: Calendar, by: Actor
) -> SlaPolicy:
    """One more policy with the rules of a shipped pack; it holds nowhere yet. Events: policy.added.

    Refuses a pack that is not shipped.
    """
    pack = next((pack for pack in packs.PACKS if pack.key == pack_key), None)
    if pack is None:
        raise Invalid("pack_unknown", _("Please choose one of the packs."), field="pack")
    made = SlaPolicy(
        key=_free_key(pack.key), calendar=calendar, rules=[rule.to_json() for rule in pack.rules]
    )
    made.name_zh, made.name_en = name_zh or pack.name_zh, name_en or pack.name_en
    made.save(force_insert=True)
    _keep(made, by=by)
    transaction.on_commit(rulebook.forget_rulebook)
    journal.publish(events.PolicyAdded(subject=str(made.id), pack=pack.key), by=by)
    return made


@transaction.atomic
def remove(policy: SlaPolicy, *, by: Actor) -> None:
    """Take a policy away that has promised nothing. Events: policy.removed.

    Refuses the default, one that a business line has, and one that a deadline was made by.
    """
    held = SlaPolicy.objects.select_for_update().get(id=policy.id)
    if held.is_default or held.line_id:
        raise Conflict("policy_in_force", _("This policy is in force. Let another one hold there first."))
    if Clock.objects.filter(policy=held).exists():
        message = _("Deadlines were made by this policy, so it stays for their explanation.")
        raise Conflict("policy_has_deadlines", message)
    journal.publish(events.PolicyRemoved(subject=str(held.id), key=held.key), by=by)
    held.delete()
    transaction.on_commit(rulebook.forget_rulebook)


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
    _keep_former(held)
    held.calendar = calendar or held.calendar
    held.rules = [rule.to_json() for rule in _read(rules, held.calendar)]
    return _save(held, by=by)


@transaction.atomic
def rename(policy: SlaPolicy, *, name_zh: str, name_en: str, by: Actor) -> SlaPolicy:
    """Call a policy otherwise. Refuses an empty name. Events: policy.changed."""
    if not (name_zh.strip() and name_en.strip()):
        raise Invalid("name_missing", _("A policy needs a name in both languages."), field="name_zh")
    held = SlaPolicy.objects.select_for_update().get(id=policy.id)
    held.name_zh, held.name_en = name_zh.strip(), name_en.strip()
    held.save(update_fields=["name_zh", "name_en"])
    transaction.on_commit(rulebook.forget_rulebook)
    journal.publish(events.PolicyChanged(subject=str(held.id), version=held.version), by=by)
    return held


@transaction.atomic
def make_default(policy: SlaPolicy, *, by: Actor) -> SlaPolicy:
    """Let a policy hold wherever a business line has none of its own. Events: policy.changed."""
    held = SlaPolicy.objects.select_for_update().get(id=policy.id)
    if held.is_default:
        return held
    SlaPolicy.objects.filter(is_default=True).update(is_default=False)
    held.is_default = True
    return _placed(held, by=by)


@transaction.atomic
def give_line(policy: SlaPolicy, line: BusinessLine | None, *, by: Actor) -> SlaPolicy:
    """Let a policy hold for one business line, or for none in particular. Events: policy.changed."""
    held = SlaPolicy.objects.select_for_update().get(id=policy.id)
    if line is not None:
        SlaPolicy.objects.filter(line=line).exclude(id=held.id).update(line=None)
    held.line = line
    return _placed(held, by=by)


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
    _keep(policy, by=by)
    return _told(policy, by=by)


def _placed(policy: SlaPolicy, *, by: Actor) -> SlaPolicy:
    """Where a policy holds is no part of what it promises, so its version stays."""
    policy.save(update_fields=["line", "is_default"])
    return _told(policy, by=by)


def _told(policy: SlaPolicy, *, by: Actor) -> SlaPolicy:
    transaction.on_commit(rulebook.forget_rulebook)
    journal.publish(events.PolicyChanged(subject=str(policy.id), version=policy.version), by=by)
    return policy


def _keep(policy: SlaPolicy, *, by: Actor) -> None:
    PolicyVersion.objects.create(
        policy=policy,
        version=policy.version,
        calendar=policy.calendar,
        rules=policy.rules,
        author_id=UUID(by.id) if by.kind == "user" else None,
        made_at=clock.now(),
    )


def _keep_former(policy: SlaPolicy) -> None:
    """A version that was made before histories were kept joins them, without its hour."""
    known = {"calendar": policy.calendar, "rules": policy.rules}
    PolicyVersion.objects.get_or_create(policy=policy, version=policy.version, defaults=known)


def _free_key(wanted: str) -> str:
    taken = set(SlaPolicy.objects.filter(key__startswith=wanted).values_list("key", flat=True))
    keys = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(key for key in keys if key not in taken)


def _due_under(each: Clock, rules: Sequence[packs.Rule], calendar: Calendar) -> datetime | None:
    """When this clock would be due by these rules; None when they promise nothing of its kind."""
    case = each.case
    targets = packs.choose(
        rules,
        kind=case.kind,
        priority=case.priority,
        product=case.product.key if case.product else "",
        tier=case.contact.tier,
        level=case.level,
    )
    target = targets.target(each.kind)
    if target is None:
        return None
    counted_by = rulebook.rulebook().calendar_by(calendar, targets.hours)
    return due_by(each, rulebook.hours_of(counted_by), int(target.total_seconds()))


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
