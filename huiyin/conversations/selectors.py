"""Reads of threads."""

from functools import partial
from typing import Any

from django.db.models import QuerySet

from huiyin.conversations.models import Message
from huiyin.core import attachments
from huiyin.core.models import Attachment
from huiyin.core.persons import Parcel, Person, Traces

OWNER = "message"


def messages_of(person: Person) -> QuerySet[Message]:
    """All that was said to and by this person."""
    return Message.objects.filter(conversation__contact_id=person.contact)


def files_of(person: Person) -> QuerySet[Attachment]:
    """Files of those messages."""
    owners = [
        str(key) for key in messages_of(person).filter(attachment_count__gt=0).values_list("id", flat=True)
    ]
    return Attachment.objects.filter(owner_kind=OWNER, owner_id__in=owners)


def held_about(person: Person, parcel: Parcel) -> None:
    """The threads, word by word, with their files. Of our people only that they are ours is told."""
    messages = messages_of(person).order_by("at")
    parcel.add("messages", (_told(message) for message in messages.iterator(chunk_size=100)))
    for row in files_of(person).order_by("id"):
        parcel.attach(f"{row.id}-{row.name}", partial(attachments.content_of, row))


def traces_of(person: Person, traces: Traces) -> None:
    """Work about a message is named by its id."""
    traces.ids |= {str(key) for key in messages_of(person).values_list("id", flat=True)}


def _told(message: Message) -> dict[str, Any]:
    author = "you" if message.direction == Message.Direction.INBOUND else "us"
    return {
        "id": message.id,
        "conversation": message.conversation_id,
        "from": author,
        "text": message.body,
        "at": message.at,
        "files": message.attachment_count,
    }
