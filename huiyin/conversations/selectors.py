"""Reads of threads."""

from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from huiyin.conversations.models import Conversation, Message
from huiyin.core import attachments
from huiyin.core.models import Attachment
from huiyin.core.persons import Parcel, Person, Traces

OWNER = "message"


def messages_of(person: Person) -> QuerySet[Message]:
    """All that was said to and by this person."""
    return Message.objects.filter(conversation__contact_id=person.contact)


def further_words() -> QuerySet[Message]:
    """Words with which users go on in a thread that they have begun."""
    theirs = Message.objects.filter(direction=Message.Direction.INBOUND)
    return theirs.filter(Exists(_earlier().filter(direction=Message.Direction.INBOUND)))


def goes_on() -> Exists:
    """Do the words of a voice only go on in a thread?"""
    return Exists(further_words().filter(voice=OuterRef("pk")))


def words_while_waiting(conversations: QuerySet[Conversation, Any]) -> QuerySet[Message]:
    """Words that users wrote in these threads after words of theirs, while nothing had come from us."""
    theirs = Message.objects.filter(conversation__in=conversations, direction=Message.Direction.INBOUND)
    before = _earlier().order_by("-at", "-id").values("direction")[:1]
    return theirs.annotate(before=Subquery(before)).filter(before=Message.Direction.INBOUND)


def _earlier() -> QuerySet[Message]:
    """What was said in the thread of a message before it."""
    before = Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), id__lt=OuterRef("id"))
    return Message.objects.filter(before, conversation=OuterRef("conversation"))


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
