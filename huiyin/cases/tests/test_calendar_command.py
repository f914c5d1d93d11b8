"""`huiyin calendar import` shows before it stores."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from huiyin.cases.models import Clock, HolidayDay
from huiyin.cases.services import clocks
from huiyin.cases.tests.clock_factories import MONDAY, make_case, promises
from huiyin.core.clock import frozen

FEED = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261117
SUMMARY:周年庆
END:VEVENT
BEGIN:VEVENT
DTSTART:20261118T010000Z
SUMMARY:Party
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def feed(tmp_path, db):
    promises()
    case = make_case()
    Clock.objects.bulk_create(clocks.plan(case, at=MONDAY))
    file = tmp_path / "days.ics"
    file.write_text(FEED, encoding="utf-8")
    return file


def told(capsys, *words):
    with frozen(MONDAY):
        call_command("calendar", *words)
    return json.loads(capsys.readouterr().out)


def test_import_when_not_applied_then_shows_the_effect_and_stores_nothing(feed, capsys):
    expected = {"days": 1, "skipped": 1, "moves": 1, "late": 0, "looked_at": 2, "running": 2}
    assert told(capsys, "import", str(feed)) == {**expected, "applied": False}
    assert not HolidayDay.objects.filter(day=date(2026, 11, 17)).exists()
    assert told(capsys, "import", str(feed), "--apply") == {**expected, "applied": True}
    assert HolidayDay.objects.filter(day=date(2026, 11, 17)).exists()


def test_import_when_the_file_is_absent_then_fails_with_one_line(db, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("calendar", "import", str(tmp_path / "none.ics"))


def test_seed_when_run_again_then_adds_nothing(feed):
    before = HolidayDay.objects.count()
    call_command("calendar", "seed")
    assert HolidayDay.objects.count() == before
