"""Threads: words in, words out, and how they fared on the way; each told once."""

from dataclasses import fields

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from huiyin.conversations import listeners, services
from huiyin.conversations.models import Conversation, Message
from huiyin.core import attachments
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Invalid
from huiyin.core.events import MailFailed, MailSent, SmsFailed, SmsSent
from huiyin.core.ids import uuid7
from huiyin.core.models import JournalEntry
from huiyin.voices.tests.factories import recorded

pytestmark = pytest.mark.django_db
AGENT = Actor("user", str(uuid7()), "Liming")


@pytest.fixture
def voice():
    return recorded(subject="会员")


@pytest.fixture
def thread(voice):
    return services.start(voice)


def told() -> list[str]:
    return list(JournalEntry.objects.values_list("name", flat=True))


def file(name: str = "a.txt"):
    return attachments.store(SimpleUploadedFile(name, b"text"), by=AGENT)


def test_start_when_a_voice_begins_it_then_on_its_channel_and_untold(voice, thread):
    thread.refresh_from_db()
    assert (thread.contact_id, thread.channel, thread.subject) == (voice.contact_id, "form", "会员")
    assert told() == []


def test_receive_when_the_user_speaks_then_their_words_with_their_files(voice, thread):
    sent = file()
    message, facts = services.receive(thread, voice=voice, files=(sent.id,))
    sent.refresh_from_db()
    assert (message.direction, message.body, message.author_kind) == ("in", voice.text, "contact")
    assert (message.author_id, message.delivery, message.attachment_count) == (
        str(voice.contact_id),
        "none",
        1,
    )
    assert (sent.status, sent.owner_id) == ("claimed", str(message.id))
    assert [(fact.name, fact.subject, fact.data) for fact in facts] == [
        ("message.received", str(thread.id), {"message": str(message.id), "voice": str(voice.id)})
    ]
    assert told() == []


def test_receive_when_the_voice_has_a_message_then_the_table_refuses(voice, thread):
    services.receive(thread, voice=voice)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.receive(thread, voice=voice)


def test_send_when_we_speak_then_queued_for_the_channel(thread):
    message, facts = services.send(thread, "  您好 ", by=AGENT)
    assert (message.direction, message.body, message.delivery) == ("out", "您好", "queued")
    assert (message.author_kind, message.author_id, message.voice) == ("user", AGENT.id, None)
    assert [(fact.name, fact.data) for fact in facts] == [
        ("message.sent", {"message": str(message.id), "channel": "form"})
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [("", "body_missing"), (" \n\u3000", "body_missing"), ("字" * 20_001, "body_too_long")],
)
def test_send_when_body_is_wrong_then_nothing_is_stored(thread, body, code):
    with pytest.raises(Invalid) as caught:
        services.send(thread, body, by=AGENT)
    assert (caught.value.code, caught.value.data["field"]) == (code, "body")
    assert Message.objects.count() == 0


def test_send_when_a_file_is_not_waiting_then_nothing_is_stored(thread):
    used = file()
    services.send(thread, "一", files=(used.id,), by=AGENT)
    for key in (used.id, uuid7()):
        with pytest.raises(Invalid) as caught, transaction.atomic():
            services.send(thread, "二", files=(key,), by=AGENT)
        assert caught.value.code == "file_unknown"
    assert Message.objects.count() == 1


def test_send_when_nonce_came_before_then_the_table_refuses(thread):
    services.send(thread, "一", nonce="n", by=AGENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.send(thread, "一", nonce="n", by=AGENT)
    assert Message.objects.count() == 1


SENT = {MailSent: listeners.on_mail_sent_mark, SmsSent: listeners.on_sms_sent_mark}
FAILED = {MailFailed: listeners.on_mail_failed_mark, SmsFailed: listeners.on_sms_failed_mark}


@pytest.mark.parametrize("event", SENT)
def test_mark_when_the_channel_took_it_then_sent_and_told_once(thread, event):
    message, _facts = services.send(thread, "您好", by=AGENT)
    for _ in range(2):
        SENT[event](_fact(event, "message", message.id), JournalEntry())
    message.refresh_from_db()
    assert (message.delivery, told()) == ("sent", ["message.delivered"])


@pytest.mark.parametrize("event", FAILED)
def test_mark_when_the_channel_refused_it_then_failed_with_the_reason(thread, event):
    message, _facts = services.send(thread, "您好", by=AGENT)
    for _ in range(2):
        FAILED[event](_fact(event, "message", message.id, reason="x" * 300), JournalEntry())
    message.refresh_from_db()
    fact = JournalEntry.objects.get()
    assert (message.delivery, fact.name, len(fact.data["reason"])) == ("failed", "message.failed", 200)


def test_mark_when_it_failed_before_then_a_late_success_changes_nothing(thread):
    message, _facts = services.send(thread, "您好", by=AGENT)
    services.mark_failed(message, reason="bounced")
    services.mark_delivered(message)
    assert (Message.objects.get().delivery, told()) == ("failed", ["message.failed"])


@pytest.mark.parametrize(("event", "listener"), [*SENT.items(), *FAILED.items()])
def test_mark_when_the_mail_was_for_something_else_then_nothing(thread, event, listener):
    message, _facts = services.send(thread, "您好", by=AGENT)
    values = {"reason": "x"} if event in FAILED else {}
    listener(_fact(event, "notice", message.id, **values), JournalEntry())
    assert (Message.objects.get().delivery, told()) == ("queued", [])


def test_tell_by_when_chosen_then_kept_and_told_once(thread):
    for _ in range(2):
        services.tell_by(thread, "sms", by=SYSTEM)
    assert (Conversation.objects.get().told_by, told()) == ("sms", ["conversation.told_by"])


def _fact(event, owner_kind: str, owner_id, **values):
    """The fact with whatever else its kind carries left blank."""
    blank = {each.name: "" for each in fields(event)}
    return event(**{**blank, "owner_kind": owner_kind, "owner_id": str(owner_id), **values})
