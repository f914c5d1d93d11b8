"""Reads about calendars and policies for those who edit them: hours, holidays, what a year looks like."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from huiyin.cases.models import Calendar, HolidayDay, HolidayYear, SlaPolicy
from huiyin.cases.selectors.rulebook import hours_of
from huiyin.cases.worktime.calendars import hours_to_json
from huiyin.core.errors import NotFound


@dataclass(frozen=True)
class DayShown:
    """One date of a calendar: its hours as text, and what it is when it leaves the weekly rule."""

    day: date
    hours: tuple[str, ...]
    kind: str
    name: str

    @property
    def is_open(self) -> bool:
        return bool(self.hours)


@dataclass(frozen=True)
class Month:
    """A month as a sheet: `blanks` weekdays, Monday first, stand before its first day."""

    first: date
    blanks: range
    days: tuple[DayShown, ...]


def policies() -> list[SlaPolicy]:
    return list(SlaPolicy.objects.select_related("calendar", "line").order_by("-is_default", "key"))


def policy_named(key: str) -> SlaPolicy:
    policy = SlaPolicy.objects.select_related("calendar", "line").filter(key=key).first()
    if policy is None:
        raise NotFound("policy_absent", "")
    return policy


def calendars() -> list[Calendar]:
    return list(Calendar.objects.order_by("key"))


def calendar_named(key: str) -> Calendar:
    calendar = Calendar.objects.filter(key=key).first()
    if calendar is None:
        raise NotFound("calendar_absent", "")
    return calendar


def regions() -> list[str]:
    """Regions that the holiday table knows."""
    return list(HolidayDay.objects.order_by("region").values_list("region", flat=True).distinct())


def holidays_in(region: str, year: int) -> list[HolidayDay]:
    return list(HolidayDay.objects.filter(region=region, day__year=year).order_by("day"))


def years_of(region: str) -> list[tuple[int, bool]]:
    """Years that the holiday table knows, newest first, each with whether it is confirmed."""
    confirmed = set(HolidayYear.objects.filter(region=region).values_list("year", flat=True))
    known = {day.year for day in HolidayDay.objects.filter(region=region).dates("day", "year")}
    return [(year, year in confirmed) for year in sorted(known | confirmed, reverse=True)]


def year_of(calendar: Calendar, year: int) -> list[DayShown]:
    """Every date of the year as the calendar has it; no query when its version is warm."""
    value = hours_of(calendar)
    first = date(year, 1, 1)
    days = (first + timedelta(days=count) for count in range((date(year + 1, 1, 1) - first).days))
    shown = []
    for day in days:
        special = value.days_by_ordinal.get(day.toordinal())
        shown.append(
            DayShown(
                day,
                tuple(hours_to_json(value.hours_on(day.toordinal()))),
                special.kind.value if special else "",
                special.name if special else "",
            )
        )
    return shown


def months_of(calendar: Calendar, year: int) -> list[Month]:
    """The year as twelve sheets."""
    sheets = groupby(year_of(calendar, year), key=lambda shown: shown.day.month)
    return [_sheet(tuple(days)) for _number, days in sheets]


def _sheet(days: tuple[DayShown, ...]) -> Month:
    return Month(days[0].day, range(days[0].day.weekday()), days)
