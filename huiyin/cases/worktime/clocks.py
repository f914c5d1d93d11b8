"""The deadline of a clock: a fold over its events, counted against a calendar, with its own explanation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from huiyin.cases.worktime.calendars import Calendar
from huiyin.cases.worktime.days import DAY, Span, day_of, horizon, open_horizon, spans_from
from huiyin.cases.worktime.traces import (
    MICROSECOND,
    Reason,
    TraceStep,
    from_micros,
    instant_text,
    seconds_number,
    steps_from_json,
    steps_to_json,
    to_micros,
)

WARN_SHARE = 0.8
ZERO = timedelta()


class NoOpenTime(ValueError):
    """The calendar has not enough open time for the target within twenty years."""


class EventKind(StrEnum):
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"


class State(StrEnum):
    WAITING = "waiting"  # nothing started it yet
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ClockEvent:
    kind: EventKind
    at: datetime
    why: str = ""

    def to_json(self) -> dict[str, str]:
        return {"kind": self.kind.value, "at": instant_text(self.at), "why": self.why}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> "ClockEvent":
        return cls(EventKind(data["kind"]), datetime.fromisoformat(data["at"]), data.get("why", ""))


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the target is used up, and how it came to that.

    `due_at` is None while the clock waits or is paused with time left. A stopped clock keeps the deadline
    it would have met or missed, and the trace explains it to its end. `remaining` is the working time left
    at the last event.
    """

    state: State
    target: timedelta
    zone: str
    due_at: datetime | None = None
    warn_at: datetime | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    remaining: timedelta = ZERO
    trace: tuple[TraceStep, ...] = ()
    unconfirmed_years: tuple[int, ...] = ()  # the trace passes through years whose holidays are not confirmed

    @property
    def kept(self) -> bool | None:
        """Whether a stopped clock was stopped in time; None while it is not stopped."""
        if self.stopped_at is None:
            return None
        return self.due_at is None or self.stopped_at <= self.due_at

    def to_json(self) -> dict[str, Any]:
        return {
            "state": self.state.value,
            "zone": self.zone,
            "target_seconds": seconds_number(self.target),
            "remaining_seconds": seconds_number(self.remaining),
            **{name: _instant_or_none(getattr(self, name)) for name in _INSTANTS},
            "unconfirmed_years": list(self.unconfirmed_years),
            "steps": steps_to_json(self.trace, ZoneInfo(self.zone)),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Deadline":
        return cls(
            state=State(data["state"]),
            zone=data["zone"],
            target=timedelta(seconds=data["target_seconds"]),
            remaining=timedelta(seconds=data["remaining_seconds"]),
            **{name: _datetime_or_none(data[name]) for name in _INSTANTS},
            unconfirmed_years=tuple(data["unconfirmed_years"]),
            trace=steps_from_json(data["steps"]),
        )


_INSTANTS = ("due_at", "warn_at", "started_at", "stopped_at")


class Frame(NamedTuple):
    """What the clock knew right after one event of its log."""

    event: ClockEvent
    deadline: Deadline


def deadline(
    events: Iterable[ClockEvent], calendar: Calendar, target: timedelta, *, warn_share: float = WARN_SHARE
) -> Deadline:
    """Raises NoOpenTime when the calendar cannot hold the target.

    Events may come in any order and more than once: they are read by time, the first start and the first
    stop win, and a pause of a paused clock (or a resume of a running one) changes nothing.
    """
    log = _read(events)
    if log.started is None:
        return Deadline(State.WAITING, target, calendar.zone, remaining=target)
    count = _Count(calendar, target // MICROSECOND, warn_share)
    for phase in log.phases:
        count.pass_through(phase)
    return Deadline(
        state=log.state,
        target=target,
        zone=calendar.zone,
        due_at=_at_or_none(count.due),
        warn_at=_at_or_none(count.warned),
        started_at=from_micros(log.started),
        stopped_at=_at_or_none(log.stopped),
        remaining=timedelta(microseconds=max(0, count.target - count.counted_at_last_event)),
        trace=tuple(count.steps),
        unconfirmed_years=_unconfirmed_years(calendar, count.steps),
    )


def replay(events: Iterable[ClockEvent], calendar: Calendar, target: timedelta) -> tuple[Frame, ...]:
    """The deadline after each event in the order of time: how the clock came to what it shows."""
    ordered = sorted(events, key=_order)
    return tuple(
        Frame(event, deadline(ordered[:count], calendar, target)) for count, event in enumerate(ordered, 1)
    )


def worked_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Open time in `[start, end)`; nothing when the end is not after the start."""
    low, high = to_micros(start), to_micros(end)
    if high <= low:
        return ZERO
    first, last = low // DAY, high // DAY
    if first == last:
        return timedelta(microseconds=_open_in(calendar, first, low, high))
    total = _open_in(calendar, first, low, high) + _open_in(calendar, last, low, high)
    total += sum(day_of(calendar, number).open_time for number in range(first + 1, last))
    return timedelta(microseconds=total)


def is_open(calendar: Calendar, at: datetime) -> bool:
    moment = to_micros(at)
    spans = day_of(calendar, moment // DAY).spans
    return any(span.counts for span in spans if span.start <= moment < span.end)


class _Phase(NamedTuple):
    """A stretch in which the clock runs or stands; `end` None lasts for ever, `pause` None runs."""

    start: int
    end: int | None
    pause: str | None


class _Log(NamedTuple):
    state: State
    started: int | None
    stopped: int | None
    phases: list[_Phase]


def _order(event: ClockEvent) -> tuple[datetime, bool]:
    return event.at, event.kind is not EventKind.STARTED


def _read(events: Iterable[ClockEvent]) -> _Log:
    state, since, started, stopped, why = State.WAITING, 0, None, None, ""
    phases: list[_Phase] = []
    for event in sorted(events, key=_order):
        following = _NEXT.get((state, event.kind))
        if following is None:
            continue
        at = to_micros(event.at)
        if started is None:
            started = at
        else:
            phases.append(_Phase(since, at, why if state is State.PAUSED else None))
        if following is State.STOPPED:
            stopped = at
            if state is State.PAUSED:
                return _Log(following, started, stopped, phases)
        state, since, why = following, at, event.why
    phases.append(_Phase(since, None, why if state is State.PAUSED else None))
    return _Log(state, started, stopped, phases)


_NEXT = {
    (State.WAITING, EventKind.STARTED): State.RUNNING,
    (State.RUNNING, EventKind.PAUSED): State.PAUSED,
    (State.RUNNING, EventKind.STOPPED): State.STOPPED,
    (State.PAUSED, EventKind.RESUMED): State.RUNNING,
    (State.PAUSED, EventKind.STOPPED): State.STOPPED,
}


class _Count:
    """The running sum: phases go in, steps and the two marks (warned, due) come out."""

    def __init__(self, calendar: Calendar, target: int, warn_share: float) -> None:
        self.calendar = calendar
        self.target = max(0, target)
        self.warn_mark = int(self.target * warn_share)
        self.counted = 0
        self.counted_at_last_event = 0
        self.due: int | None = None
        self.warned: int | None = None
        self.steps: list[TraceStep] = []

    def pass_through(self, phase: _Phase) -> None:
        self.counted_at_last_event = self.counted
        if self.due is not None:
            return
        if phase.pause is None:
            self._run(phase.start, phase.end)
        elif phase.end is None:
            self._add(Reason.PAUSED, phase.pause, phase.start, phase.start)
        elif phase.end > phase.start:
            self._add(Reason.PAUSED, phase.pause, phase.start, phase.end)

    def _run(self, start: int, end: int | None) -> None:
        if self.target == 0:
            self.due = self.warned = start
            return
        stop_day = open_horizon(self.calendar, start) if end is None else horizon(start)
        for span in spans_from(self.calendar, start, stop_day):
            low = max(span.start, start)
            if end is not None and low >= end:
                return
            self._pass(span, low, span.end if end is None else min(span.end, end))
            if self.due is not None:
                return
        raise NoOpenTime(self.calendar.zone)

    def _pass(self, span: Span, low: int, high: int) -> None:
        if span.counts:
            high = min(high, low + self.target - self.counted)
            if self.warned is None and self.counted + high - low >= self.warn_mark:
                self.warned = low + self.warn_mark - self.counted
            self.counted += high - low
            if self.counted == self.target:
                self.due = high
        self._add(span.reason, span.name, low, high)

    def _add(self, reason: Reason, name: str, start: int, end: int) -> None:
        steps = self.steps
        if steps and steps[-1].reason is reason and steps[-1].name == name:
            start = steps.pop().start
        steps.append(TraceStep(reason, name, start, end, self.counted))


def _open_in(calendar: Calendar, number: int, low: int, high: int) -> int:
    spans = day_of(calendar, number).spans
    return sum(max(0, min(span.end, high) - max(span.start, low)) for span in spans if span.counts)


def _unconfirmed_years(calendar: Calendar, steps: list[TraceStep]) -> tuple[int, ...]:
    if calendar.confirmed_years is None or not steps:
        return ()
    first = steps[0].starts_at.astimezone(calendar.tzinfo).year
    last = steps[-1].ends_at.astimezone(calendar.tzinfo).year
    return tuple(year for year in range(first, last + 1) if calendar.is_unconfirmed(year))


def _at_or_none(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _instant_or_none(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _datetime_or_none(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
