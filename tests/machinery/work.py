"""Events, listeners and tasks for processes that are killed while they work."""

import os
import time
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.db import transaction
from django_tasks import task

from huiyin.core import journal
from huiyin.core.actors import SYSTEM
from huiyin.core.models import JournalEntry


@dataclass(frozen=True)
class Asked(journal.Event):
    name: ClassVar[str] = "test.asked"
    subject_kind: ClassVar[str] = "test"


@dataclass(frozen=True)
class Answered(journal.Event):
    name: ClassVar[str] = "test.answered"
    subject_kind: ClassVar[str] = "test"


@journal.listener(Asked)
def on_asked_answer(event: Asked, entry: JournalEntry) -> None:
    """An effect that a second run would double visibly."""
    time.sleep(0.005)
    journal.publish(Answered(subject=event.subject), by=SYSTEM)


@task(max_attempts=50)
def write_down(word: str, seconds: float) -> None:
    """Leave a trace at the beginning and at the end."""
    trace(f"begin {word}")
    time.sleep(seconds)
    trace(f"end {word}")


@task(max_seconds=1, max_attempts=1)
def hang() -> None:
    trace("begin hang")
    while True:
        time.sleep(0.01)


@task(max_attempts=1)
def fail(word: str) -> None:
    """A mistake that quotes what it was given, as those of libraries do."""
    raise ValueError(f"{word} cannot be used")


def trace(line: str) -> None:
    with (settings.DATA / "trace").open("a", encoding="utf-8") as file:
        file.write(f"{time.time():.3f} {os.getpid()} {line}\n")


def ask(first: int, count: int) -> None:
    """Facts in transactions of their own, as requests would write them."""
    for number in range(first, first + count):
        with transaction.atomic():
            journal.publish(Asked(subject=str(number)), by=SYSTEM)


@task
def nothing() -> None:
    """What the queue itself costs."""


def ask_at(moment: float) -> None:
    """A fact whose subject is the moment of its publishing."""
    with transaction.atomic():
        journal.publish(Answered(subject=f"{moment:.6f}"), by=SYSTEM)
