"""What runs by itself. Time is cut into slots; by a row per entry, one process alone starts each slot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module

import structlog
from croniter import croniter
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from huiyin.core.clock import now
from huiyin.core.jobs import queue
from huiyin.core.jobs.backend import job_for
from huiyin.core.jobs.runner import TaskMissing, find
from huiyin.core.models.jobs import Slot

log = structlog.get_logger("huiyin.schedule")


@dataclass(frozen=True)
class Every:
    """One line of `config/schedule.py`: a task, and either seconds or a cron line in local time."""

    name: str = ""
    task: str = ""
    seconds: int = 0
    cron: str = ""

    def __post_init__(self) -> None:
        if bool(self.seconds) == bool(self.cron):
            raise ValueError(f"{self.key}: give either seconds or cron")
        if self.cron and not croniter.is_valid(self.cron):
            raise ValueError(f"{self.key}: {self.cron!r} is not a cron line")

    @property
    def key(self) -> str:
        return self.name or self.task

    def slot(self, at: datetime) -> datetime:
        """The start of the slot in which `at` lies."""
        if self.seconds:
            return datetime.fromtimestamp(int(at.timestamp()) // self.seconds * self.seconds, UTC)
        local = at.astimezone(timezone.get_default_timezone())
        exact = croniter.match(self.cron, local)
        start = (
            local.replace(second=0, microsecond=0) if exact else croniter(self.cron, local).get_prev(datetime)
        )
        return start.astimezone(UTC)


def tick(entries: Iterable[Every] | None = None) -> list[str]:
    """Start every entry whose slot nobody has started. Slots missed while nothing ran count as one."""
    at = now()
    started = {slot.name: slot.started for slot in Slot.objects.all()}
    due = [each for each in (listed() if entries is None else entries) if _is_due(each, started, at)]
    return [each.key for each in due if _start_or_skip(each, each.slot(at))]


def listed() -> list[Every]:
    """The entries of `config/schedule.py`, imported late because it names tasks of every app."""
    entries: list[Every] = import_module(getattr(settings, "SCHEDULE_MODULE", "config.schedule")).SCHEDULE
    return entries


def _is_due(entry: Every, started: dict[str, datetime], at: datetime) -> bool:
    return entry.key not in started or started[entry.key] < entry.slot(at)


def _start_or_skip(entry: Every, slot: datetime) -> bool:
    """A line whose task is gone must not hold up the others."""
    try:
        return _start(entry, slot)
    except TaskMissing:
        log.error("schedule.task_missing", task=entry.task)
        return False


def _start(entry: Every, slot: datetime) -> bool:
    """Move the row to this slot and enqueue, together. Who comes second does nothing."""
    with transaction.atomic():
        if not _moved(entry, slot):
            return False
        queue.put([job_for(find(entry.task).using(unique_key=f"schedule:{entry.key}"), [], {})])  # type: ignore[call-arg]
    return True


def _moved(entry: Every, slot: datetime) -> bool:
    if Slot.objects.filter(name=entry.key, started__lt=slot).update(started=slot):
        return True
    _row, is_new = Slot.objects.get_or_create(name=entry.key, defaults={"started": slot})
    return is_new and bool(entry.seconds)  # a new cron line waits for its first moment
