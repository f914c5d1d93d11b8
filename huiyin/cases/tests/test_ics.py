"""Holiday feeds: whole days become days off or make-up days; everything else is skipped and said so."""

from datetime import date

import pytest

from huiyin.cases import ics
from huiyin.cases.ics import FeedFault, Skip
from huiyin.cases.worktime import DayKind, SpecialDay

pytestmark = pytest.mark.dry

YEARS = range(2026, 2029)


def feed(*events: str) -> str:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n"


def days(*events: str) -> list[tuple[str, str, str]]:
    found = ics.read(feed(*events), years=YEARS)
    return [(special.day.isoformat(), special.kind.value, special.name) for special in found.days]


def test_read_when_days_are_whole_then_the_end_is_not_among_them():
    event = "DTSTART;VALUE=DATE:20261001\r\nDTEND;VALUE=DATE:20261004\r\nSUMMARY;LANGUAGE=zh:国庆节"
    assert days(event) == [(f"2026-10-0{day}", "holiday", "国庆节") for day in (1, 2, 3)]
    assert days("DTSTART;VALUE=DATE:20261001\r\nSUMMARY:国庆节") == [("2026-10-01", "holiday", "国庆节")]


@pytest.mark.parametrize(
    ("event", "kind", "name"),
    [
        ("SUMMARY:国庆节（班）", "makeup", "国庆节"),
        ("SUMMARY:春节 班", "makeup", "春节"),
        ("SUMMARY:春节补班", "makeup", "春节"),
        ("SUMMARY:国庆节（休）", "holiday", "国庆节"),
        ("SUMMARY:春节 休", "holiday", "春节"),
        ("SUMMARY:国庆节\r\nX-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY", "makeup", "国庆节"),
        ("SUMMARY:国庆节\r\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY", "holiday", "国庆节"),
        ("SUMMARY:Founders\\, day\\nof rest", "holiday", "Founders, day of rest"),
        ("SUMMARY:国庆\r\n 节", "holiday", "国庆节"),
    ],
)
def test_read_when_a_name_or_a_mark_tells_the_kind_then_knows_it(event, kind, name):
    assert days(f"DTSTART;VALUE=DATE:20261010\r\n{event}") == [("2026-10-10", kind, name)]


def test_read_when_it_repeats_yearly_then_fills_the_wanted_years():
    every = "DTSTART;VALUE=DATE:20200501\r\nSUMMARY:Labour Day\r\nRRULE:FREQ=YEARLY"
    assert [day for day, _kind, _name in days(every)] == ["2026-05-01", "2027-05-01", "2028-05-01"]
    assert [day for day, *_ in days(every + ";COUNT=8")] == ["2026-05-01", "2027-05-01"]
    assert [day for day, *_ in days(every + ";UNTIL=20270430")] == ["2026-05-01"]
    assert [day for day, *_ in days(every + ";BYMONTH=5;BYMONTHDAY=1;UNTIL=20260501T000000Z")] == [
        "2026-05-01"
    ]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("DTSTART:20261001T090000Z", Skip.TIMED),
        ("DTSTART;VALUE=DATE:20261001\r\nSTATUS:CANCELLED", Skip.CANCELLED),
        ("DTSTART;VALUE=DATE:20261001\r\nRRULE:FREQ=WEEKLY", Skip.RECURRENCE),
        ("DTSTART;VALUE=DATE:20261126\r\nRRULE:FREQ=YEARLY;BYDAY=4TH", Skip.RECURRENCE),
        ("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY", Skip.RECURRENCE),
        ("DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20261231", Skip.TOO_LONG),
        ("DTSTART;VALUE=DATE:20261301", Skip.UNREADABLE),
        ("DTSTART;VALUE=DATE:20261002\r\nDTEND;VALUE=DATE:20261001", Skip.UNREADABLE),
        ("LOCATION:nowhere", Skip.UNREADABLE),
        ("DTSTART;VALUE=DATE:20261001\r\nRRULE:FREQ=YEARLY;COUNT=many", Skip.UNREADABLE),
    ],
)
def test_read_when_an_event_is_no_day_then_skips_it_and_says_why(event, reason):
    found = ics.read(feed(f"SUMMARY:Odd\r\n{event}"), years=YEARS)
    assert (found.days, found.skipped) == ((), (("Odd", reason),))


def test_read_when_two_events_name_a_date_then_the_makeup_day_wins_and_alarms_are_no_events():
    off = "DTSTART;VALUE=DATE:20261010\r\nSUMMARY:Weekend\r\nBEGIN:VALARM\r\nSUMMARY:Ring\r\nEND:VALARM"
    work = "DTSTART;VALUE=DATE:20261010\r\nSUMMARY:国庆节（班）"
    expected = (SpecialDay(date(2026, 10, 10), DayKind.MAKEUP, "国庆节"),)
    assert ics.read(feed(off, work), years=YEARS).days == expected
    assert ics.read(feed(work, off), years=YEARS).days == expected
    assert days(off)[0][2] == "Weekend"


@pytest.mark.parametrize(
    ("text", "code"),
    [("hello", "feed_unreadable"), ("", "feed_unreadable"), ("x" * 1_000_001, "feed_too_large")],
)
def test_read_when_the_text_is_no_feed_then_refuses(text, code):
    with pytest.raises(FeedFault) as fault:
        ics.read(text, years=YEARS)
    assert fault.value.code == code
