"""Changing a calendar: the effect is shown, then applied; running deadlines follow, finished ones stay."""

from datetime import date, timedelta

import pytest

from huiyin.cases.models import Calendar, CalendarVersion, Clock, HolidayDay, HolidayYear
from huiyin.cases.selectors import calendars as shown
from huiyin.cases.selectors.clocks import explain
from huiyin.cases.services import calendars, clocks
from huiyin.cases.services.calendars import Holidays, Hours, Move
from huiyin.cases.tests.clock_factories import MONDAY, clocks_of, local, make_case, promises
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.models import JournalEntry

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FIRST, RESOLUTION = Clock.Kind.FIRST_RESPONSE, Clock.Kind.RESOLUTION
WEEKEND = [[], []]


@pytest.fixture
def office():
    promises()
    return Calendar.objects.get(key="office")


@pytest.fixture
def case(office):
    case = make_case()
    Clock.objects.bulk_create(clocks.plan(case, at=case.opened_at))
    case.save()
    return case


def half_days():
    return Hours(zone="Asia/Shanghai", intervals=[["09:00-13:00"]] * 5 + WEEKEND)


def anniversary(**values):
    day = HolidayDay(day=date(2026, 11, 17), kind="holiday", name_zh="周年庆", name_en="Anniversary")
    return Holidays(region="CN", days=[day], **values)


def test_preview_when_hours_shrink_then_names_each_deadline_that_moves_and_stores_nothing(office, case):
    effect = calendars.preview_hours(office, half_days(), at=MONDAY)
    first, resolution = clocks_of(case)[FIRST], clocks_of(case)[RESOLUTION]
    assert (effect.looked_at, effect.running, effect.is_complete) == (2, 2, True)
    assert effect.moves == (
        Move(first.id, case.number, FIRST, first.due_at, local("2026-11-17T10:00"), False),
        Move(resolution.id, case.number, RESOLUTION, resolution.due_at, local("2026-11-24T10:00"), False),
    )
    office.refresh_from_db()
    assert (office.version, office.intervals[0]) == (1, ["09:00-18:00"])


def test_preview_when_a_deadline_would_be_past_at_once_then_says_so(office, case):
    longer = Hours(zone="Asia/Shanghai", intervals=[["00:00-24:00"]] * 7)
    clocks.pause(case, reason="waiting_for_user", at=MONDAY + HOUR)
    clocks.resume(case, at=local("2026-11-16T17:00"))
    effect = calendars.preview_hours(office, longer, at=local("2026-11-16T23:00"))
    late = {move.kind: move.becomes_late for move in effect.moves}
    assert late == {FIRST: True, RESOLUTION: False}


def test_change_when_applied_then_running_deadlines_follow_and_the_old_version_is_kept(office, case):
    calendars.change_hours(office, half_days(), version=1, by=SYSTEM)
    assert calendars.recount(office.id, at=MONDAY) == 2
    assert calendars.recount(office.id, at=MONDAY) == 0
    first = clocks_of(case)[FIRST]
    assert (first.due_at, first.calendar_version) == (local("2026-11-17T10:00"), 2)
    case.refresh_from_db()
    assert case.next_due_at == first.due_at
    assert [version.version for version in CalendarVersion.objects.filter(calendar=office)] == [1, 2]
    names = list(JournalEntry.objects.order_by("seq").values_list("name", flat=True))
    assert names == ["calendar.changed", "clock.moved", "clock.moved"]


def test_change_when_a_clock_is_over_then_its_deadline_and_its_proof_stay(office, case):
    clocks.meet(case, [FIRST], at=MONDAY + HOUR)
    calendars.change_hours(office, half_days(), version=1, by=SYSTEM)
    assert calendars.recount(office.id, at=MONDAY) == 1
    first = clocks_of(case)[FIRST]
    assert (first.due_at, first.calendar_version) == (local("2026-11-16T14:00"), 1)
    assert explain(first).is_reproduced is True


def test_recount_when_many_then_goes_in_batches(office, monkeypatch):
    for _ in range(3):
        made = make_case()
        Clock.objects.bulk_create(clocks.plan(made, at=MONDAY))
    calendars.change_hours(office, half_days(), version=1, by=SYSTEM)
    monkeypatch.setattr(calendars, "RECOUNTED", 2)
    assert calendars.recount_stale() == 6
    assert set(Clock.objects.values_list("calendar_version", flat=True)) == {2}


