"""A second opinion on deadlines: a naive counter that looks at every single minute, and random cases for it.

It reads calendars in their JSON form and shares no line with the engine: hours are painted minute by minute
on local dates, each UTC minute asks the zone for its local minute, and events are applied as they pass.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

WINDOW_DAYS = 50
WINDOW_MINUTES = WINDOW_DAYS * 1440
WINDOWS = {
    "Asia/Shanghai": ("2025-09-22", "2026-02-02", "2026-12-14"),
    "America/New_York": ("2026-02-24", "2026-10-20"),
    "Europe/London": ("2026-03-17", "2026-10-13"),
    "Australia/Lord_Howe": ("2026-03-24", "2026-09-22"),
    "UTC": ("2024-02-12", "2026-12-14"),
}


@dataclass(frozen=True)
class Case:
    """Times are minutes from `begins`; events are (kind, minute)."""

    calendar: dict[str, Any]
    begins: datetime
    events: tuple[tuple[str, int], ...]
    target: int


@dataclass(frozen=True)
class Verdict:
    """`due` and `counted` in minutes; a paused clock has no due but what it has counted so far."""

    due: int | None
    counted: int


class BeyondWindow(Exception):
    pass


def count_minutes(case: Case, painted: bytes) -> Verdict:
    """`painted` holds one byte for each minute of the window: 1 is open."""
    waiting = sorted(case.events, key=lambda event: (event[1], event[0] != "started"))
    state, counted, position = "waiting", 0, 0
    for minute in range(waiting[0][1], WINDOW_MINUTES):
        while position < len(waiting) and waiting[position][1] <= minute:
            state = _after(state, waiting[position][0])
            position += 1
            if state == "running" and counted == case.target:
                return Verdict(minute, counted)
        if state == "running" and painted[minute]:
            counted += 1
            if counted == case.target:
                return Verdict(minute + 1, counted)
        if state == "paused" and position == len(waiting):
            return Verdict(None, counted)
    raise BeyondWindow


def _after(state: str, kind: str) -> str:
    if state == "waiting":
        return "running" if kind == "started" else state
    if kind == "paused":
        return "paused"
    return "running" if kind == "resumed" else state


def paint(calendar: dict[str, Any], begins: datetime) -> bytes:
    """Ask every minute of the window whether its local minute is open."""
    dates: dict[int, bytearray] = {}
    first = begins.date() - timedelta(days=3)
    for offset in range(WINDOW_DAYS + 6):
        _paint_date(calendar, first + timedelta(days=offset), dates)
    return bytes(dates[ordinal][minute] for ordinal, minute in _local_minutes(calendar["zone"], begins))


def _paint_date(calendar: dict[str, Any], day: date, dates: dict[int, bytearray]) -> None:
    dates.setdefault(day.toordinal(), bytearray(1440))
    for text in _hours_of(calendar, day):
        start, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
        for minute in range(start, end if end > start else end + 1440):
            ordinal = day.toordinal() + minute // 1440
            dates.setdefault(ordinal, bytearray(1440))[minute % 1440] = 1


def _hours_of(calendar: dict[str, Any], day: date) -> list[str]:
    for special in calendar["days"]:
        if special["date"] == day.isoformat():
            if "hours" in special:
                return special["hours"]
            if special["kind"] == "holiday":
                return []
            return calendar["makeup_hours"] or next(hours for hours in calendar["weekly"] if hours)
    return calendar["weekly"][day.weekday()]


@cache
def _local_minutes(zone: str, begins: datetime) -> tuple[tuple[int, int], ...]:
    tz = ZoneInfo(zone)
    moments = ((begins + timedelta(minutes=minute)).astimezone(tz) for minute in range(WINDOW_MINUTES))
    return tuple((local.toordinal(), local.hour * 60 + local.minute) for local in moments)


def random_calendar(random: Random) -> tuple[dict[str, Any], datetime]:
    zone = random.choice(list(WINDOWS))
    begins = datetime.fromisoformat(random.choice(WINDOWS[zone])).replace(tzinfo=UTC)
    weekly = [_random_hours(random) if random.random() < 0.8 else [] for _ in range(7)]
    weekly[random.randrange(7)] = _random_hours(random)
    calendar = {
        "zone": zone,
        "weekly": weekly,
        "days": _random_days(random, begins.date()),
        "makeup_hours": _random_hours(random) if random.random() < 0.5 else None,
        "confirmed_years": None,
    }
    return calendar, begins


def _random_hours(random: Random) -> list[str]:
    """One to three intervals that do not overlap; the last may run past midnight, up to 06:00 or so."""
    if random.random() < 0.05:
        return ["00:00-24:00"]
    points = sorted(random.sample(range(0, 1440, random.choice((1, 5, 30))), 2 * random.randint(1, 3)))
    hours = [[start, end] for start, end in zip(points[::2], points[1::2], strict=True)]
    if random.random() < 0.3:
        hours[-1][1] = random.randrange(0, min(360, hours[-1][0]) + 1) or 1440
        hours[-1][1] = 1440 if hours[-1][1] == hours[-1][0] else hours[-1][1]
    return [f"{_clock(start)}-{_clock(end)}" for start, end in hours]


def _random_days(random: Random, first: date) -> list[dict[str, Any]]:
    offsets = random.sample(range(-2, WINDOW_DAYS), random.randint(0, 12))
    return [_random_day(random, first + timedelta(days=offset)) for offset in offsets]


def _random_day(random: Random, day: date) -> dict[str, Any]:
    kind = random.choice(("holiday", "holiday", "makeup"))
    own = {"hours": _random_hours(random)} if random.random() < 0.2 else {}
    return {"date": day.isoformat(), "kind": kind, "name": random.choice(("国庆节", "春节", "")), **own}


def random_case(random: Random, calendar: dict[str, Any], begins: datetime) -> Case:
    start = random.randrange(0, WINDOW_MINUTES * 3 // 5)
    target = random.choice((0, 1, 30, 240, 480, 1440, random.randrange(0, 1800), random.randrange(0, 6000)))
    events = [("started", start)]
    minute = start
    for number in range(random.choice((0, 0, 1, 2, 2, 4, 6, 7))):
        minute += random.choice((0, 1, random.randrange(0, 300), random.randrange(0, 2400)))
        events.append(("resumed" if number % 2 else "paused", minute))
    return Case(calendar, begins, tuple(_disturbed(random, events)), target)


def _disturbed(random: Random, events: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Now and then an event arrives twice, or the log is out of order (times that differ only)."""
    if random.random() < 0.2:
        events = [*events, random.choice(events)]
    if random.random() < 0.2 and len({minute for _kind, minute in events}) == len(events):
        random.shuffle(events)
    return events


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
