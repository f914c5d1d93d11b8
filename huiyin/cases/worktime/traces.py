"""The trace of a deadline: one step for each stretch of time that was counted or skipped, with its reason.

Times are whole microseconds since 1970 UTC inside, RFC 3339 in JSON. The stored trace holds codes and
names from the calendar, never sentences: words are put to it when it is shown, in the reader's language.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000


class Reason(StrEnum):
    COUNTED = "counted"
    MAKEUP = "makeup"  # counted, because a rest day was declared a working day (调休)
    CLOSED = "closed"  # outside the hours of a working day
    REST_DAY = "rest_day"  # a weekday without hours
    HOLIDAY = "holiday"
    PAUSED = "paused"

    @property
    def counts(self) -> bool:
        return self in (Reason.COUNTED, Reason.MAKEUP)


def to_micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


class TraceStep(NamedTuple):
    """`[start, end)` in microseconds UTC; `counted` is the working time cumulated up to `end`.

    `name` is the holiday's name or the reason of the pause. A pause that still lasts has no length yet.
    """

    reason: Reason
    name: str
    start: int
    end: int
    counted: int

    @property
    def starts_at(self) -> datetime:
        return from_micros(self.start)

    @property
    def ends_at(self) -> datetime:
        return from_micros(self.end)

    @property
    def length(self) -> timedelta:
        return timedelta(microseconds=self.end - self.start)

    @property
    def counted_total(self) -> timedelta:
        return timedelta(microseconds=self.counted)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "TraceStep":
        return cls(
            Reason(data["reason"]),
            data["name"],
            to_micros(datetime.fromisoformat(data["from"])),
            to_micros(datetime.fromisoformat(data["to"])),
            round(data["counted_seconds"] * SECOND),
        )


def steps_to_json(steps: Iterable[TraceStep], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Each boundary is written out once: a step begins where the one before it ended."""
    written: dict[int, tuple[str, str]] = {}
    rows = []
    for step in steps:
        opens, shuts = _written(step.start, zone, written), _written(step.end, zone, written)
        rows.append(
            {
                "reason": step.reason.value,
                "name": step.name,
                "from": opens[0],
                "to": shuts[0],
                "local_from": opens[1],
                "local_to": shuts[1],
                "counted_seconds": seconds_number(step.counted_total),
            }
        )
    return rows


def _written(micros: int, zone: ZoneInfo, written: dict[int, tuple[str, str]]) -> tuple[str, str]:
    found = written.get(micros)
    if found is None:
        at = from_micros(micros)
        found = written[micros] = (instant_text(at), at.astimezone(zone).isoformat())
    return found


def steps_from_json(data: Iterable[dict[str, Any]]) -> tuple[TraceStep, ...]:
    return tuple(TraceStep.from_json(item) for item in data)


def instant_text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()[:-6] + "Z"


def seconds_number(length: timedelta) -> int | float:
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds
