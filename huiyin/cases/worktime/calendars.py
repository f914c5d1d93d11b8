"""Service calendars as values: weekly hours, special days, a time zone, and their JSON form.

Hours are wall-clock minutes from local midnight. An interval belongs to the date on which it starts,
so a shift from 22:00 to 06:00 stays with its evening: a holiday closes the shifts that start on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from huiyin.cases.worktime.traces import Reason

MINUTES_A_DAY = 1440
ORDINAL_1970 = date(1970, 1, 1).toordinal()


class CalendarFault(ValueError):
    """A calendar that cannot be meant; `code` and `value` let the edge say it in the user's language."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(f"{code}: {value}")
        self.code = code
        self.value = value


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


class Interval(NamedTuple):
    """Minutes from local midnight, end exclusive; an end past 1440 runs into the next day."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> "Interval":
        """`09:00-12:00`, `22:00-06:00` (past midnight), `00:00-24:00` (the whole day)."""
        first, dash, last = text.strip().partition("-")
        if not dash:
            raise CalendarFault("interval_unreadable", text)
        start, end = _minutes(first, text), _minutes(last, text)
        if start in (MINUTES_A_DAY, end):
            raise CalendarFault("interval_empty", text)
        return cls(start, end if end > start else end + MINUTES_A_DAY)

    def __str__(self) -> str:
        last = self.end if self.end <= MINUTES_A_DAY else self.end - MINUTES_A_DAY
        return f"{_clock_text(self.start)}-{_clock_text(last)}"


Hours = tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date off the weekly rule: without own hours a holiday is shut, a make-up day works as usual."""

    day: date
    kind: DayKind
    name: str = ""
    hours: Hours | None = None


class Stretch(NamedTuple):
    """A stretch of one local date in minutes of that date, open when its reason counts."""

    start: int
    end: int
    reason: Reason
    name: str


