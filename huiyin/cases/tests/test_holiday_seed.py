"""The kept holiday table against the two libraries it came from, day by day."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from huiyin.cases import holiday_seed
from huiyin.cases.worktime import DayKind

pytestmark = pytest.mark.dry

WEEKEND = (5, 6)
# `chinesecalendar` lacks the make-up Saturday that the notice for New Year 2006 put at the end of 2005.
KNOWN_DIFFERENCES = {2005: {date(2005, 12, 31)}}


def every_day(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=count) for count in range((date(year + 1, 1, 1) - first).days)]


def works_by_holidays(day: date, table: holidays.HolidayBase) -> bool:
    if day in table.weekend_workdays:
        return True
    return day.weekday() not in WEEKEND and day not in table


def works_by_seed(day: date) -> bool:
    special = {special.day: special for special in holiday_seed.china().special_days}.get(day)
    if special is None:
        return day.weekday() not in WEEKEND
    return special.kind is DayKind.MAKEUP


@pytest.mark.parametrize("year", range(2004, 2027))
def test_libraries_when_both_know_a_year_then_agree_on_every_working_day(year):
    table = holidays.country_holidays("CN", years=year)
    differing = {
        day for day in every_day(year) if chinese_calendar.is_workday(day) != works_by_holidays(day, table)
    }
    assert differing == KNOWN_DIFFERENCES.get(year, set())


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_seed_when_a_year_is_confirmed_then_equals_both_libraries(year):
    table = holidays.country_holidays("CN", years=year)
    for day in every_day(year):
        works = works_by_seed(day)
        assert (works, works) == (chinese_calendar.is_workday(day), works_by_holidays(day, table)), day


def test_seed_when_the_notice_is_not_out_then_holds_the_statutory_days_and_says_so():
    seed = holiday_seed.china()
    assert seed.confirmed_years == {2024, 2025, 2026}
    table = holidays.country_holidays("CN", years=2027)
    assert {special.day for special in seed.special_days if special.day.year == 2027} == set(table)
    assert not any(
        special.kind is DayKind.MAKEUP for special in seed.special_days if special.day.year == 2027
    )


def test_rebuild_when_run_again_then_writes_the_kept_file(tmp_path, monkeypatch):
    kept = holiday_seed.FILE.read_text(encoding="utf-8")
    monkeypatch.setattr(holiday_seed, "FILE", tmp_path / "holidays_cn.json")
    rebuilt = holiday_seed.rebuild()
    assert holiday_seed.FILE.read_text(encoding="utf-8") == kept
    holiday_seed.china.cache_clear()
    assert rebuilt.confirmed_years == {2024, 2025, 2026}