def test_change_when_the_version_is_stale_then_refuses(office):
    calendars.change_hours(office, half_days(), version=1, by=SYSTEM)
    with pytest.raises(Conflict) as refusal:
        calendars.change_hours(office, half_days(), version=1, by=SYSTEM)
    assert (refusal.value.code, refusal.value.data["current"]) == ("calendar_changed", 2)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"zone": "Asia/Nowhere"}, "zone_unknown"),
        ({"intervals": [["09:00-18:00"]] * 6}, "week_incomplete"),
        ({"intervals": [["nine to six"]] * 7}, "interval_unreadable"),
        ({"intervals": [["09:00-09:00"]] * 7}, "interval_empty"),
        ({"intervals": [["09:00-12:00", "10:00-11:00"]] * 7}, "intervals_overlap"),
        ({"intervals": [[]] * 7}, "calendar_never_open"),
    ],
)
def test_change_when_hours_cannot_be_meant_then_refuses_and_changes_nothing(office, change, code):
    hours = Hours(**{"zone": "Asia/Shanghai", "intervals": [["09:00-18:00"]] * 7, **change})
    with pytest.raises(Invalid) as refusal:
        calendars.change_hours(office, hours, version=1, by=SYSTEM)
    assert refusal.value.code == code
    office.refresh_from_db()
    assert (office.version, JournalEntry.objects.count()) == (1, 0)


def test_holidays_when_previewed_then_every_calendar_of_the_region_is_looked_at(office, case):
    effect = calendars.preview_holidays(anniversary(), at=MONDAY)
    assert [(move.kind, move.due_at) for move in effect.moves] == [(RESOLUTION, local("2026-11-19T16:00"))]
    assert HolidayDay.objects.filter(day=date(2026, 11, 17)).count() == 0


def test_holidays_when_changed_then_calendars_get_a_version_and_deadlines_follow(office, case):
    changed = calendars.change_holidays(anniversary(confirmed_years=frozenset({2027})), by=SYSTEM)
    assert [calendar.key for calendar in changed] == ["office"]
    calendars.recount(office.id, at=MONDAY)
    resolution = clocks_of(case)[RESOLUTION]
    assert resolution.due_at == local("2026-11-19T16:00")
    assert [step["name"] for step in resolution.trace["steps"] if step["reason"] == "holiday"] == ["周年庆"]
    assert HolidayYear.objects.filter(region="CN", year=2027).exists()
    office.refresh_from_db()
    assert office.version == 2


def test_holidays_when_removed_then_the_week_applies_again(office):
    calendars.change_holidays(Holidays(region="CN", removed=frozenset({date(2026, 10, 1)})), by=SYSTEM)
    office.refresh_from_db()
    days = {day.day: day for day in shown.year_of(office, 2026)}
    assert days[date(2026, 10, 1)].hours == ("09:00-18:00",)
    assert (days[date(2026, 10, 2)].hours, days[date(2026, 10, 2)].name) == ((), "国庆节")
    assert (days[date(2026, 10, 10)].hours, days[date(2026, 10, 10)].kind) == (("09:00-18:00",), "makeup")


def test_holidays_when_own_hours_cannot_be_meant_then_refuses(office):
    bad = HolidayDay(day=date(2026, 11, 17), kind="makeup", intervals=["9"])
    with pytest.raises(Invalid) as refusal:
        calendars.preview_holidays(Holidays(region="CN", days=[bad]))
    assert refusal.value.code == "interval_unreadable"


def test_seeds_when_installed_then_hold_the_kept_years_and_leave_changes_alone(office):
    assert shown.years_of("CN") == [(2027, False), (2026, True), (2025, True), (2024, True)]
    assert [day.day for day in shown.holidays_in("CN", 2026)][:3] == [
        date(2026, 1, 1),
        date(2026, 1, 2),
        date(2026, 1, 3),
    ]
    calendars.change_hours(office, half_days(), version=1, by=SYSTEM)
    promises()
    office.refresh_from_db()
    assert (office.version, office.intervals[0]) == (2, ["09:00-13:00"])
    assert [calendar.key for calendar in shown.calendars()] == ["always", "office"]
    assert shown.calendar_named("office").id == office.id


FEED = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261117
SUMMARY:周年庆（休）
END:VEVENT
BEGIN:VEVENT
DTSTART:20261118T010000Z
SUMMARY:Party
END:VEVENT
END:VCALENDAR
"""


def test_feed_when_read_then_is_a_proposal_whose_effect_is_shown_like_any_other(office, case):
    proposed, skipped = calendars.holidays_from_feed(FEED, region="CN", years=range(2026, 2028))
    assert skipped == (("Party", "timed"),)
    assert [(row.day, row.kind, row.name_zh) for row in proposed.days] == [
        (date(2026, 11, 17), "holiday", "周年庆")
    ]
    effect = calendars.preview_holidays(proposed, at=MONDAY)
    assert [move.due_at for move in effect.moves] == [local("2026-11-19T16:00")]
    calendars.change_holidays(proposed, by=SYSTEM)
    assert [row.name_zh for row in HolidayDay.objects.filter(day=date(2026, 11, 17))] == ["周年庆"]


@pytest.mark.parametrize(("text", "code"), [("hello", "feed_unreadable"), ("BEGIN:VCALENDAR", "feed_empty")])
def test_feed_when_it_holds_no_days_then_refuses(text, code):
    with pytest.raises(Invalid) as refusal:
        calendars.holidays_from_feed(text, region="CN", years=range(2026, 2028))
    assert refusal.value.code == code