@dataclass(frozen=True)
class Calendar:
    """`weekly` is Monday to Sunday. `confirmed_years` are the years whose holiday table is complete;
    None says that this calendar observes no holidays at all, so nothing can be missing."""

    zone: str
    weekly: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    special_days: tuple[SpecialDay, ...] = ()
    makeup_hours: Hours | None = None
    confirmed_years: frozenset[int] | None = None
    _days: dict[int, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise CalendarFault("week_incomplete", str(len(self.weekly)))
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise CalendarFault("zone_unknown", self.zone) from None
        for hours in self._all_hours():
            _refuse_bad_hours(hours)

    @classmethod
    def always(cls, zone: str = "UTC") -> "Calendar":
        return cls(zone, ((Interval(0, MINUTES_A_DAY),),) * 7)

    @classmethod
    def office(cls, zone: str, *hours: str, workdays: int = 5) -> "Calendar":
        """The same hours on the first `workdays` days of the week."""
        day = tuple(Interval.parse(text) for text in hours)
        return cls(zone, (day,) * workdays + ((),) * (7 - workdays))  # type: ignore[arg-type]

    @cached_property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def days_by_ordinal(self) -> dict[int, SpecialDay]:
        return {special.day.toordinal(): special for special in self.special_days}

    @cached_property
    def usual_hours(self) -> Hours:
        """What a make-up day works when nothing else is said: the first weekday that has hours."""
        if self.makeup_hours is not None:
            return self.makeup_hours
        return next((hours for hours in self.weekly if hours), ())

    @cached_property
    def last_open_ordinal(self) -> int | None:
        """The last local date that can hold open time; None when the weekly rule never ends."""
        if any(self.weekly):
            return None
        return max((key for key in self.days_by_ordinal if self.hours_on(key)), default=0)

    def hours_on(self, ordinal: int) -> Hours:
        special = self.days_by_ordinal.get(ordinal)
        if special is None:
            return self.weekly[(ordinal - 1) % 7]
        if special.hours is not None:
            return special.hours
        return () if special.kind is DayKind.HOLIDAY else self.usual_hours

    def stretches_on(self, ordinal: int) -> list[Stretch]:
        """The local date from 00:00 to 24:00 without holes, yesterday's night shift included."""
        night = self._opened(ordinal - 1, shift=-MINUTES_A_DAY)
        shut_reason, shut_name = self._shut_reason(ordinal)
        stretches, reached = [], 0
        for piece in sorted(night + self._opened(ordinal, shift=0)):
            start, end = max(piece.start, reached), min(piece.end, MINUTES_A_DAY)
            if end <= start:
                continue
            if start > reached:
                stretches.append(Stretch(reached, start, shut_reason, shut_name))
            stretches.append(Stretch(start, end, piece.reason, piece.name))
            reached = end
        if reached < MINUTES_A_DAY:
            stretches.append(Stretch(reached, MINUTES_A_DAY, shut_reason, shut_name))
        return stretches

    def is_unconfirmed(self, year: int) -> bool:
        return self.confirmed_years is not None and year not in self.confirmed_years

    def to_json(self) -> dict[str, Any]:
        return {
            "zone": self.zone,
            "weekly": [hours_to_json(hours) for hours in self.weekly],
            "days": [_special_to_json(special) for special in self.special_days],
            "makeup_hours": None if self.makeup_hours is None else hours_to_json(self.makeup_hours),
            "confirmed_years": None if self.confirmed_years is None else sorted(self.confirmed_years),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Calendar":
        years, makeup = data.get("confirmed_years"), data.get("makeup_hours")
        return cls(
            zone=data["zone"],
            weekly=tuple(hours_from_json(hours) for hours in data["weekly"]),  # type: ignore[arg-type]
            special_days=tuple(_special_from_json(item) for item in data.get("days", ())),
            makeup_hours=None if makeup is None else hours_from_json(makeup),
            confirmed_years=None if years is None else frozenset(years),
        )

    def _all_hours(self) -> Iterable[Hours]:
        yield from self.weekly
        yield from (special.hours for special in self.special_days if special.hours is not None)
        if self.makeup_hours is not None:
            yield self.makeup_hours

    def _opened(self, ordinal: int, *, shift: int) -> list[Stretch]:
        special = self.days_by_ordinal.get(ordinal)
        reason = Reason.MAKEUP if special and special.kind is DayKind.MAKEUP else Reason.COUNTED
        name = special.name if special else ""
        return [Stretch(start + shift, end + shift, reason, name) for start, end in self.hours_on(ordinal)]

    def _shut_reason(self, ordinal: int) -> tuple[Reason, str]:
        special = self.days_by_ordinal.get(ordinal)
        if special and special.kind is DayKind.HOLIDAY:
            return Reason.HOLIDAY, special.name
        return (Reason.CLOSED if self.hours_on(ordinal) else Reason.REST_DAY), ""


def hours_from_json(texts: Iterable[str]) -> Hours:
    return tuple(sorted(Interval.parse(text) for text in texts))


def hours_to_json(hours: Hours) -> list[str]:
    return [str(interval) for interval in hours]


def _special_to_json(special: SpecialDay) -> dict[str, Any]:
    own = {} if special.hours is None else {"hours": hours_to_json(special.hours)}
    return {"date": special.day.isoformat(), "kind": special.kind.value, "name": special.name, **own}


def _special_from_json(data: Mapping[str, Any]) -> SpecialDay:
    hours = data.get("hours")
    own = None if hours is None else hours_from_json(hours)
    return SpecialDay(date.fromisoformat(data["date"]), DayKind(data["kind"]), data.get("name", ""), own)


def _refuse_bad_hours(hours: Hours) -> None:
    for interval in hours:
        start, end = interval
        if not (0 <= start < MINUTES_A_DAY and start < end <= start + MINUTES_A_DAY):
            raise CalendarFault("interval_out_of_day", str(interval))
    for before, after in zip(sorted(hours), sorted(hours)[1:], strict=False):
        if after.start < before.end:
            raise CalendarFault("intervals_overlap", f"{before} {after}")


def _minutes(text: str, whole: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
        raise CalendarFault("interval_unreadable", whole)
    if int(minute) > 59 or int(hour) * 60 + int(minute) > MINUTES_A_DAY:
        raise CalendarFault("interval_unreadable", whole)
    return int(hour) * 60 + int(minute)


def _clock_text(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
