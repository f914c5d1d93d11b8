"""All that happened to one case, in order: messages, notes, facts of the journal. One reader, two audiences."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.cases.models import Case, Note
from huiyin.conversations.models import Message
from huiyin.core import attachments, journal, shroud
from huiyin.core.errors import NotFound
from huiyin.core.models import JournalEntry

Row = TypeVar("Row", bound=Model)

TOLD_TO_USER = {
    "case.opened",
    "case.assigned",
    "case.solved",
    "case.confirmed",
    "case.reopened",
    "case.closed",
    "clock.breached",
}
SHOWN_TO_STAFF = TOLD_TO_USER | {
    "case.transitioned",
    "case.changed",
    "case.corrected",
    "case.merged",
    "case.unmerged",
    "case.split",
    "case.linked",
    "case.macro_applied",
    "case.undone",
    "clock.warned",
    "clock.moved",
}


@dataclass(frozen=True)
class Item:
    """One entry of a timeline. `kind` is message, note or event; `side` says who spoke."""

    kind: str
    at: datetime
    side: str
    author: str
    author_id: str = ""
    id: str = ""
    body: str = ""
    name: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    delivery: str = ""
    channel: str = ""
    attachments: list[Any] = field(default_factory=list)


def message_of(case: Case, message: UUID | str) -> Message:
    """A message of the case's own conversation; any other looks absent."""
    found = Message.objects.filter(id=message, conversation_id=case.conversation_id).first()
    if found is None:
        raise NotFound("message_absent", _("This message does not belong to the case."), field="message")
    return found


def timeline(case: Case, *, last: int | None = None) -> list[Item]:
    """Everything, or the last so many, for staff: four queries whatever the length."""
    messages = _messages(case, last)
    notes = _newest(case.notes.order_by("-at", "-id"), last)
    files = attachments.of([("message", str(m.id)) for m in messages] + [("note", str(n.id)) for n in notes])
    items = [_message(case, m, files.get(("message", str(m.id)), [])) for m in messages]
    items += [_note(n, files.get(("note", str(n.id)), [])) for n in notes]
    items += [_event(entry) for entry in _entries(case, SHOWN_TO_STAFF, last)]
    return _in_order(items, last)


def timeline_for_user(case: Case, *, last: int | None = None) -> list[Item]:
    """What the contact may see, all or the last so many: their words, ours, and the steps; never a note."""
    messages = _messages(case, last)
    files = attachments.of([("message", str(m.id)) for m in messages])
    items = [_message(case, m, files.get(("message", str(m.id)), [])) for m in messages]
    items += [_event(entry) for entry in _entries(case, TOLD_TO_USER, last)]
    return _in_order(items, last)


def _messages(case: Case, last: int | None) -> list[Message]:
    thread = Message.objects.filter(conversation_id=case.conversation_id)
    return _newest(thread.order_by("-at", "-id"), last)


def _entries(case: Case, names: Iterable[str], last: int | None) -> list[JournalEntry]:
    facts = journal.entries_for("case", case.number).filter(name__in=names)
    return _newest(facts.order_by("-seq"), last)


def _newest(rows: QuerySet[Row], last: int | None) -> list[Row]:
    """The first rows of a falling order, as they happened."""
    return list(rows[:last])[::-1]


def _in_order(items: list[Item], last: int | None) -> list[Item]:
    ordered = sorted(items, key=lambda item: item.at)
    return ordered if last is None else ordered[-last:]


def _message(case: Case, message: Message, files: list[Any]) -> Item:
    inbound = message.direction == Message.Direction.INBOUND
    return Item(
        kind="message",
        at=message.at,
        side="user" if inbound else "us",
        author=str(case.contact) if inbound else _name(message.author_kind, message.author_id),
        author_id=message.author_id,
        id=str(message.id),
        body=shroud.words(message.body),
        delivery=message.delivery,
        channel=case.channel,
        attachments=files,
    )


def _note(note: Note, files: list[Any]) -> Item:
    author = str(note.author_id or "")
    return Item(
        kind="note",
        at=note.at,
        side="us",
        author=_name("user" if author else "system", author),
        author_id=author,
        id=str(note.id),
        body=shroud.words(note.body),
        attachments=files,
    )


def _event(entry: JournalEntry) -> Item:
    return Item(
        kind="event",
        at=entry.at,
        side="system",
        author=_name(entry.actor_kind, entry.actor_id),
        author_id=entry.actor_id,
        id=str(entry.id),
        name=entry.name,
        data=shroud.tree(entry.data),
    )


def _name(kind: str, key: str) -> str:
    """Names of staff from the directory; the contact's own name is not repeated on system lines."""
    if kind != "user":
        return ""
    return next((str(user) for user in people.directory().people.values() if str(user.id) == key), "")
