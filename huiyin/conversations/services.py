"""Writes of threads: start one, take in what the user says, put out what we say."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.conversations import events, selectors
from huiyin.conversations.models import Conversation, Message
from huiyin.core import attachments, clock, erasing, journal
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Invalid
from huiyin.core.persons import ERASED, Person, Traces
from huiyin.voices.models import Voice

MAX_BODY = 20_000
OWNER = "message"


def start(voice: Voice, *, told_by: str = "") -> Conversation:
    """A new thread for a voice, on the channel it came by. No event of its own: the message tells it."""
    conversation = Conversation(contact_id=voice.contact_id, channel=voice.source, subject=voice.subject)
    conversation.told_by = told_by
    conversation.save(force_insert=True)
    return conversation


@transaction.atomic
def tell_by(conversation: Conversation, way: str, *, by: Actor) -> Conversation:
    """How to tell the contact of each step from now on; the same again is nothing. Events: conversation.told_by."""
    if conversation.told_by != way:
        conversation.told_by = way
        conversation.save(update_fields=["told_by"])
        journal.publish(events.ConversationToldBy(subject=str(conversation.id), way=way), by=by)
    return conversation


def receive(
    conversation: Conversation, *, voice: Voice, files: tuple[UUID, ...] = ()
) -> tuple[Message, list[journal.Event]]:
    """The user's words as an item of the thread, inside the caller's transaction; facts to publish."""
    message = Message(
        conversation=conversation,
        direction=Message.Direction.INBOUND,
        voice=voice,
        author_kind="contact",
        author_id=str(voice.contact_id),
        body=voice.text,
        attachment_count=len(files),
        at=clock.now(),
    )
    message.save(force_insert=True)
    if files:
        attachments.claim(files, owner_kind=OWNER, owner_id=str(message.id))
    fact = events.MessageReceived(subject=str(conversation.id), message=str(message.id), voice=str(voice.id))
    return message, [fact]


def send(
    conversation: Conversation,
    body: str,
    *,
    files: tuple[UUID, ...] = (),
    nonce: str | None = None,
    by: Actor,
) -> tuple[Message, list[journal.Event]]:
    """Our words to the user, inside the caller's transaction; a listener puts them on the channel after commit.

    Refuses an empty body and one over 20,000 characters. The same nonce again is refused by the table.
    """
    check_body(body)
    message = Message(
        conversation=conversation,
        direction=Message.Direction.OUTBOUND,
        author_kind=by.kind,
        author_id=by.id,
        body=body.strip(),
        delivery=Message.Delivery.QUEUED,
        attachment_count=len(files),
        nonce=nonce,
        at=clock.now(),
    )
    message.save(force_insert=True)
    if files:
        attachments.claim(files, owner_kind=OWNER, owner_id=str(message.id))
    fact = events.MessageSent(
        subject=str(conversation.id), message=str(message.id), channel=conversation.channel
    )
    return message, [fact]


def check_body(body: str) -> None:
    """Refuse what cannot be sent; names the field."""
    if not body.strip():
        raise Invalid("body_missing", _("Please write something first."), field="body")
    if len(body) > MAX_BODY:
        raise Invalid("body_too_long", _("At most 20,000 characters, please."), field="body", limit=MAX_BODY)


@transaction.atomic
def mark_delivered(message: Message) -> Message:
    """The channel took it. Twice is once. Events: message.delivered."""
    if _move(message, Message.Delivery.SENT):
        journal.publish(
            events.MessageDelivered(subject=str(message.conversation_id), message=str(message.id)), by=SYSTEM
        )
    return message


@transaction.atomic
def mark_failed(message: Message, *, reason: str) -> Message:
    """The channel refused it for good; staff see it on the message. Events: message.failed."""
    if _move(message, Message.Delivery.FAILED):
        journal.publish(
            events.MessageFailed(
                subject=str(message.conversation_id), message=str(message.id), reason=reason[:200]
            ),
            by=SYSTEM,
        )
    return message


def _move(message: Message, state: Message.Delivery) -> bool:
    moved = Message.objects.filter(id=message.id, delivery=Message.Delivery.QUEUED).update(delivery=state)
    message.delivery = state if moved else message.delivery
    return bool(moved)


def erase(person: Person, traces: Traces) -> int:
    """Take the words and files out of this person's threads; that there was a thread stays."""
    done = erasing.forget_files(selectors.files_of(person))
    done += erasing.overwrite(selectors.messages_of(person), body=ERASED, attachment_count=0, nonce=None)
    return done + erasing.overwrite(Conversation.objects.filter(contact_id=person.contact), subject="")
