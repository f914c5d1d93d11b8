"""The ear: what was said is kept as it came, once, and never changed but for what we understood of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from huiyin.accounts.models import Contact
from huiyin.accounts.services.contacts import Person
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.ids import uuid7
from huiyin.core.models import JournalEntry
from huiyin.language import services as language
from huiyin.voices import selectors, services
from huiyin.voices.models import RawInput, Voice
from huiyin.voices.services import Spoken
from huiyin.voices.tests.factories import recorded, spoken

pytestmark = pytest.mark.django_db
FULL = {
    "subject": "会员",
    "kind": "fault",
    "product": "music",
    "external_id": "r-1",
    "occurred_at": datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
    "context": {"device": "iPhone", "deep": {"a": [1, None, "\u202e"]}},
    "attachments": (uuid7(), uuid7()),
    "about": "7",
}


def test_spoken_when_kept_and_read_again_then_the_same():
    said = spoken(person=Person.of(email="w@example.com", phone="13800138000", verified=True), **FULL)
    raw, _is_new = services.keep(said)
    assert Spoken.from_json(RawInput.objects.get(id=raw.id).body) == said


def test_spoken_when_kept_by_an_older_version_then_still_read():
    body = spoken().as_json()
    for name in ("about", "told_by"):
        body.pop(name)
    assert Spoken.from_json(body) == spoken()


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"text": ""}, "text_missing", "text"),
        ({"text": "\n \t\u3000"}, "text_missing", "text"),
        ({"text": "字" * 20_001}, "text_too_long", "text"),
        ({"subject": "x" * 201}, "subject_too_long", "subject"),
        ({"source": "pigeon"}, "source_unknown", "source"),
        ({"source": ""}, "source_unknown", "source"),
        ({"kind": "riddle"}, "kind_unknown", "kind"),
        ({"external_id": ""}, "external_id_length", "external_id"),
        ({"external_id": "x" * 201}, "external_id_length", "external_id"),
        ({"occurred_at": datetime(2026, 11, 1)}, "time_without_zone", "occurred_at"),
    ],
)
def test_check_when_it_cannot_be_a_voice_then_names_the_field(values, code, field):
    with pytest.raises(Invalid) as caught:
        services.check(replace(spoken(), **values))
    assert (caught.value.code, caught.value.data["field"]) == (code, field)


@pytest.mark.parametrize("values", [{}, FULL, {"text": "字" * 20_000}, {"subject": "x" * 200}])
def test_check_when_it_can_then_says_nothing(values):
    assert services.check(replace(spoken(), **values)) is None


def test_keep_when_new_then_sealed_and_waiting():
    raw, is_new = services.keep(spoken("银行卡 6222 0000"), request_key="k")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM voices_rawinput")
        stored = str(cursor.fetchone())
    assert (is_new, raw.status, raw.request_key) == (True, "received", "k")
    assert "6222" not in stored and "王芳" not in stored
    assert JournalEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("first", "again", "keys"),
    [
        ({"external_id": "a"}, {"external_id": "a", "text": "别的话"}, (None, None)),
        ({}, {}, ("k", "k")),
        ({"attachments": (uuid7(),)}, {"attachments": (uuid7(),)}, ("k", "k")),
        ({"external_id": "a"}, {"external_id": "a"}, ("k", "other")),
    ],
    ids=["external id", "request key", "files under new ids", "both"],
)
def test_keep_when_it_came_before_then_answers_the_first(first, again, keys):
    one, _is_new = services.keep(spoken(**first), request_key=keys[0])
    two, is_new = services.keep(spoken(**again), request_key=keys[1])
    assert (two.id, is_new, RawInput.objects.count()) == (one.id, False, 1)


def test_keep_when_source_differs_then_the_same_id_is_another():
    services.keep(spoken(external_id="a", source="review"))
    _raw, is_new = services.keep(spoken(external_id="a", source="weibo"))
    assert (is_new, RawInput.objects.count()) == (True, 2)


@pytest.mark.parametrize("other", [{"text": "别的话"}, {"person": Person.of(email="li@example.com")}])
def test_keep_when_one_request_key_brings_other_words_then_refuses(other):
    services.keep(spoken(), request_key="k")
    with pytest.raises(Conflict) as caught:
        services.keep(spoken(**other), request_key="k")
    assert (caught.value.code, RawInput.objects.count()) == ("idempotency_key_reused", 1)


def test_keep_many_when_some_are_known_then_the_first_rows_in_order(django_assert_max_num_queries):
    known, _is_new = services.keep(spoken(external_id="a"))
    said = [spoken(external_id="b"), spoken(external_id="a"), spoken(), spoken(external_id="b")]
    with django_assert_max_num_queries(6):
        rows = services.keep_many(said)
    (one, other, third, again), is_new = zip(*rows, strict=True)
    assert other == known
    assert one == again != third
    assert is_new == (True, False, True, False)
    assert RawInput.objects.count() == 3


def test_keep_many_when_nothing_then_nothing():
    assert services.keep_many([]) == []


def test_record_when_heard_then_the_words_as_they_were_and_a_fact_without_them():
    before = clock.now() - timedelta(days=3)
    said = spoken(" 原话\n", subject=" 会员 ", occurred_at=before, context={"device": "iPhone"})
    raw, _is_new = services.keep(said)
    meaning = language.understand(said.text)
    voice, facts = services.record(
        said,
        raw=raw,
        contact=Contact.objects.create(name="王芳"),
        product=None,
        kind="fault",
        understanding=meaning,
    )
    voice.refresh_from_db()
    assert (voice.text, voice.subject, voice.kind) == (" 原话\n", "会员", "fault")
    assert (voice.occurred_at, voice.context) == (before, {"device": "iPhone"})
    assert (voice.language, voice.sentiment) == (meaning.language.label, meaning.sentiment.label)
    assert [(fact.name, fact.subject) for fact in facts] == [("voice.recorded", str(voice.id))]
    assert "原话" not in str(facts[0].data)
    assert JournalEntry.objects.count() == 0


def test_record_when_raw_input_has_a_voice_then_the_table_refuses():
    voice = recorded()
    with pytest.raises(IntegrityError), transaction.atomic():
        services.record(
            spoken(),
            raw=voice.raw,
            contact=voice.contact,
            product=None,
            kind="fault",
            understanding=language.understand("x"),
        )
    assert Voice.objects.count() == 1


def test_understand_when_models_answer_later_then_completed_once():
    voice = recorded()
    voice.is_understood = False
    voice.save(update_fields=["is_understood"])
    meaning = language.understand(voice.text)
    assert services.understand(voice, understanding=replace(meaning, complete=False), by=SYSTEM) is voice
    assert JournalEntry.objects.count() == 0
    for _ in range(2):
        services.understand(voice, understanding=replace(meaning, complete=True), by=SYSTEM)
    voice.refresh_from_db()
    assert (voice.is_understood, voice.text) == (True, "会员没有到账")
    assert list(JournalEntry.objects.values_list("name", flat=True)) == ["voice.understood"]


def test_refuse_when_it_can_never_be_a_voice_then_kept_with_the_reason():
    raw, _is_new = services.keep(spoken())
    services.refuse(raw, reason="x" * 300, by=SYSTEM)
    raw.refresh_from_db()
    assert (raw.status, len(raw.reason), raw.body["text"]) == ("refused", 200, "会员没有到账")
    assert JournalEntry.objects.get().name == "voice.refused"


def test_waiting_when_some_broke_off_then_oldest_first_and_none_that_is_young_or_done():
    now = clock.now()
    rows = []
    for minutes in (5, 9, 0, 7):
        with clock.frozen(now - timedelta(minutes=minutes)):
            rows.append(services.keep(spoken())[0])
    services.refuse(rows[3], reason="x", by=SYSTEM)
    assert list(selectors.waiting(now - timedelta(minutes=1))) == [rows[1], rows[0]]


def test_kept_before_when_nothing_names_it_then_nothing():
    services.keep(spoken())
    assert selectors.kept_before("form", None, None) is None
