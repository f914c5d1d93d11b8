"""The pages of calendars and policies: what each role may do, and that nothing changes unseen."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from huiyin.cases.models import Calendar, Clock, HolidayDay, HolidayYear, SlaPolicy
from huiyin.cases.services import clocks
from huiyin.cases.tests import factories
from huiyin.cases.tests.clock_factories import MONDAY, make_case
from huiyin.core.clock import frozen
from huiyin.core.models import JournalEntry

pytestmark = pytest.mark.django_db
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
TEXT = "09:00-12:00, 13:30-18:00"
FEED = """BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:公司日
DTSTART;VALUE=DATE:20281117
DTEND;VALUE=DATE:20281118
END:VEVENT
BEGIN:VEVENT
SUMMARY:周会
DTSTART:20281117T090000Z
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def office() -> Calendar:
    factories.organisation()
    return Calendar.objects.filter(is_always_open=False).exclude(region="").order_by("key")[0]


def signed_in(*roles: str) -> Client:
    client = Client()
    client.force_login(factories.staff("-".join(roles), *roles))
    client.cookies["language"] = "en"
    return client


def week(calendar: Calendar, **values: Any) -> dict[str, Any]:
    kept = {"version": calendar.version, "zone": calendar.zone, "region": calendar.region}
    return {**kept, **dict.fromkeys(WEEK, TEXT), **values}


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def hidden(answer: HttpResponse) -> dict[str, Any]:
    """What the apply button of a preview sends."""
    return dict(answer.context["fields"])


def state(calendar: Calendar) -> tuple[Any, ...]:
    calendar.refresh_from_db()
    return calendar.version, calendar.intervals, HolidayDay.objects.count(), JournalEntry.objects.count()


@pytest.mark.parametrize("role", ["agent", "auditor", "supervisor"])
def test_pages_when_opened_by_the_desk_then_are_shown(office: Calendar, role: str) -> None:
    client = signed_in(role)
    policy = SlaPolicy.objects.get(is_default=True)
    for path in (
        "/desk/calendars/",
        f"/desk/calendars/{office.key}/?year=2026",
        "/desk/calendars/always/",
        f"/desk/policies/{policy.key}/",
    ):
        assert client.get(path).status_code == 200
    shown = text(client.get(f"/desk/calendars/{office.key}/"))
    assert ("Show the effect" in shown) == (role == "supervisor")


def test_calendar_when_absent_then_404(office: Calendar) -> None:
    client = signed_in("supervisor")
    assert client.get("/desk/calendars/absent/").status_code == 404
    assert client.get("/desk/policies/absent/").status_code == 404


def test_writes_when_forbidden_then_403_and_nothing_changes(office: Calendar) -> None:
    client = signed_in("agent")
    policy = SlaPolicy.objects.get(is_default=True)
    calendar, rules = f"/desk/calendars/{office.key}", f"/desk/policies/{policy.key}"
    before = state(office)
    for path in (
        f"{calendar}/hours/",
        f"{calendar}/days/",
        f"{calendar}/days/removal/",
        f"{calendar}/days/application/",
        f"{calendar}/years/",
        f"{calendar}/feed/",
        f"{rules}/rules/",
        f"{rules}/default/",
        f"{rules}/line/",
    ):
        given = week(office, apply="1", day="2026-10-01", year="2026", kind="holiday")
        assert client.post(path, given).status_code == 403
    assert state(office) == before
    policy.refresh_from_db()
    assert policy.version == 1


def test_hours_when_previewed_then_shows_moves_and_stores_nothing(office: Calendar) -> None:
    client = signed_in("supervisor")
    case = make_case()
    Clock.objects.bulk_create(clocks.plan(case, at=MONDAY))
    before = state(office)
    with frozen(MONDAY):
        answer = client.post(
            f"/desk/calendars/{office.key}/hours/", week(office, monday="10:00-11:00", preview="1")
        )
    assert answer.status_code == 200
    effect = answer.context["effect"]
    assert (effect.looked_at, effect.running, len(effect.moves)) == (2, 2, 2)
    assert f"HY-{case.number:06d}" in text(answer) and "later" in text(answer)
    assert state(office) == before


def test_hours_when_applied_then_becomes_the_next_version(office: Calendar) -> None:
    client = signed_in("supervisor")
    url = f"/desk/calendars/{office.key}/hours/"
    seen = client.post(url, week(office, monday="10:00-11:00", preview="1"))
    answer = client.post(url, {**hidden(seen), "apply": "1"})
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/calendars/{office.key}/")
    version = office.version
    office.refresh_from_db()
    assert (office.version, office.intervals[0]) == (version + 1, ["10:00-11:00"])
    assert office.intervals[1] == ["09:00-12:00", "13:30-18:00"]


def test_hours_when_edited_further_then_keeps_what_was_written(office: Calendar) -> None:
    client, before = signed_in("supervisor"), state(office)[:2]
    answer = client.post(f"/desk/calendars/{office.key}/hours/", week(office, monday="10:00-11:00", edit="1"))
    assert answer.status_code == 200 and 'value="10:00-11:00"' in text(answer)
    assert state(office)[:2] == before


