"""The ticker: finds clocks whose time has come and acts on each exactly once, also after a crash.

One batch is one transaction: the clock rows, the case rows and the journal entries are committed together
or not at all. Cases are locked before their clocks, in the order in which every other service takes them;
a case that somebody holds at the moment is left for the next tick. A deadline that was counted by an older
version of its calendar is recounted first: nobody is blamed by yesterday's calendar.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from huiyin.cases import events
from huiyin.cases.models import Calendar, Case, Clock
from huiyin.cases.services import clocks
from huiyin.core import clock as time_of_day
from huiyin.core import journal
from huiyin.core.actors import SYSTEM

BATCH = 50  # about 0.3 ms a clock: the transaction stays under twenty milliseconds
TOLD = ("id", "case_id", "kind", "due_at", "calendar_id", "calendar_version", "version")


def tick(*, at: datetime | None = None) -> dict[str, int]:
    """Breach what is due, warn of what is near; answers how many of each.

    Events: clock.breached, clock.warned; clock.moved for one that went by an old version of its calendar.
    """
    moment = at or time_of_day.now()
    return {"breached": _drain(_breach_batch, moment), "warned": _drain(_warn_batch, moment)}


def _drain(act: Callable[[datetime], int], at: datetime) -> int:
    total = 0
    while done := act(at):
        total += done
    return total


def _breach_batch(at: datetime) -> int:
    found = list(Clock.objects.due(at).order_by("due_at").values_list("id", "case_id")[:BATCH])
    if not found:
        return 0
    with transaction.atomic():
        free = clocks.hold_cases({number for _id, number in found})
        owed = Clock.objects.due(at).filter(id__in=[key for key, number in found if number in free])
        rows = list(owed.only(*TOLD).select_for_update())
        versions = dict(Calendar.objects.values_list("id", "version"))
        stale = [row for row in rows if row.calendar_version != versions[row.calendar_id]]
        ripe = [row for row in rows if row not in stale]
        clocks.recount_all([row.id for row in stale], at=at)
        _mark(ripe, status=Clock.Status.BREACHED, breached_at=at)
        Case.objects.filter(number__in={row.case_id for row in ripe}).update(is_breached=True)
        journal.publish_all([_told(events.ClockBreached, row) for row in ripe], by=SYSTEM, at=at)
    return len(rows)


def _warn_batch(at: datetime) -> int:
    found = list(Clock.objects.to_warn(at).order_by("warn_at").values_list("id", "case_id")[:BATCH])
    if not found:
        return 0
    with transaction.atomic():
        free = clocks.hold_cases({number for _id, number in found})
        near = Clock.objects.to_warn(at).filter(
            id__in=[key for key, number in found if number in free], due_at__gt=at
        )
        rows = list(near.only(*TOLD).select_for_update())
        _mark(rows, warned_at=at)
        journal.publish_all([_told(events.ClockWarned, row) for row in rows], by=SYSTEM, at=at)
    return len(rows)


def _mark(rows: list[Clock], **values: object) -> None:
    """Compare-and-set for the batch: all as they were read, or none of it happened."""
    if not rows:
        return
    unchanged = Clock.objects.filter(id__in=[row.id for row in rows], breached_at=None, ended_at=None)
    marked = unchanged.update(**values, version=F("version") + 1)
    if marked != len(rows):
        raise RuntimeError(f"{len(rows) - marked} clocks were changed under the ticker's lock")


def _told(fact: type[events.ClockBreached] | type[events.ClockWarned], row: Clock) -> journal.Event:
    due = row.due_at.isoformat() if row.due_at else ""
    return fact(subject=str(row.case_id), clock=str(row.id), kind=row.kind, due_at=due)
