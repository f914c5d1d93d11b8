"""The journal: facts told by services, one row each, in the transaction of the write.

A fact is a frozen dataclass (`huiyin.core.facts`); a listener is a function registered for it, which runs
after the commit: `huiyin.core.dispatch` hands new rows to the job queue.
"""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from huiyin.core import audit, wake
from huiyin.core.actors import Actor
from huiyin.core.clock import now
from huiyin.core.facts import Event, events
from huiyin.core.models.journal import JournalEntry

listeners: dict[str, list["Listener"]] = {}


@dataclasses.dataclass(frozen=True)
class Listener:
    """One reader of one kind of event, by its dotted name."""

    name: str
    func: Callable[[Any, JournalEntry], None]
    atomic: bool


def publish(event: Event, *, by: Actor, at: datetime | None = None) -> JournalEntry:
    """Write the fact. Must run inside the transaction of the write that it tells of."""
    return publish_all([event], by=by, at=at)[0]


def publish_all(facts: Sequence[Event], *, by: Actor, at: datetime | None = None) -> list[JournalEntry]:
    """Write several facts with one INSERT, in their order."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("journal.publish needs the transaction of the write it tells of")
    entries = [_row(fact, by, at or now()) for fact in facts]
    JournalEntry.objects.bulk_create(entries)
    for fact in facts:
        if fact.is_act:
            _record(fact, by, at)
    committed = list(zip([entry.seq for entry in entries], facts, strict=True))
    transaction.on_commit(lambda: wake.journal(committed), robust=True)
    return entries


def listener(event: type[Event], *, atomic: bool = True) -> Callable[[Any], Any]:
    """Register `func(event, entry)`, to run in a worker after the commit, in one transaction with its mark.

    A listener that talks to the outside says `atomic=False` and must bear being repeated.
    """

    def register(func: Callable[[Any, JournalEntry], None]) -> Callable[[Any, JournalEntry], None]:
        name = f"{func.__module__}.{func.__qualname__}"
        known = [each for each in listeners.get(event.name, []) if each.name != name]
        listeners[event.name] = [*known, Listener(name, func, atomic)]
        return func

    return register


def listener_named(name: str, event_name: str) -> Listener | None:
    return next((each for each in listeners.get(event_name, []) if each.name == name), None)


def entries_for(subject_kind: str, subject: str | int) -> QuerySet[JournalEntry]:
    """All facts about one subject, oldest first."""
    return JournalEntry.objects.filter(subject_kind=subject_kind, subject=str(subject)).order_by("seq")


def head() -> int:
    """The number of the newest fact."""
    newest = JournalEntry.objects.order_by("-seq").values_list("seq", flat=True).first()
    return newest or 0


def facts_since(seq: int, *, most: int) -> QuerySet[JournalEntry]:
    """The first so many facts after that one, oldest first."""
    return JournalEntry.objects.filter(seq__gt=seq, seq__lte=seq + most).order_by("seq")


def event_of(entry: JournalEntry) -> Event | None:
    """The typed fact of a row, or None when its kind is no longer in the code."""
    cls = events.get(entry.name)
    return cls.of_row(entry.subject, entry.data) if cls else None


def _row(fact: Event, by: Actor, at: datetime) -> JournalEntry:
    data = fact.data
    _refuse_objects(fact.name, data.values())
    return JournalEntry(
        name=fact.name,
        subject_kind=fact.subject_kind,
        subject=fact.subject,
        actor_kind=by.kind,
        actor_id=by.id,
        data=data,
        at=at,
    )


def _record(fact: Event, by: Actor, at: datetime | None) -> None:
    """The same fact in the audit chain. A list is told as its words, cut where the chain keeps no more."""
    told = {name: value for name, value in fact.data.items() if value not in (None, "")}
    detail = {name: value if isinstance(value, int) else _line(value) for name, value in told.items()}
    audit.record(fact.name, f"{fact.subject_kind}:{fact.subject}", by=by, detail=detail, at=at)


def _line(value: Any) -> str:
    words = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return words[: audit.LONGEST]


def _refuse_objects(name: str, values: Iterable[Any]) -> None:
    for value in values:
        parts = value if isinstance(value, list | tuple) else (value,)
        if not all(part is None or isinstance(part, str | int | float) for part in parts):
            raise TypeError(f"{name}: an event carries ids and scalars, not {type(value).__name__}")