def test_hours_when_stale_then_409_and_keeps_what_was_written(office: Calendar) -> None:
    client = signed_in("supervisor")
    before = state(office)
    given = week(office, monday="10:00-11:00", version=office.version - 1, apply="1")
    answer = client.post(f"/desk/calendars/{office.key}/hours/", given)
    assert answer.status_code == 409
    assert "Somebody changed this calendar meanwhile" in text(answer)
    assert 'value="10:00-11:00"' in text(answer)
    assert state(office) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tuesday", "nine to five"),
        ("tuesday", "09:00-12:00, 11:00-13:00"),
        ("makeup", "25:00-26:00"),
        ("zone", "Mars/Base"),
        ("region", "XX"),
    ],
)
def test_hours_when_bad_then_names_the_field(office: Calendar, field: str, value: str) -> None:
    client = signed_in("supervisor")
    before = state(office)
    given = week(office, apply="1", **{field: value})
    answer = client.post(f"/desk/calendars/{office.key}/hours/", given)
    assert answer.status_code == 400
    assert list(answer.context["hours"].errors) == [field]
    assert f'id="id_{field}_error"' in text(answer)
    assert state(office) == before


def test_hours_when_never_open_then_400_with_the_reason(office: Calendar) -> None:
    given = week(office, **dict.fromkeys(WEEK, ""), apply="1")
    answer = signed_in("supervisor").post(f"/desk/calendars/{office.key}/hours/", given)
    assert answer.status_code == 400 and "never be due" in text(answer)


def test_day_when_added_then_is_previewed_and_applied_to_the_region(office: Calendar) -> None:
    client, url = signed_in("supervisor"), f"/desk/calendars/{office.key}"
    day = {"day": "2028-11-17", "kind": "holiday", "name_zh": "公司日", "own_hours": "09:00-10:00"}
    seen = client.post(f"{url}/days/", day)
    assert seen.status_code == 200 and not HolidayDay.objects.filter(day=date(2028, 11, 17)).exists()
    answer = client.post(f"{url}/days/application/", hidden(seen))
    assert (answer.status_code, answer["Location"]) == (302, f"{url}/?year=2028")
    made = HolidayDay.objects.get(day=date(2028, 11, 17))
    assert (made.region, made.kind, made.name_zh, made.intervals) == (
        office.region,
        "holiday",
        "公司日",
        ["09:00-10:00"],
    )


def test_day_when_removed_then_goes_after_the_preview(office: Calendar) -> None:
    client, url = signed_in("supervisor"), f"/desk/calendars/{office.key}"
    day = HolidayDay.objects.filter(region=office.region).earliest("day").day
    seen = client.post(f"{url}/days/removal/", {"day": day.isoformat()})
    assert HolidayDay.objects.filter(day=day).exists()
    assert client.post(f"{url}/days/application/", hidden(seen)).status_code == 302
    assert not HolidayDay.objects.filter(day=day, region=office.region).exists()


def test_day_when_unreadable_then_400_and_names_the_field(office: Calendar) -> None:
    client, url = signed_in("supervisor"), f"/desk/calendars/{office.key}"
    answer = client.post(f"{url}/days/", {"day": "soon", "kind": "holiday"})
    assert (answer.status_code, list(answer.context["day_form"].errors)) == (400, ["day"])
    assert client.post(f"{url}/days/removal/", {"day": "soon"}).status_code == 400


def test_days_when_the_calendar_changed_after_the_preview_then_409(office: Calendar) -> None:
    client, url = signed_in("supervisor"), f"/desk/calendars/{office.key}"
    seen = client.post(f"{url}/days/", {"day": "2028-11-17", "kind": "holiday"})
    client.post(f"{url}/hours/", week(office, monday="10:00-11:00", apply="1"))
    before = state(office)
    answer = client.post(f"{url}/days/application/", hidden(seen))
    assert answer.status_code == 409 and "Somebody changed this calendar" in text(answer)
    assert state(office) == before


def test_days_when_the_seal_is_broken_then_400(office: Calendar) -> None:
    client = signed_in("supervisor")
    before = state(office)
    url = f"/desk/calendars/{office.key}/days/application/"
    assert client.post(url, {"change": "made:up", "version": office.version}).status_code == 400
    assert state(office) == before


def test_days_when_the_calendar_observes_none_then_400(office: Calendar) -> None:
    given = {"day": "2028-11-17", "kind": "holiday"}
    assert signed_in("supervisor").post("/desk/calendars/always/days/", given).status_code == 400


def test_year_when_confirmed_then_is_kept_after_the_preview(office: Calendar) -> None:
    client, url = signed_in("supervisor"), f"/desk/calendars/{office.key}"
    seen = client.post(f"{url}/years/", {"year": "2029"})
    assert not HolidayYear.objects.filter(year=2029).exists()
    answer = client.post(f"{url}/days/application/", hidden(seen))
    assert answer["Location"] == f"{url}/?year=2029"
    assert HolidayYear.objects.filter(year=2029, region=office.region).exists()


def test_feed_when_sent_then_days_are_previewed_with_what_was_left_out(office: Calendar) -> None:
    client, url = signed_in("supervisor"), f"/desk/calendars/{office.key}"
    seen = client.post(f"{url}/feed/", {"feed": SimpleUploadedFile("a.ics", FEED.encode()), "year": "2028"})
    assert seen.status_code == 200
    assert [row.day for row in seen.context["days"].days] == [date(2028, 11, 17)]
    assert "周会" in text(seen) and "begins at a time of day" in text(seen)
    assert client.post(f"{url}/days/application/", hidden(seen)).status_code == 302
    assert HolidayDay.objects.get(day=date(2028, 11, 17)).name_zh == "公司日"


def test_feed_when_no_calendar_then_400_and_names_the_field(office: Calendar) -> None:
    url = f"/desk/calendars/{office.key}/feed/"
    given = {"feed": SimpleUploadedFile("a.ics", b"holidays"), "year": "2028"}
    answer = signed_in("supervisor").post(url, given)
    assert (answer.status_code, list(answer.context["feed_form"].errors)) == (400, ["feed"])
