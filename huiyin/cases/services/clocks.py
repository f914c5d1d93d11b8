"""The clocks of a case: begun, paused, resumed, met, moved; each change appends an event and recounts.

Everything here works on a case row that the caller holds and saves, and answers the facts that the caller
publishes. A clock row is written by compare-and-set on its version, so that the ticker and a person never
both act on one state.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.cases import events, packs, worktime
from huiyin.cases.models import Calendar, Case, Clock
from huiyin.cases.selectors.rulebook import Policy, hours_in, rulebook
from huiyin.cases.worktime import EventKind, State
from huiyin.core import journal
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict
from huiyin.core.facts import Event
from huiyin.privacy import selectors as privacy

AT_INTAKE = (Clock.Kind.FIRST_RESPONSE, Clock.Kind.RESOLUTION)
_SELF = ("self",)
WRITTEN = (
    "status",
    "target_seconds",
    "reason",
    "policy_id",
    "policy_version",
    "calendar_id",
    "calendar_version",
    "events",
    "trace",
    "due_at",
    "warn_at",
    "warned_at",
    "breached_at",
    "ended_at",
)


def plan(case: Case, *, at: datetime, tier: str = "") -> list[Clock]:
    """The clocks of a new case, not yet stored; sets when the case is due next. No policy, no clocks."""
    planned = _begun(case, AT_INTAKE, at=at, tier=tier)
    reflect(case, planned)
    return planned


def started(clock: Clock) -> events.ClockStarted:
    """The fact that a stored clock runs."""
    return events.ClockStarted(**_about(clock), due_at=_text(clock.due_at))


def start(case: Case, kinds: Iterable[str], *, at: datetime) -> list[Event]:
    """Begin clocks of these kinds; a kind that is still owed keeps the clock it has. Facts: clock.started."""
    owed = _open(case)
    missing = [kind for kind in kinds if kind not in {clock.kind for clock in owed}]
    begun = _begun(case, missing, at=at, tier=privacy.service_tier(case.contact)) if missing else []
    Clock.objects.bulk_create(begun)
    reflect(case, [*owed, *begun])
    return [started(clock) for clock in begun]


def pause(case: Case, *, reason: str, at: datetime) -> list[Event]:
    """Stop counting while somebody else has the word. Facts: clock.paused, or clock.breached if too late."""
    return _pass_on(case, EventKind.PAUSED, {Clock.Status.RUNNING}, why=reason, at=at)


def resume(case: Case, *, at: datetime) -> list[Event]:
    """Count on with what remained. Facts: clock.resumed."""
    return _pass_on(case, EventKind.RESUMED, {Clock.Status.PAUSED}, at=at)


def meet(case: Case, kinds: Iterable[str], *, at: datetime) -> list[Event]:
    """The promise is done, in time or not. Facts: clock.met, or clock.breached if nobody had noticed."""
    return _pass_on(case, EventKind.STOPPED, set(Clock.Status), kinds=set(kinds), at=at)


def cancel(case: Case, *, at: datetime) -> list[Event]:
    """The promise is not needed any more; a missed one stays missed. Facts: clock.cancelled."""
    owed, facts = _open(case), []
    for clock in owed:
        facts += _cancelled(clock, at)
    reflect(case, [clock for clock in owed if clock.ended_at is None])
    return facts


def retarget(case: Case, *, at: datetime) -> list[Event]:
    """Choose the promises anew after kind, priority, product or level changed; what was counted stays.

    Facts: clock.moved for each deadline that moved, clock.breached for one that is past by the new promise.
    """
    owed, facts = _open(case), []
    policy = _policy_of(case)
    if policy is None:
        return []
    targets = _targets(policy, case, privacy.service_tier(case.contact))
    for clock in owed:
        target = targets.target(clock.kind)
        if target is not None and clock.status != Clock.Status.BREACHED:
            facts += _aimed(clock, policy, targets, target, at)
    reflect(case, owed)
    return facts


def recount_all(ids: Iterable[UUID], *, at: datetime) -> int:
    """Count open clocks by the present version of their calendars; their cases are held. Publishes.

    A missed promise stays missed; it only learns the version, so that it is not asked again.
    """
    rows = list(
        Clock.objects.open().filter(id__in=list(ids)).select_related("calendar").select_for_update(of=_SELF)
    )
    facts: list[Event] = []
    for clock in rows:
        clock.calendar_version = clock.calendar.version
        if clock.status == Clock.Status.BREACHED:
            write(clock)
        else:
            facts += _moved(clock, at)
    _reflect_all({clock.case_id for clock in rows})
    journal.publish_all(facts, by=SYSTEM, at=at)
    return len(rows)


def hold_cases(numbers: set[int]) -> set[int]:
    """Lock these cases, in one order for all; those that somebody holds at the moment are left out."""
    skip = connection.features.has_select_for_update_skip_locked
    cases = Case.objects.filter(number__in=numbers).order_by("number")
    return set(cases.select_for_update(skip_locked=skip).values_list("number", flat=True))


def reflect(case: Case, owed: Sequence[Clock]) -> None:
    """Copy onto the case what its lists sort and colour by; the caller saves the case."""
    pending = [clock for clock in owed if clock.ended_at is None and clock.due_at is not None]
    nearest = min(pending, key=lambda clock: clock.due_at, default=None)  # type: ignore[arg-type,return-value]
    case.next_due_at = nearest.due_at if nearest else None
    case.next_due_kind = nearest.kind if nearest else ""
    case.is_breached = any(c.status == Clock.Status.BREACHED and c.ended_at is None for c in owed)


def _reflect_all(numbers: set[int]) -> None:
    owed: dict[int, list[Clock]] = {number: [] for number in numbers}
    for clock in Clock.objects.open().filter(case_id__in=numbers).defer("trace", "events"):
        owed[clock.case_id].append(clock)
    for case in Case.objects.filter(number__in=numbers).only("next_due_at", "next_due_kind", "is_breached"):
        reflect(case, owed[case.number])
        case.save(update_fields=["next_due_at", "next_due_kind", "is_breached"])


def write(clock: Clock) -> None:
    """Compare-and-set. Refuses when somebody else wrote the clock since it was read."""
    values: dict[str, Any] = {name: getattr(clock, name) for name in WRITTEN}
    rows = Clock.objects.filter(id=clock.id, version=clock.version)
    if not rows.update(**values, version=F("version") + 1):
        raise Conflict("clock_changed", _("This deadline was changed in the same moment. Please try again."))
    clock.version += 1


def _open(case: Case) -> list[Clock]:
    return list(Clock.objects.open().filter(case_id=case.number).select_for_update().order_by("id"))


def _pass_on(
    case: Case,
    kind: EventKind,
    states: set[Any],
    *,
    kinds: set[str] | None = None,
    why: str = "",
    at: datetime,
) -> list[Event]:
    owed, facts = _open(case), []
    for clock in owed:
        if clock.status in states and (kinds is None or clock.kind in kinds):
            facts += _logged(clock, kind, why, at)
    reflect(case, owed)
    return facts


def _logged(clock: Clock, kind: EventKind, why: str, at: datetime) -> list[Event]:
    """Append one event, recount, judge, write; the fact tells what came of it."""
    before = clock.status
    clock.events = [*clock.events, worktime.ClockEvent(kind, at, why).to_json()]
    found = _count(clock)
    _judge(clock, found, at)
    write(clock)
    if before == Clock.Status.BREACHED:
        return []
    if clock.status == Clock.Status.BREACHED:
        return [events.ClockBreached(**_about(clock), due_at=_text(clock.due_at))]
    if clock.status == Clock.Status.PAUSED:
        return [events.ClockPaused(**_about(clock), reason=why)]
    told = events.ClockMet if clock.status == Clock.Status.MET else events.ClockResumed
    return [told(**_about(clock), due_at=_text(clock.due_at))]


def _cancelled(clock: Clock, at: datetime) -> list[Event]:
    missed = clock.status == Clock.Status.BREACHED
    clock.events = [*clock.events, worktime.ClockEvent(EventKind.STOPPED, at, "cancelled").to_json()]
    _count(clock)
    clock.ended_at = at
    if not missed:
        clock.status = Clock.Status.CANCELLED
    write(clock)
    return [] if missed else [events.ClockCancelled(**_about(clock))]


def _aimed(
    clock: Clock, policy: Policy, targets: packs.Targets, target: timedelta, at: datetime
) -> list[Event]:
    calendar = rulebook().calendar_for(policy, targets.hours)
    clock.target_seconds = int(target.total_seconds())
    clock.reason = targets.reason()
    clock.policy, clock.policy_version = policy.row, policy.row.version
    clock.calendar, clock.calendar_version = calendar, calendar.version
    return _moved(clock, at)


def _moved(clock: Clock, at: datetime) -> list[Event]:
    """Recount with the same log; told only when the deadline is another one."""
    before = clock.due_at
    _judge(clock, _count(clock), at)
    write(clock)
    facts: list[Event] = []
    if clock.due_at != before:
        facts.append(events.ClockMoved(**_about(clock), old_due_at=_text(before), due_at=_text(clock.due_at)))
    if clock.status == Clock.Status.BREACHED:
        facts.append(events.ClockBreached(**_about(clock), due_at=_text(clock.due_at)))
    return facts


def _begun(case: Case, kinds: Iterable[str], *, at: datetime, tier: str) -> list[Clock]:
    policy = _policy_of(case)
    if policy is None:
        return []
    targets = _targets(policy, case, tier)
    calendar = rulebook().calendar_for(policy, targets.hours)
    return [
        _new(case, kind, policy=policy, targets=targets, calendar=calendar, at=at)
        for kind in kinds
        if targets.target(kind) is not None
    ]


def _new(
    case: Case, kind: str, *, policy: Policy, targets: packs.Targets, calendar: Calendar, at: datetime
) -> Clock:
    target = targets.target(kind) or timedelta()
    clock = Clock(
        case=case,
        kind=kind,
        policy=policy.row,
        policy_version=policy.row.version,
        calendar=calendar,
        calendar_version=calendar.version,
        target_seconds=int(target.total_seconds()),
        reason=targets.reason(),
        events=[worktime.ClockEvent(EventKind.STARTED, at).to_json()],
        started_at=at,
    )
    _count(clock)
    return clock


def _count(clock: Clock) -> worktime.Deadline:
    """Fold the log into a deadline and lay it onto the row; the status is for `_judge`."""
    log = [worktime.ClockEvent.from_json(item) for item in clock.events]
    hours = hours_in(clock.calendar_id, clock.calendar_version)
    found = worktime.deadline(log, hours, timedelta(seconds=clock.target_seconds))
    clock.due_at, clock.trace = found.due_at, found.to_json()
    clock.warn_at = found.warn_at if found.due_at is not None else None
    return found


def _judge(clock: Clock, found: worktime.Deadline, at: datetime) -> None:
    if found.state is State.STOPPED:
        clock.ended_at = at
    if clock.warn_at is not None and clock.warn_at > at:
        clock.warned_at = None  # the deadline moved away: warn again when it is near again
    if clock.status == Clock.Status.BREACHED:
        return
    stopped_late = found.kept is False
    passed = found.state is not State.STOPPED and found.due_at is not None and found.due_at <= at
    if stopped_late or passed:
        clock.status, clock.breached_at = Clock.Status.BREACHED, at
    elif found.state is State.STOPPED:
        clock.status = Clock.Status.MET
    else:
        clock.status = Clock.Status.PAUSED if found.state is State.PAUSED else Clock.Status.RUNNING


def _policy_of(case: Case) -> Policy | None:
    return rulebook().policy_for(_line_of(case.product_id))


def _line_of(product_id: UUID | None) -> UUID | None:
    product = people.directory().products.get(product_id) if product_id else None
    return product.line_id if product else None


def _targets(policy: Policy, case: Case, tier: str) -> packs.Targets:
    product = people.directory().products.get(case.product_id) if case.product_id else None
    return packs.choose(
        policy.rules,
        kind=case.kind,
        priority=case.priority,
        product=product.key if product else "",
        tier=tier,
        level=case.level,
    )


def _about(clock: Clock) -> dict[str, str]:
    return {"subject": str(clock.case_id), "clock": str(clock.id), "kind": clock.kind}


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""
