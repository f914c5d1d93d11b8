"""What is told to live pages: the name of a fact, its subject, its topics. Ids only."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from huiyin.core import journal, wake
from huiyin.core.journal import Event
from huiyin.core.models.journal import JournalEntry
from huiyin.core.ports import bus


def changed(topic: str) -> None:
    """After the commit, tell the pages of a topic to read again. For what is no fact, such as typing."""
    message = {"seq": 0, "name": "changed", "subject": topic, "topics": [topic]}
    transaction.on_commit(lambda: bus.port().publish(message), robust=True)


def position() -> int:
    """Where the journal stands. A page that carries it in `since` misses nothing before it listens."""
    return JournalEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def message_of(seq: int, event: Event) -> dict[str, Any]:
    subject = f"{event.subject_kind}:{event.subject}"
    return {"seq": seq, "name": event.name, "subject": subject, "topics": list(event.topics)}


def since(seq: int, limit: int) -> list[dict[str, Any]]:
    """Messages of the entries after `seq`, oldest first."""
    entries = JournalEntry.objects.filter(seq__gt=seq).order_by("seq")[:limit]
    facts = ((entry.seq, journal.event_of(entry)) for entry in entries)
    return [message_of(number, event) for number, event in facts if event is not None]


def start() -> None:
    """Pass every committed fact of this process to the bus."""
    wake.watch_journal(_publish)


def _publish(facts: Iterable[tuple[int, Event]]) -> None:
    for seq, event in facts:
        bus.port().publish(message_of(seq, event))
