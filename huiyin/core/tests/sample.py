"""Events, listeners and tasks that only the tests of the floor use."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import transaction
from django_tasks import TaskContext, task

from huiyin.core import journal
from huiyin.core.actors import SYSTEM
from huiyin.core.models import JournalEntry

heard: list[tuple[str, int]] = []
calls: list[object] = []


@dataclass(frozen=True)
class LampLit(journal.Event):
    name: ClassVar[str] = "lamp.lit"
    subject_kind: ClassVar[str] = "lamp"

    watts: int = 40
    colours: tuple[str, ...] = ()


@dataclass(frozen=True)
class LampBroken(journal.Event):
    name: ClassVar[str] = "lamp.broken"
    subject_kind: ClassVar[str] = "lamp"

    @property
    def topics(self) -> tuple[str, ...]:
        return (*super().topics, "repairs")


@journal.listener(LampLit)
def on_lamp_lit_note(event: LampLit, entry: JournalEntry) -> None:
    heard.append((event.subject, event.watts))


@journal.listener(LampLit)
def on_lamp_lit_count(event: LampLit, entry: JournalEntry) -> None:
    heard.append(("count", entry.seq))


@task
def note(value: object = None) -> object:
    calls.append(value)
    return value


@task(priority=50)
def urgent() -> None:
    calls.append("urgent")


@task(max_attempts=2)
def fail() -> None:
    calls.append("fail")
    raise ValueError("no")


@task(takes_context=True)
def tell_attempt(context: TaskContext) -> int:
    return context.attempt


def publish(*events: journal.Event) -> list[JournalEntry]:
    with transaction.atomic():
        return journal.publish_all(list(events), by=SYSTEM)
