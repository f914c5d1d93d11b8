"""Deadlines checked by hand: real notices, night shifts, changes of the clock, pauses, refusals."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from huiyin.cases import holiday_seed
from huiyin.cases.worktime import (
    Calendar,
    CalendarFault,
    ClockEvent,
    DayKind,
    Deadline,
    EventKind,
    Interval,
    NoOpenTime,
    SpecialDay,
    State,
    deadline,
    is_open,
    replay,
    steps_from_json,
    worked_between,
)

pytestmark = pytest.mark.dry

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def office() -> Calendar:
    """Monday to Friday, nine to six, with an hour and a half for lunch and the kept Chinese holidays."""
    seed = holiday_seed.china()
    week = Calendar.office("Asia/Shanghai", "09:00-12:00", "13:30-18:00")
    return replace(week, special_days=seed.special_days, confirmed_years=seed.confirmed_years)


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def started(at: datetime) -> list[ClockEvent]:
    return [ClockEvent(EventKind.STARTED, at)]


def log(*entries: tuple[str, datetime] | tuple[str, datetime, str]) -> list[ClockEvent]:
    return [ClockEvent(EventKind(kind), *rest) for kind, *rest in entries]


def told(found: Deadline) -> list[tuple[str, str, str, str]]:
    """The trace in local minutes: (reason, name, from, to)."""
    zone = ZoneInfo(found.zone)
    return [
        (
            step.reason.value,
            step.name,
            f"{step.starts_at.astimezone(zone):%m-%d %H:%M}",
            f"{step.ends_at.astimezone(zone):%m-%d %H:%M}",
        )
        for step in found.trace
    ]


def test_deadline_when_lunch_lies_between_then_skips_it():
    found = deadline(started(local("2026-11-18T11:00")), office(), 2 * HOUR)
    assert found.due_at == local("2026-11-18T14:30")
    assert found.warn_at == local("2026-11-18T14:06")
    assert told(found) == [
        ("counted", "", "11-18 11:00", "11-18 12:00"),
        ("closed", "", "11-18 12:00", "11-18 13:30"),
        ("counted", "", "11-18 13:30", "11-18 14:30"),
    ]


def test_deadline_when_national_day_2025_lies_between_then_counts_the_makeup_sunday():
    found = deadline(started(local("2025-09-27T10:00")), office(), 26 * HOUR)
    assert [item for item in told(found) if item[0] != "closed"] == [
        ("rest_day", "", "09-27 10:00", "09-28 00:00"),
        ("makeup", "国庆节", "09-28 09:00", "09-28 12:00"),
        ("makeup", "国庆节", "09-28 13:30", "09-28 18:00"),
        ("counted", "", "09-29 09:00", "09-29 12:00"),
        ("counted", "", "09-29 13:30", "09-29 18:00"),
        ("counted", "", "09-30 09:00", "09-30 12:00"),
        ("counted", "", "09-30 13:30", "09-30 18:00"),
        ("holiday", "国庆节", "10-01 00:00", "10-06 00:00"),
        ("holiday", "中秋节", "10-06 00:00", "10-07 00:00"),
        ("holiday", "国庆节", "10-07 00:00", "10-09 00:00"),
        ("counted", "", "10-09 09:00", "10-09 12:00"),
        ("counted", "", "10-09 13:30", "10-09 14:00"),
    ]
    assert found.due_at == local("2025-10-09T14:00")


def test_deadline_when_national_day_2026_lies_between_then_counts_the_makeup_saturday():
    found = deadline(started(local("2026-09-30T17:00")), office(), 16 * HOUR)
    counted = [item[2:] for item in told(found) if item[0] in ("counted", "makeup")]
    assert counted == [
        ("09-30 17:00", "09-30 18:00"),
        ("10-08 09:00", "10-08 12:00"),
        ("10-08 13:30", "10-08 18:00"),
        ("10-09 09:00", "10-09 12:00"),
        ("10-09 13:30", "10-09 18:00"),
    ]
    assert deadline(started(local("2026-09-30T17:00")), office(), 17 * HOUR).due_at == local(
        "2026-10-10T10:00"
    )


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2025-01-26", "2025-02-09", 6),  # Sunday 26 January and Saturday 8 February work, eight days off
        ("2025-09-28", "2025-10-12", 6),  # Sunday 28 September and Saturday 11 October work
        ("2026-02-14", "2026-03-01", 6),  # Saturdays 14 and 28 February work, nine days off
        ("2026-09-20", "2026-10-11", 11),  # Sunday 20 September works, Friday 25 is Mid-Autumn
    ],
)
def test_worked_time_when_a_notice_moves_days_then_equals_its_working_days(first, last, days):
    worked = worked_between(office(), local(first + "T00:00"), local(last + "T00:00"))
    assert worked == days * 7.5 * HOUR


def test_deadline_when_it_ends_with_the_day_then_is_not_moved_to_the_next_morning():
    assert deadline(started(local("2026-11-18T17:00")), office(), HOUR).due_at == local("2026-11-18T18:00")


def test_deadline_when_the_holidays_of_a_year_are_not_confirmed_then_weekdays_apply_and_it_says_so():
    found = deadline(started(local("2026-12-31T17:00")), office(), 2 * HOUR)
    assert found.due_at == local("2027-01-04T10:00")
    assert found.unconfirmed_years == (2027,)
    late = deadline(started(local("2031-10-01T09:00")), office(), HOUR)
    assert (late.due_at, late.unconfirmed_years) == (local("2031-10-01T10:00"), (2031,))
    assert deadline(started(local("2026-11-18T09:00")), office(), HOUR).unconfirmed_years == ()


def test_deadline_when_the_shift_passes_midnight_then_counts_on():
    nights = Calendar.office("Asia/Shanghai", "22:00-06:00")
    found = deadline(started(local("2026-11-20T23:00")), nights, 8 * HOUR)
    assert told(found) == [
        ("counted", "", "11-20 23:00", "11-21 06:00"),
        ("rest_day", "", "11-21 06:00", "11-23 00:00"),
        ("closed", "", "11-23 00:00", "11-23 22:00"),
        ("counted", "", "11-23 22:00", "11-23 23:00"),
    ]


def test_deadline_when_a_holiday_follows_a_night_shift_then_the_shift_stays_with_its_evening():
    holiday = SpecialDay(date(2026, 10, 1), DayKind.HOLIDAY, "国庆节")
    nights = replace(Calendar.office("Asia/Shanghai", "22:00-06:00", workdays=7), special_days=(holiday,))
    assert is_open(nights, local("2026-10-01T05:59"))
    assert not is_open(nights, local("2026-10-01T06:00"))
    assert not is_open(nights, local("2026-10-02T03:00"))
    assert is_open(nights, local("2026-10-02T22:00"))


def test_deadline_when_a_holiday_has_own_hours_then_counts_them_under_its_name():
    short = SpecialDay(date(2026, 2, 16), DayKind.HOLIDAY, "春节", (Interval.parse("10:00-12:00"),))
    calendar = replace(Calendar.office("Asia/Shanghai", "09:00-18:00"), special_days=(short,))
    found = deadline(started(local("2026-02-16T09:00")), calendar, 3 * HOUR)
    assert told(found) == [
        ("holiday", "春节", "02-16 09:00", "02-16 10:00"),
        ("counted", "春节", "02-16 10:00", "02-16 12:00"),
        ("holiday", "春节", "02-16 12:00", "02-17 00:00"),
        ("closed", "", "02-17 00:00", "02-17 09:00"),
        ("counted", "", "02-17 09:00", "02-17 10:00"),
    ]


@pytest.mark.parametrize(
    ("zone", "start", "hours", "due"),
    [
        ("America/New_York", "2026-03-08T00:00", 5, "2026-03-08T06:00"),  # 02:00 to 03:00 does not exist
        ("America/New_York", "2026-11-01T00:00", 5, "2026-11-01T04:00"),  # 01:00 to 02:00 comes twice
        ("Europe/London", "2026-03-29T00:00", 24, "2026-03-30T01:00"),
        ("Europe/London", "2026-10-25T00:00", 24, "2026-10-25T23:00"),
        ("Australia/Lord_Howe", "2026-10-04T00:00", 4, "2026-10-04T04:30"),  # the clock moves by half an hour
        ("Australia/Lord_Howe", "2026-04-05T00:00", 4, "2026-04-05T03:30"),
    ],
)
def test_deadline_when_the_clock_on_the_wall_jumps_then_counts_real_time(zone, start, hours, due):
    found = deadline(started(local(start, zone)), Calendar.always(zone), hours * HOUR)
    assert found.due_at == local(due, zone)
    assert found.due_at == local(start, zone).astimezone(UTC) + hours * HOUR


def test_deadline_when_the_hours_lie_in_the_gap_then_waits_for_the_next_day():
    early = Calendar.office("America/New_York", "02:00-03:00", workdays=7)
    found = deadline(started(local("2026-03-08T00:00", "America/New_York")), early, HOUR)
    assert found.due_at == local("2026-03-09T03:00", "America/New_York")


def test_deadline_when_the_hours_come_twice_then_counts_both():
    early = Calendar.office("America/New_York", "01:00-02:00", workdays=7)
    found = deadline(started(local("2026-11-01T00:00", "America/New_York")), early, 2 * HOUR)
    assert found.due_at == datetime(2026, 11, 1, 7, tzinfo=UTC)


def test_deadline_when_a_date_does_not_exist_then_skips_it():
    """Samoa left out 30 December 2011."""
    calendar = Calendar.office("Pacific/Apia", "09:00-17:00", workdays=7)
    found = deadline(started(local("2011-12-29T16:00", "Pacific/Apia")), calendar, 2 * HOUR)
    assert found.due_at == local("2011-12-31T10:00", "Pacific/Apia")


def test_deadline_when_paused_over_a_holiday_then_the_trace_shows_the_pause_only():
    events = log(
        ("started", local("2026-09-30T16:00")),
        ("paused", local("2026-09-30T17:00"), "pending_user"),
        ("resumed", local("2026-10-08T10:00")),
    )
    found = deadline(events, office(), 3 * HOUR)
    assert told(found) == [
        ("counted", "", "09-30 16:00", "09-30 17:00"),
        ("paused", "pending_user", "09-30 17:00", "10-08 10:00"),
        ("counted", "", "10-08 10:00", "10-08 12:00"),
    ]
    assert (found.state, found.due_at) == (State.RUNNING, local("2026-10-08T12:00"))


def test_deadline_when_paused_then_has_none_but_knows_what_remains():
    events = log(
        ("started", local("2026-11-18T10:00")), ("paused", local("2026-11-18T11:00"), "pending_user")
    )
    found = deadline(events, office(), 4 * HOUR)
    assert (found.state, found.due_at, found.remaining) == (State.PAUSED, None, 3 * HOUR)
    assert told(found)[-1] == ("paused", "pending_user", "11-18 11:00", "11-18 11:00")


def test_deadline_when_paused_after_it_passed_then_keeps_it():
    events = log(("started", local("2026-11-18T10:00")), ("paused", local("2026-11-18T14:00")))
    found = deadline(events, office(), HOUR)
    assert (found.state, found.due_at, found.remaining) == (State.PAUSED, local("2026-11-18T11:00"), 0 * HOUR)


@pytest.mark.parametrize(
    ("stop", "kept", "left"), [("10:30", True, 0.5), ("11:00", True, 0), ("11:01", False, 0)]
)
def test_deadline_when_stopped_then_says_whether_it_was_kept(stop, kept, left):
    events = log(("started", local("2026-11-18T10:00")), ("stopped", local(f"2026-11-18T{stop}")))
    found = deadline(events, office(), HOUR)
    assert (found.state, found.due_at) == (State.STOPPED, local("2026-11-18T11:00"))
    assert (found.kept, found.remaining) == (kept, left * HOUR)


def test_deadline_when_stopped_in_a_pause_then_is_kept_without_a_due_time():
    events = log(
        ("started", local("2026-11-18T10:00")),
        ("paused", local("2026-11-18T10:30"), "pending_user"),
        ("stopped", local("2026-11-20T10:30")),
    )
    found = deadline(events, office(), HOUR)
    assert (found.due_at, found.kept, found.remaining) == (None, True, HOUR / 2)
    assert told(found)[-1] == ("paused", "pending_user", "11-18 10:30", "11-20 10:30")


def test_deadline_when_the_log_is_disordered_and_doubled_then_is_the_same():
    events = log(
        ("started", local("2026-11-18T10:00")),
        ("paused", local("2026-11-18T10:30"), "pending_user"),
        ("resumed", local("2026-11-18T15:00")),
        ("stopped", local("2026-11-18T17:00")),
    )
    clean = deadline(events, office(), 2 * HOUR)
    assert clean.due_at == local("2026-11-18T16:30")
    assert deadline([*reversed(events), events[2], events[0]], office(), 2 * HOUR) == clean


def test_deadline_when_not_started_then_waits():
    found = deadline(log(("paused", local("2026-11-18T10:00"))), office(), HOUR)
    assert (found.state, found.due_at, found.remaining, found.trace) == (State.WAITING, None, HOUR, ())


def test_deadline_when_the_target_is_zero_then_is_due_at_the_start():
    sunday = local("2026-11-22T10:00")
    found = deadline(started(sunday), office(), timedelta())
    assert (found.due_at, found.warn_at, found.trace) == (sunday, sunday, ())


def test_deadline_when_started_within_a_second_then_keeps_the_microseconds():
    start = datetime(2026, 11, 18, 3, 0, 0, 123456, tzinfo=UTC)
    found = deadline(started(start), Calendar.always(), 4 * HOUR)
    assert found.due_at == start + 4 * HOUR
    assert steps_from_json(found.to_json()["steps"]) == found.trace


def test_deadline_when_the_calendar_never_opens_then_refuses():
    shut = Calendar("Asia/Shanghai", ((),) * 7)
    with pytest.raises(NoOpenTime):
        deadline(started(local("2026-11-18T10:00")), shut, HOUR)
    assert deadline(started(local("2026-11-18T10:00")), shut, timedelta()).due_at == local("2026-11-18T10:00")


def test_deadline_when_only_one_date_is_open_then_uses_it_and_refuses_beyond():
    fair = SpecialDay(date(2026, 11, 28), DayKind.MAKEUP, "开放日", (Interval.parse("10:00-16:00"),))
    calendar = Calendar("Asia/Shanghai", ((),) * 7, special_days=(fair,))
    assert deadline(started(local("2026-11-18T10:00")), calendar, 6 * HOUR).due_at == local(
        "2026-11-28T16:00"
    )
    with pytest.raises(NoOpenTime):
        deadline(started(local("2026-11-18T10:00")), calendar, 7 * HOUR)


def test_deadline_when_the_target_is_beyond_twenty_years_then_refuses():
    with pytest.raises(NoOpenTime):
        deadline(started(local("2026-11-18T10:00")), Calendar.always(), timedelta(days=366 * 21))


def test_replay_when_read_then_shows_what_the_clock_knew_after_each_event():
    events = log(
        ("started", local("2026-11-18T10:00")),
        ("paused", local("2026-11-18T11:00"), "pending_user"),
        ("resumed", local("2026-11-18T14:00")),
    )
    frames = replay(reversed(events), office(), 2 * HOUR)
    assert [frame.event for frame in frames] == events
    dues = [local("2026-11-18T12:00"), None, local("2026-11-18T15:00")]
    assert [frame.deadline.due_at for frame in frames] == dues


def test_deadline_when_stored_as_json_then_reads_back_equal_and_speaks_both_times():
    found = deadline(started(local("2026-09-30T17:00")), office(), 9 * HOUR)
    data = found.to_json()
    assert Deadline.from_json(data) == found
    assert data["steps"][0] == {
        "reason": "counted",
        "name": "",
        "from": "2026-09-30T09:00:00Z",
        "to": "2026-09-30T10:00:00Z",
        "local_from": "2026-09-30T17:00:00+08:00",
        "local_to": "2026-09-30T18:00:00+08:00",
        "counted_seconds": 3600,
    }


def test_calendar_when_stored_as_json_then_reads_back_equal():
    special = SpecialDay(date(2026, 2, 14), DayKind.MAKEUP, "春节", (Interval.parse("22:00-06:00"),))
    calendar = replace(office(), special_days=(special,), makeup_hours=(Interval.parse("00:00-24:00"),))
    assert Calendar.from_json(calendar.to_json()) == calendar


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"zone": "Asia/Nowhere"}, "zone_unknown"),
        ({"weekly": [["09:00-18:00"]] * 6}, "week_incomplete"),
        ({"weekly": [["09:00"]] * 7}, "interval_unreadable"),
        ({"weekly": [["09:60-10:00"]] * 7}, "interval_unreadable"),
        ({"weekly": [["24:30-25:00"]] * 7}, "interval_unreadable"),
        ({"weekly": [["09:00-09:00"]] * 7}, "interval_empty"),
        ({"weekly": [["09:00-12:00", "11:00-18:00"]] * 7}, "intervals_overlap"),
    ],
)
def test_calendar_when_it_cannot_be_meant_then_says_what_is_wrong(change, code):
    with pytest.raises(CalendarFault) as fault:
        Calendar.from_json({**office().to_json(), **change})
    assert fault.value.code == code
