"""What tests look at around an act: the facts that it told, and that a refusal changed nothing."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.cases.models import Case, CaseLink, Clock, Confirmation, Mention, Note, SavedView
from huiyin.conversations.models import Message
from huiyin.core.errors import Refusal
from huiyin.core.models import Attachment, JournalEntry
from huiyin.voices.models import RawInput, Voice

CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
# Tokens with their roles, the directory and the rulebook are read anew after two seconds, whoever asks then.
KEPT = re.compile(
    r'(SELECT .*? FROM|UPDATE) "(accounts_(apitoken|grant|membership|team|product|businessline|user)'
    r'|cases_(slapolicy|calendar|calendarversion|policyversion))"'
)
TABLES: tuple[Any, ...] = (
    *(Case, CaseLink, Clock, Confirmation, Mention, Note, SavedView),
    *(Attachment, Message, RawInput, Voice, JournalEntry),
)


@contextmanager
def telling(prefix: str = "") -> Iterator[list[str]]:
    """Fills the list with the names of the facts told inside, in order; with a prefix, only those."""
    names: list[str] = []
    last = JournalEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    yield names
    told = JournalEntry.objects.filter(seq__gt=last, name__startswith=prefix).order_by("seq")
    names += told.values_list("name", flat=True)


def fact(name: str) -> dict[str, Any]:
    """What the newest fact of this name carries."""
    return JournalEntry.objects.filter(name=name).latest("seq").data


@contextmanager
def refused(kind: type[Refusal], code: str, **data: Any) -> Iterator[None]:
    """The act inside is refused in these words, and no row of the app is another one than before."""
    before = everything()
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.code == code
    assert {name: caught.value.data.get(name) for name in data} == data
    assert everything() == before


@contextmanager
def unchanged() -> Iterator[None]:
    """No row of the app is another one than before."""
    before = everything()
    yield
    assert everything() == before


def everything() -> list[list[dict[str, Any]]]:
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act answers or raises, all begun together, each in a thread with a connection of its own."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait(timeout=20)
        try:
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def statements(act: Callable[[], Any]) -> int:
    """How many statements the act needs; transaction control and what is kept for seconds are not counted."""
    with CaptureQueriesContext(connection) as captured:
        act()
    asked = [query["sql"] for query in captured.captured_queries]
    return sum(not sql.startswith(CONTROL) and not KEPT.match(sql) for sql in asked)


def clock_states(case: Case) -> dict[str, str]:
    """The state of the newest clock of each kind."""
    return dict(case.clocks.order_by("started_at", "id").values_list("kind", "status"))
