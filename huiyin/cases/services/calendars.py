"""Calendars and holidays are changed in two steps: see which running deadlines would move, then apply.

A change makes a new version of each calendar it touches; the old versions stay, so that every finished
deadline can still be replayed. Running clocks are recounted in small batches by a worker, and by the ticker.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases import clock_words, events, ics, worktime
from huiyin.cases.models import Calendar, CalendarVersion, Clock, HolidayDay, HolidayYear, SlaPolicy
from huiyin.cases.selectors import rulebook
from huiyin.cases.services import clocks
from huiyin.cases.worktime.calendars import hours_from_json, hours_to_json
from huiyin.core import clock as time_of_day
from huiyin.core import journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid

PREVIEWED = 5000
RECOUNTED = 25  # a recount writes two rows and a fact each; a batch stays under twenty milliseconds


@dataclass(frozen=True)
class Move:
    """A running deadline that a change would move; `becomes_late` when it would be past at once."""

    clock: UUID
    case: int
    kind: str
    old_due_at: datetime | None
    due_at: datetime | None
    becomes_late: bool


@dataclass(frozen=True)
class Effect:
    """What a change would do. The nearest deadlines are looked at first; `looked_at` of `running` in all."""

    moves: tuple[Move, ...]
    looked_at: int
    running: int

    @property
    def is_complete(self) -> bool:
        return self.looked_at == self.running


@dataclass(frozen=True)
class Hours:
    """The hours that somebody proposes for a calendar: seven lists of `HH:MM-HH:MM`, Monday first."""

    zone: str
    intervals: Sequence[Sequence[str]]
    makeup_intervals: Sequence[str] | None = None
    region: str = "CN"
    is_always_open: bool = False


@dataclass(frozen=True)
class Holidays:
    """The days that somebody proposes for a region: `days` replace what stands there, `removed` go."""

    region: str
    days: Sequence[HolidayDay] = ()
    removed: frozenset[date] = frozenset()
    confirmed_years: frozenset[int] = frozenset()


def preview_hours(calendar: Calendar, hours: Hours, *, at: datetime | None = None) -> Effect:
    """Which running deadlines these hours would move. Stores nothing. Refuses hours that cannot be meant."""
    return _effect({calendar.id: _proposed(calendar, hours)}, at or time_of_day.now())


def preview_holidays(holidays: Holidays, *, at: datetime | None = None) -> Effect:
    """Which running deadlines these days would move, over every calendar of the region. Nothing is stored."""
    changed = {calendar.id: _with_holidays(calendar, holidays) for calendar in _observing(holidays.region)}
    return _effect(changed, at or time_of_day.now())


@transaction.atomic
def change_hours(calendar: Calendar, hours: Hours, *, version: int, by: Actor) -> Calendar:
    """Give a calendar new hours as its next version. Refuses a stale version. Facts: calendar.changed."""
    held = _hold(calendar, version)
    value = _proposed(held, hours)
    held.zone, held.region, held.is_always_open = hours.zone, hours.region, hours.is_always_open
    held.intervals = [hours_to_json(day) for day in value.weekly]
    held.makeup_intervals = None if value.makeup_hours is None else hours_to_json(value.makeup_hours)
    journal.publish(_next_version(held, value), by=by)
    return held


@transaction.atomic
def change_holidays(
    holidays: Holidays, *, versions: Mapping[UUID, int] | None = None, by: Actor
) -> list[Calendar]:
    """Write days and confirmed years of a region; each calendar that observes it gets its next version.

    Refuses when a calendar has left the version that `versions` names. Facts: calendar.changed for each.
    """
    observing = list(_observing(holidays.region).select_for_update())
    for calendar in observing:
        _refuse_stale(calendar, (versions or {}).get(calendar.id, calendar.version))
    values = {calendar.id: _with_holidays(calendar, holidays) for calendar in observing}
    _store_holidays(holidays)
    journal.publish_all([_next_version(calendar, values[calendar.id]) for calendar in observing], by=by)
    return observing


def holidays_from_feed(
    text: str, *, region: str, years: range
) -> tuple[Holidays, tuple[tuple[str, str], ...]]:
    """Days proposed by an iCalendar file, to be previewed and applied like any others; with (name, reason) of
    each event left out. Stores nothing. Refuses text that is no calendar, and a feed without a single day."""
    try:
        feed = ics.read(text, years=years)
    except ics.FeedFault as fault:
        raise Invalid(
            fault.code, _("This is not an iCalendar file of at most 1 MB."), field="feed"
        ) from fault
    if not feed.days:
        raise Invalid("feed_empty", _("The file holds no whole-day events in these years."), field="feed")
    rows = [
        HolidayDay(
            region=region, day=found.day, kind=found.kind.value, name_zh=found.name, name_en=found.name
        )
        for found in feed.days
    ]
    return Holidays(region=region, days=rows), feed.skipped


def recount(calendar_id: UUID, *, at: datetime | None = None) -> int:
    """Bring the open clocks of a calendar to its present version, in batches that may be repeated."""
    total = 0
    while done := _recount_batch(calendar_id, at or time_of_day.now()):
        total += done
    return total


def recount_stale() -> int:
    """The sweep behind `recount`: clocks that began on an old version in the very moment of a change."""
    return sum(recount(calendar_id) for calendar_id in Calendar.objects.values_list("id", flat=True))


def _recount_batch(calendar_id: UUID, at: datetime) -> int:
    version = Calendar.objects.values_list("version", flat=True).get(id=calendar_id)
    stale = Clock.objects.open().filter(calendar_id=calendar_id, calendar_version__lt=version)
    found = list(stale.values_list("id", "case_id")[:RECOUNTED])
    if not found:
        return 0
    with transaction.atomic():
        free = clocks.hold_cases({number for _id, number in found})
        return clocks.recount_all([key for key, number in found if number in free], at=at)


def _effect(changed: Mapping[UUID, worktime.Calendar], at: datetime) -> Effect:
    running = Clock.objects.filter(
        calendar_id__in=changed, status__in=[Clock.Status.RUNNING, Clock.Status.PAUSED]
    )
    nearest = running.defer("trace").order_by("due_at", "id")[:PREVIEWED]
    looked_at, moves = 0, []
    for clock in nearest:
        looked_at += 1
        due_at = due_by(clock, changed[clock.calendar_id], clock.target_seconds)
        if due_at != clock.due_at:
            moves.append(move(clock, due_at, at))
    return Effect(tuple(moves), looked_at, running.count() if looked_at == PREVIEWED else looked_at)


def due_by(clock: Clock, value: worktime.Calendar, seconds: int) -> datetime | None:
    """When this clock would be due with other hours or another length."""
    log = [worktime.ClockEvent.from_json(item) for item in clock.events]
    return worktime.deadline(log, value, timedelta(seconds=seconds)).due_at


def move(clock: Clock, due_at: datetime | None, at: datetime) -> Move:
    """The step from the deadline as it is to the one that is proposed."""
    late = due_at is not None and due_at <= at and (clock.due_at is None or clock.due_at > at)
    return Move(clock.id, clock.case_id, clock.kind, clock.due_at, due_at, late)


def _hold(calendar: Calendar, version: int) -> Calendar:
    held = Calendar.objects.select_for_update().get(id=calendar.id)
    _refuse_stale(held, version)
    return held


def _refuse_stale(calendar: Calendar, version: int) -> None:
    if calendar.version != version:
        raise Conflict(
            "calendar_changed",
            _("Somebody changed this calendar meanwhile. Please look at it and save again."),
            current=calendar.version,
        )


def _next_version(calendar: Calendar, value: worktime.Calendar) -> events.CalendarChanged:
    calendar.version += 1
    calendar.save()
    CalendarVersion.objects.create(
        calendar=calendar, version=calendar.version, data=value.to_json(), made_at=time_of_day.now()
    )
    transaction.on_commit(rulebook.forget_rulebook)
    return events.CalendarChanged(subject=str(calendar.id), version=calendar.version)


def _proposed(calendar: Calendar, hours: Hours) -> worktime.Calendar:
    try:
        value = _value(hours)
    except worktime.CalendarFault as fault:
        raise Invalid(fault.code, clock_words.fault_words(fault), field="intervals") from fault
    _refuse_if_never_open(calendar, value)
    return value


def _value(hours: Hours) -> worktime.Calendar:
    if hours.is_always_open:
        return worktime.Calendar.always(hours.zone)
    makeup = hours.makeup_intervals
    return worktime.Calendar(
        zone=hours.zone,
        weekly=tuple(hours_from_json(day) for day in hours.intervals),  # type: ignore[arg-type]
        special_days=rulebook.special_days(hours.region),
        makeup_hours=None if makeup is None else hours_from_json(makeup),
        confirmed_years=rulebook.confirmed_years(hours.region),
    )


def _refuse_if_never_open(calendar: Calendar, value: worktime.Calendar) -> None:
    """Each promise that counts by this calendar must have an end; intake must never meet one without."""
    policies = SlaPolicy.objects.filter(calendar=calendar)
    seconds = [rule.get(name) or 0 for policy in policies for rule in policy.rules for name in _TARGETS]
    started = [worktime.ClockEvent(worktime.EventKind.STARTED, time_of_day.now())]
    try:
        worktime.deadline(started, value, timedelta(seconds=max([1, *seconds])))
    except worktime.NoOpenTime:
        raise Invalid(
            "calendar_never_open",
            _("With these hours some promises would never be due. Please open at least one interval a week."),
            field="intervals",
        ) from None


_TARGETS = ("first_response", "next_response", "resolution")


def _observing(region: str) -> Any:
    return Calendar.objects.filter(region=region, is_always_open=False).order_by("key")


def _with_holidays(calendar: Calendar, holidays: Holidays) -> worktime.Calendar:
    value = rulebook.value_of(calendar)
    replaced = {row.day for row in holidays.days} | holidays.removed
    kept = [special for special in value.special_days if special.day not in replaced]
    days = sorted([*kept, *(_special(row) for row in holidays.days)], key=lambda special: special.day)
    years = (value.confirmed_years or frozenset()) | holidays.confirmed_years
    try:
        return replace(value, special_days=tuple(days), confirmed_years=years)
    except worktime.CalendarFault as fault:
        raise Invalid(fault.code, clock_words.fault_words(fault), field="intervals") from fault


def _special(row: HolidayDay) -> worktime.SpecialDay:
    try:
        own = None if row.intervals is None else hours_from_json(row.intervals)
    except worktime.CalendarFault as fault:
        raise Invalid(fault.code, clock_words.fault_words(fault), field="intervals") from fault
    return worktime.SpecialDay(row.day, worktime.DayKind(row.kind), row.name_zh, own)


def _store_holidays(holidays: Holidays) -> None:
    days = [row.day for row in holidays.days]
    HolidayDay.objects.filter(region=holidays.region, day__in=[*days, *holidays.removed]).delete()
    HolidayDay.objects.bulk_create(_of_region(holidays.days, holidays.region))
    HolidayYear.objects.bulk_create(
        [HolidayYear(region=holidays.region, year=year) for year in sorted(holidays.confirmed_years)],
        ignore_conflicts=True,
    )


def _of_region(rows: Iterable[HolidayDay], region: str) -> list[HolidayDay]:
    rows = list(rows)
    for row in rows:
        row.region = region
    return rows
