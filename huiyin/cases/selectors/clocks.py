"""Reads about deadlines: the clocks of a case, and one clock explained from its log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from huiyin.cases import clock_words, worktime
from huiyin.cases.models import Case, Clock, HolidayDay
from huiyin.cases.selectors.access import cases_for
from huiyin.cases.selectors.rulebook import hours_in
from huiyin.core.errors import NotFound


@dataclass(frozen=True)
class Step:
    """One stretch of a trace as it is read; times are in the calendar's zone."""

    code: str
    words: str
    counts: bool
    starts_at: datetime
    ends_at: datetime
    length: timedelta
    counted_total: timedelta

    @property
    def length_words(self) -> str:
        return clock_words.length_words(self.length)

    @property
    def counted_words(self) -> str:
        return clock_words.length_words(self.counted_total)


@dataclass(frozen=True)
class Moment:
    """What the clock knew right after one event of its log."""

    words: str
    at: datetime
    due_at: datetime | None
    remaining: timedelta

    @property
    def remaining_words(self) -> str:
        return clock_words.length_words(self.remaining)


@dataclass(frozen=True)
class Explanation:
    """A deadline, why it is promised, how it was counted, and whether the log still gives the same answer."""

    clock: Clock
    reason: tuple[str, ...]
    target: timedelta
    state: str
    remaining: timedelta
    steps: tuple[Step, ...]
    moments: tuple[Moment, ...]
    unconfirmed_years: tuple[int, ...]
    zone: str
    is_reproduced: bool

    @property
    def target_words(self) -> str:
        return clock_words.length_words(self.target)


def clock_for(user: Any, clock_id: UUID) -> Clock:
    """One clock of a case that this person may see. Absent and forbidden look alike."""
    clocks = Clock.objects.filter(case__in=cases_for(user)).select_related("case", "policy", "calendar")
    clock = clocks.filter(id=clock_id).first()
    if clock is None:
        raise NotFound("clock_absent", "")
    return clock


def clocks_of(case: Case) -> list[Clock]:
    """The clocks of a case without their traces: what is owed first, the nearest first, then what is over."""
    clocks = Clock.objects.filter(case=case).defer("trace", "events")
    return sorted(clocks, key=_nearness)


def explain(clock: Clock) -> Explanation:
    """Replay the log by the calendar version that counted it, and lay the stored trace beside."""
    stored = worktime.Deadline.from_json(clock.trace)
    log = [worktime.ClockEvent.from_json(item) for item in clock.events]
    hours = hours_in(clock.calendar_id, clock.calendar_version)
    frames = worktime.replay(log, hours, timedelta(seconds=clock.target_seconds))
    zone = hours.tzinfo
    return Explanation(
        clock=clock,
        reason=clock_words.choice_words(clock.reason, policy=clock.policy.name if clock.policy else ""),
        target=stored.target,
        state=stored.state.value,
        remaining=stored.remaining,
        steps=tuple(_steps(stored, zone, holiday_names(clock.calendar.region))),
        moments=tuple(_moment(frame, zone) for frame in frames),
        unconfirmed_years=stored.unconfirmed_years,
        zone=stored.zone,
        is_reproduced=bool(frames) and frames[-1].deadline == stored,
    )


def holiday_names(region: str) -> dict[str, str]:
    """Chinese names of holidays and what to call them for this reader; traces keep the Chinese ones."""
    if not region or not (get_language() or "").startswith("en"):
        return {}
    named = HolidayDay.objects.filter(region=region).exclude(name_en="")
    return dict(named.values_list("name_zh", "name_en").distinct())


def _steps(found: worktime.Deadline, zone: Any, names: dict[str, str]) -> Iterable[Step]:
    for step in found.trace:
        yield Step(
            code=step.reason.value,
            words=clock_words.step_words(step.reason, step.name, names),
            counts=step.reason.counts,
            starts_at=step.starts_at.astimezone(zone),
            ends_at=step.ends_at.astimezone(zone),
            length=step.length,
            counted_total=step.counted_total,
        )


def _moment(frame: worktime.Frame, zone: Any) -> Moment:
    event, found = frame
    due_at = found.due_at.astimezone(zone) if found.due_at else None
    words = clock_words.event_words(event.kind, event.why)
    return Moment(words, event.at.astimezone(zone), due_at, found.remaining)


def _nearness(clock: Clock) -> tuple[bool, bool, float]:
    stamp = clock.due_at or clock.ended_at or clock.started_at
    return clock.ended_at is not None, clock.due_at is None, stamp.timestamp()
