"""Compiled days: a calendar cut into UTC days of open and shut spans, computed once and kept.

A UTC day is split where the zone's offset changes; inside a piece the local clock runs evenly. So a
local minute that a change of offset skips is never counted, and one that happens twice counts twice:
hours are what the clock on the wall shows, counting is real elapsed time.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from huiyin.cases.worktime.calendars import MINUTES_A_DAY, ORDINAL_1970, Calendar
from huiyin.cases.worktime.traces import SECOND, Reason

DAY_SECONDS = 86_400
DAY = DAY_SECONDS * SECOND
MINUTE_SECONDS = 60
KEPT_DAYS = 8192
HORIZON_DAYS = 20 * 366  # a deadline further away is a mistake, and days stay within what is kept


class Span(NamedTuple):
    """`[start, end)` in microseconds UTC."""

    start: int
    end: int
    reason: Reason
    name: str
    counts: bool


class Day(NamedTuple):
    spans: tuple[Span, ...]
    open_time: int


def day_of(calendar: Calendar, number: int) -> Day:
    """Day `number` since 1970 in UTC."""
    kept = calendar._days
    found = kept.get(number)
    if found is None:
        if len(kept) >= KEPT_DAYS:
            kept.clear()
        found = kept[number] = _compile(calendar, number)
    return found


def spans_from(calendar: Calendar, start: int, stop_day: int) -> Iterator[Span]:
    """Every span that ends after `start` in the days before `stop_day`; the caller clips."""
    for number in range(start // DAY, stop_day):
        for span in day_of(calendar, number).spans:
            if span.end > start:
                yield span


def horizon(start: int) -> int:
    return start // DAY + HORIZON_DAYS


def open_horizon(calendar: Calendar, start: int) -> int:
    """The day from which on nothing can be open or is worth asking for."""
    last = calendar.last_open_ordinal
    return horizon(start) if last is None else min(horizon(start), last - ORDINAL_1970 + 3)


def _compile(calendar: Calendar, number: int) -> Day:
    spans: list[Span] = []
    for start, end, offset in _even_pieces(calendar.tzinfo, number * DAY_SECONDS):
        _append_piece(calendar, spans, start, end, offset)
    return Day(tuple(spans), sum(span.end - span.start for span in spans if span.counts))


def _even_pieces(zone: ZoneInfo, start: int) -> list[tuple[int, int, int]]:
    """(start, end, offset) in seconds; a zone changes its offset at most once within a UTC day."""
    end = start + DAY_SECONDS
    first, last = _offset(zone, start), _offset(zone, end)
    if first == last:
        return [(start, end, first)]
    low, high = start, end
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == first else (low, middle)
    return [piece for piece in ((start, high, first), (high, end, last)) if piece[0] < piece[1]]


def _offset(zone: ZoneInfo, at: int) -> int:
    shift = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
    assert shift is not None
    return int(shift.total_seconds())


def _append_piece(calendar: Calendar, spans: list[Span], start: int, end: int, offset: int) -> None:
    day_minutes_in_seconds = MINUTES_A_DAY * MINUTE_SECONDS
    first, last = (start + offset) // day_minutes_in_seconds, (end + offset - 1) // day_minutes_in_seconds
    for local_day in range(first, last + 1):
        midnight = local_day * day_minutes_in_seconds - offset
        for stretch in calendar.stretches_on(local_day + ORDINAL_1970):
            opens = max(start, midnight + stretch.start * MINUTE_SECONDS)
            shuts = min(end, midnight + stretch.end * MINUTE_SECONDS)
            if opens < shuts:
                _append(spans, opens * SECOND, shuts * SECOND, stretch.reason, stretch.name)


def _append(spans: list[Span], start: int, end: int, reason: Reason, name: str) -> None:
    if spans and spans[-1].reason is reason and spans[-1].name == name:
        spans[-1] = spans[-1]._replace(end=end)
    else:
        spans.append(Span(start, end, reason, name, reason.counts))
