"""Reads about calendars and policies for those who edit them: hours, holidays, what a year looks like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from huiyin.cases import policy_words
from huiyin.cases.models import Calendar, HolidayDay, HolidayYear, PolicyVersion, SlaPolicy
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


@dataclass(frozen=True)
class VersionShown:
    """One version of a policy: who made it when, and what it does otherwise than the one before."""

    row: PolicyVersion
    changes: list[str]
    is_present: bool


def versions_of(policy: SlaPolicy) -> list[VersionShown]:
    """The history of a policy, newest first."""
    rows = list(policy.versions.select_related("author", "calendar").order_by("version"))
    former = [None, *rows][: len(rows)]
    shown = [
        VersionShown(row, _changes(before, row), row.version == policy.version)
        for before, row in zip(former, rows, strict=True)
    ]
    return shown[::-1]


def version_of(policy: SlaPolicy, number: int) -> VersionShown:
    """One version, also the present one of a policy whose history was never kept. Raises NotFound."""
    found = next((each for each in versions_of(policy) if each.row.version == number), None)
    if found is not None:
        return found
    if number != policy.version:
        raise NotFound("policy_version_absent", "")
    row = PolicyVersion(policy=policy, version=number, calendar=policy.calendar, rules=policy.rules)
    return VersionShown(row, [], is_present=True)


def changes_to(policy: SlaPolicy, rules: Sequence[Mapping[str, Any]], *, calendar: Calendar) -> list[str]:
    """What these rules would do otherwise than the policy does now, a sentence each."""
    proposed = PolicyVersion(policy=policy, calendar=calendar, rules=list(rules))
    return _changes(PolicyVersion(policy=policy, calendar=policy.calendar, rules=policy.rules), proposed)


def _changes(before: PolicyVersion | None, after: PolicyVersion) -> list[str]:
    if before is None:
        return []
    said = policy_words.change_words(before.rules, after.rules)
    if before.calendar_id != after.calendar_id:
        said.append(policy_words.calendar_words(after.calendar.name))
    return said


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
