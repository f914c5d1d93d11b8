"""The promises with which every installation starts: two calendars, the Chinese holiday table, three packs.

Rows are added where their key is missing; what people have changed is left alone. The models come through
a getter, so that a migration can hand in those of its own time.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from huiyin.cases import holiday_seed, packs
from huiyin.cases.worktime import Calendar, SpecialDay
from huiyin.cases.worktime.calendars import hours_to_json
from huiyin.core.clock import now

ZONE = "Asia/Shanghai"
REGION = "CN"
ALWAYS = "always"
OFFICE = "office"
DEFAULT_PACK = "tiered"


def install(model: Callable[[str], Any]) -> None:
    """`model("Calendar")` answers the model class of that name."""
    _holidays(model)
    always = _calendar(model, ALWAYS, ("全天候", "Around the clock"), Calendar.always(ZONE), always=True)
    office = _calendar(model, OFFICE, ("工作时间", "Office hours"), office_hours())
    for pack in packs.PACKS:
        _policy(model, pack, always if pack.key == "classic" else office)


def office_hours() -> Calendar:
    """Monday to Friday, nine to six, with the holidays and make-up days of China."""
    seed = holiday_seed.china()
    week = Calendar.office(ZONE, "09:00-18:00")
    return replace(week, special_days=seed.special_days, confirmed_years=seed.confirmed_years)


def _policy(model: Callable[[str], Any], pack: packs.Pack, calendar: Any) -> None:
    row, is_new = model("SlaPolicy").objects.get_or_create(
        key=pack.key,
        defaults={
            "name_zh": pack.name_zh,
            "name_en": pack.name_en,
            "calendar": calendar,
            "rules": [rule.to_json() for rule in pack.rules],
            "is_default": pack.key == DEFAULT_PACK,
        },
    )
    if is_new:
        first = {"calendar": calendar, "rules": row.rules, "made_at": now()}
        model("PolicyVersion").objects.create(policy=row, version=row.version, **first)


def _holidays(model: Callable[[str], Any]) -> None:
    seed, days, years = holiday_seed.china(), model("HolidayDay"), model("HolidayYear")
    days.objects.bulk_create(
        [_holiday(days, special) for special in seed.special_days], ignore_conflicts=True
    )
    years.objects.bulk_create(
        [years(region=REGION, year=year) for year in sorted(seed.confirmed_years)], ignore_conflicts=True
    )


def _holiday(days: Any, special: SpecialDay) -> Any:
    return days(
        region=REGION,
        day=special.day,
        kind=special.kind.value,
        name_zh=special.name,
        name_en=holiday_seed.ENGLISH_NAMES[special.name],
    )


def _calendar(
    model: Callable[[str], Any], key: str, names: tuple[str, str], value: Calendar, *, always: bool = False
) -> Any:
    row, is_new = model("Calendar").objects.get_or_create(
        key=key,
        defaults={
            "name_zh": names[0],
            "name_en": names[1],
            "zone": value.zone,
            "region": "" if always else REGION,
            "is_always_open": always,
            "intervals": [hours_to_json(hours) for hours in value.weekly],
        },
    )
    if is_new:
        model("CalendarVersion").objects.create(calendar=row, version=row.version, data=value.to_json())
    return row
