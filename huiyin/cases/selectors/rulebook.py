"""The promises in force: policies and calendars, kept for two seconds, so that intake needs no query."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from huiyin.cases import packs, worktime
from huiyin.cases.models import Calendar, CalendarVersion, HolidayDay, HolidayYear, SlaPolicy
from huiyin.cases.worktime.calendars import hours_from_json

RULEBOOK_SECONDS = 2.0
ALWAYS_KEY = "always"


@dataclass(frozen=True)
class Policy:
    """A stored policy with its rules read."""

    row: SlaPolicy
    rules: tuple[packs.Rule, ...]


@dataclass(frozen=True)
class Rulebook:
    """What is promised at the moment; `by_line` holds the policies of single business lines."""

    default: Policy | None
    by_line: Mapping[UUID, Policy]
    calendars: Mapping[UUID, Calendar]
    read_at: float

    def policy_for(self, line: UUID | None) -> Policy | None:
        return self.by_line.get(line, self.default) if line else self.default

    def calendar_for(self, policy: Policy, hours: packs.Hours) -> Calendar:
        return self.calendar_by(self.calendars[policy.row.calendar_id], hours)

    def calendar_by(self, own: Calendar, hours: packs.Hours) -> Calendar:
        """The calendar that a rule counts by: the policy's own one, or the one that never closes."""
        if hours is packs.Hours.ALWAYS:
            return next((each for each in self.calendars.values() if each.key == ALWAYS_KEY), own)
        return own


_rulebook: Rulebook | None = None


def rulebook() -> Rulebook:
    """The promises as they stood at most two seconds ago in this process."""
    global _rulebook
    if _rulebook is None or time.monotonic() - _rulebook.read_at > RULEBOOK_SECONDS:
        _rulebook = _read()
    return _rulebook


def forget_rulebook() -> None:
    """Read afresh at the next question; called by every service that changes a policy or a calendar."""
    global _rulebook
    _rulebook = None


def hours_of(calendar: Calendar) -> worktime.Calendar:
    """The compiled value of a calendar in its present version."""
    return hours_in(calendar.id, calendar.version)


@lru_cache(maxsize=256)
def hours_in(calendar_id: UUID, version: int) -> worktime.Calendar:
    """The value of one version; a version never changes, so it is kept with its compiled days."""
    data = CalendarVersion.objects.filter(calendar_id=calendar_id, version=version).values_list(
        "data", flat=True
    )
    kept = data.first()
    if kept is not None:
        return worktime.Calendar.from_json(kept)
    return value_of(Calendar.objects.get(id=calendar_id))


def value_of(calendar: Calendar) -> worktime.Calendar:
    """A calendar read from its tables. Raises CalendarFault when its hours cannot be meant."""
    if calendar.is_always_open:
        return worktime.Calendar.always(calendar.zone)
    makeup = calendar.makeup_intervals
    return worktime.Calendar(
        zone=calendar.zone,
        weekly=tuple(hours_from_json(hours) for hours in calendar.intervals),  # type: ignore[arg-type]
        special_days=special_days(calendar.region),
        makeup_hours=None if makeup is None else hours_from_json(makeup),
        confirmed_years=confirmed_years(calendar.region),
    )


def special_days(region: str) -> tuple[worktime.SpecialDay, ...]:
    rows = HolidayDay.objects.filter(region=region).order_by("day") if region else HolidayDay.objects.none()
    return tuple(
        worktime.SpecialDay(
            row.day,
            worktime.DayKind(row.kind),
            row.name_zh,
            None if row.intervals is None else hours_from_json(row.intervals),
        )
        for row in rows
    )


def confirmed_years(region: str) -> frozenset[int] | None:
    """None for a calendar without a region: it observes no holidays, so none can be missing."""
    if not region:
        return None
    return frozenset(HolidayYear.objects.filter(region=region).values_list("year", flat=True))


def _read() -> Rulebook:
    policies = [Policy(row, packs.read(row.rules)) for row in SlaPolicy.objects.order_by("key")]
    return Rulebook(
        default=next((policy for policy in policies if policy.row.is_default), None),
        by_line={policy.row.line_id: policy for policy in policies if policy.row.line_id},
        calendars=Calendar.objects.in_bulk(),
        read_at=time.monotonic(),
    )
