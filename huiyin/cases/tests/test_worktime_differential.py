"""Twenty thousand random clocks, each judged by the engine and by the naive minute counter."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from huiyin.cases.tests.minute_counter import (
    BeyondWindow,
    Case,
    Verdict,
    count_minutes,
    paint,
    random_calendar,
    random_case,
)
from huiyin.cases.worktime import Calendar, ClockEvent, Deadline, EventKind, deadline, is_open, worked_between

pytestmark = pytest.mark.dry

CALENDARS = 250
CASES_A_CALENDAR = 80
MINUTE = timedelta(minutes=1)


def test_deadline_when_compared_with_a_minute_counter_then_never_differs():
    random = Random("every minute counts")
    compared = 0
    while compared < CALENDARS * CASES_A_CALENDAR:
        data, begins = random_calendar(random)
        calendar, painted = Calendar.from_json(data), paint(data, begins)
        for _ in range(CASES_A_CALENDAR):
            case = random_case(random, data, begins)
            try:
                expected = count_minutes(case, painted)
            except BeyondWindow:
                continue
            compared += 1
            check(case, calendar, painted, expected)
    assert compared >= 20_000


def test_worked_time_when_compared_with_a_minute_counter_then_never_differs():
    random = Random("between")
    for _ in range(40):
        data, begins = random_calendar(random)
        calendar, painted = Calendar.from_json(data), paint(data, begins)
        for _ in range(50):
            low, high = sorted(random.randrange(len(painted)) for _ in range(2))
            worked = worked_between(calendar, begins + low * MINUTE, begins + high * MINUTE)
            assert worked == sum(painted[low:high]) * MINUTE
            assert is_open(calendar, begins + low * MINUTE) == bool(painted[low])


def check(case: Case, calendar: Calendar, painted: bytes, expected: Verdict) -> None:
    events = [ClockEvent(EventKind(kind), case.begins + minute * MINUTE) for kind, minute in case.events]
    found = deadline(events, calendar, case.target * MINUTE)
    due = None if expected.due is None else case.begins + expected.due * MINUTE
    assert found.due_at == due, case
    assert Deadline.from_json(found.to_json()) == found
    check_trace(case, found, painted, expected)


def check_trace(case: Case, found: Deadline, painted: bytes, expected: Verdict) -> None:
    """Steps follow each other without a hole, and each says of its minutes what the counter says."""
    reached, counted = found.started_at, timedelta()
    for step in found.trace:
        assert step.starts_at == reached, case
        reached = step.ends_at
        counted += step.length if step.reason.counts else timedelta()
        assert step.counted_total == counted, case
        if step.reason != "paused":
            low, high = ((at - case.begins) // MINUTE for at in (step.starts_at, step.ends_at))
            assert painted[low:high] == bytes([step.reason.counts]) * (high - low), case
    assert counted == expected.counted * MINUTE, case
    if expected.due is not None:
        assert reached == found.due_at, case


def test_counter_when_a_day_is_short_then_paints_what_the_clock_on_the_wall_shows():
    data = {"zone": "Europe/London", "weekly": [["01:30-02:30"]] * 7, "days": [], "makeup_hours": None}
    spring, autumn = (
        datetime(2026, 3, 17, tzinfo=UTC),
        datetime(2026, 10, 13, tzinfo=UTC),
    )
    day_of_change = 12 * 1440
    assert sum(paint(data, spring)[day_of_change : day_of_change + 1440]) == 30
    assert sum(paint(data, autumn)[day_of_change : day_of_change + 1440]) == 90
