"""What is told to live pages: the name of a fact, its subject, its topics. Ids only."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from huiyin.core import journal, wake
from huiyin.core.clock import now
from huiyin.core.facts import Event
from huiyin.core.models.journal import JournalEntry
from huiyin.core.ports import bus

OVERTAKEN = 200


def changed(topic: str, *wider: str) -> None:
    """After the commit, tell the pages of a topic to read again. For what is no fact, such as typing.

    `wider` names further topics under which streams hear of it.
    """
    message = {"seq": 0, "name": "changed", "subject": topic, "topics": [topic, *wider]}
    transaction.on_commit(lambda: bus.port().publish(message), robust=True)


def position() -> int:
    """Where the journal stands. A page that carries it in `since` misses nothing before it listens."""
    return journal.head()


def message_of(seq: int, event: Event) -> dict[str, Any]:
    subject = f"{event.subject_kind}:{event.subject}"
    return {"seq": seq, "name": event.name, "subject": subject, "topics": list(event.topics)}


def since(seq: int, limit: int) -> list[dict[str, Any]]:
    """Messages of the entries after `seq`, oldest first."""
    return _messages(JournalEntry.objects.filter(seq__gt=seq), limit)


def after(seq: int, limit: int) -> list[dict[str, Any]]:
    """What a client that has heard `seq` may have missed. Messages of several processes overtake each other, so
    young entries shortly before it are told again; hearing twice only means reading twice."""
    young = Q(seq__gt=seq - OVERTAKEN, at__gt=now() - timedelta(seconds=30))
    return _messages(JournalEntry.objects.filter(Q(seq__gt=seq) | young), limit)


def _messages(rows: QuerySet[JournalEntry], limit: int) -> list[dict[str, Any]]:
    entries = rows.order_by("seq")[:limit]
    facts = ((entry.seq, journal.event_of(entry)) for entry in entries)
    return [message_of(number, event) for number, event in facts if event is not None]


def start() -> None:
    """Pass every committed fact of this process to the bus."""
    wake.watch_journal(_publish)


def _publish(facts: Iterable[tuple[int, Event]]) -> None:
    for seq, event in facts:
        bus.port().publish(message_of(seq, event))
