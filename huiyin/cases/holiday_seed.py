"""The first rows of the holiday table: Chinese holidays and make-up working days as a kept file.

Two libraries are read once by `rebuild`, by a developer, and never while Huiyin serves: one of them raises
for a year it does not know, the other knows no make-up days ahead of the State Council's notice. A year is
*confirmed* when the notice is in both; a later year holds the statutory days only and is said to be open.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from huiyin.cases.worktime import DayKind, SpecialDay

FILE = Path(__file__).with_name("holidays_cn.json")
FIRST_YEAR, LAST_YEAR = 2024, 2027

CHINESE_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}
ENGLISH_NAMES = {chinese: english for english, chinese in CHINESE_NAMES.items()}
SHORT_NAMES = {"农历除夕": "春节"}
IN_LIEU = re.compile(r"（补假）$")


@dataclass(frozen=True)
class Seed:
    special_days: tuple[SpecialDay, ...]
    confirmed_years: frozenset[int]


@cache
def china() -> Seed:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    days = tuple(
        SpecialDay(date.fromisoformat(item["date"]), DayKind(item["kind"]), item["name"])
        for item in data["days"]
    )
    return Seed(days, frozenset(data["confirmed_years"]))


def rebuild() -> Seed:
    """Write the file anew from the installed `chinesecalendar` and `holidays`; needs both."""
    from chinese_calendar import constants

    noticed = {day.year for day in constants.holidays}
    days: list[SpecialDay] = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        days += _noticed_days(year) if year in noticed else _statutory_days(year)
    confirmed = noticed & set(range(FIRST_YEAR, LAST_YEAR + 1))
    FILE.write_text(_file_text(days, sorted(confirmed)), encoding="utf-8")
    china.cache_clear()
    return china()


def _noticed_days(year: int) -> list[SpecialDay]:
    """Every day off of the notice, its weekend days too: a calendar that serves on Saturdays needs them."""
    from chinese_calendar import constants

    off = [(day, DayKind.HOLIDAY, name) for day, name in constants.holidays.items() if day.year == year]
    on = [(day, DayKind.MAKEUP, name) for day, name in constants.workdays.items() if day.year == year]
    return [SpecialDay(day, kind, CHINESE_NAMES[name]) for day, kind, name in sorted(off + on)]


def _statutory_days(year: int) -> list[SpecialDay]:
    import holidays

    found = holidays.country_holidays("CN", years=year, language="zh_CN")
    named = ((day, IN_LIEU.sub("", name)) for day, name in sorted(found.items()))
    return [SpecialDay(day, DayKind.HOLIDAY, SHORT_NAMES.get(name, name)) for day, name in named]


def _file_text(days: list[SpecialDay], confirmed: list[int]) -> str:
    rows: list[dict[str, Any]] = [
        {"date": special.day.isoformat(), "kind": special.kind.value, "name": special.name}
        for special in days
    ]
    lines = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in rows)
    source = "State Council notices by way of chinesecalendar 1.11 and holidays 0.109 (both MIT)"
    return (
        f'{{\n  "source": {json.dumps(source)},\n  "region": "CN",\n'
        f'  "confirmed_years": {json.dumps(confirmed)},\n  "days": [\n{lines}\n  ]\n}}\n'
    )
