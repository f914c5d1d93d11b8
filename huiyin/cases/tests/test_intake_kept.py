"""What was kept while its intake broke off is finished, refused for good, or joined to the case it belongs to."""

from collections import Counter
from datetime import timedelta

import pytest

from huiyin.accounts.models import Contact, Team
from huiyin.accounts.selectors import forget_directory
from huiyin.accounts.services.contacts import Person
from huiyin.cases import services, tasks
from huiyin.cases.models import Case
from huiyin.cases.tests.factories import heard, organisation, spoken, staff
from huiyin.cases.tests.watching import fact, refused, telling
from huiyin.conversations.models import Message
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.ids import uuid7
from huiyin.language import services as language
from huiyin.voices import services as voices
from huiyin.voices.models import RawInput, Voice
from huiyin.voices.services import Spoken

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def broken_off(case: Case, text: str) -> RawInput:
    """Words that a contact sent about a case, whose process died after they were kept."""
    about = Spoken(source="form", text=text, person=Person(known={}), about=str(case.number))
    return voices.keep(about)[0]


def test_take_in_kept_when_words_were_about_a_case_then_they_reach_it(agent):
    case = heard()
    services.reply(case, "订单号？", then="pending_user", by=agent.actor)
    raw = broken_off(case, "A123")
    with telling("case.") as told:
        taken = services.take_in_kept(raw)
    case.refresh_from_db()
    assert told == ["case.voiced", "case.transitioned"]
    assert (taken.case.number, taken.voice.contact_id) == (case.number, case.contact_id)
    assert (case.status, case.preview) == ("open", "A123")
    assert (Case.objects.count(), Contact.objects.count()) == (1, 1)


def test_take_in_kept_when_that_case_is_gone_then_makes_one(agent):
    raw = voices.keep(Spoken(source="form", text="还在吗", person=Person(known={}), about="999"))[0]
    assert services.take_in_kept(raw).case.preview == "还在吗"


def test_take_in_kept_when_taken_twice_then_one_voice(agent):
    raw = broken_off(heard(), "A123")
    again = RawInput.objects.get(id=raw.id)
    assert services.take_in_kept(raw).voice == Voice.objects.get(raw=raw)
    assert services.take_in_kept(again) is None
    assert Message.objects.count() == 2


def test_sweep_when_inputs_have_their_voice_then_they_are_settled_and_the_others_taken_in(agent):
    heard()
    late, _is_new = voices.keep(spoken("断电之前说的话"))
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        fresh, _is_new = voices.keep(spoken("刚说的话"))
        assert tasks.take_in_kept.func() == 1
        assert Counter(RawInput.objects.values_list("status", flat=True)) == {"taken": 1, "received": 2}
        assert tasks.take_in_kept.func() == 0
    assert Counter(RawInput.objects.values_list("status", flat=True)) == {"taken": 2, "received": 1}
    with clock.frozen(clock.now() + timedelta(seconds=200)):
        assert tasks.take_in_kept.func() == 1
    assert Counter(RawInput.objects.values_list("status", flat=True)) == {"taken": 2, "received": 1}
    assert set(Voice.objects.values_list("raw", flat=True)) >= {late.id, fresh.id}
    assert Case.objects.count() == 3


def test_hear_when_it_was_refused_before_and_is_sent_again_then_taken_in(agent):
    Team.objects.update(is_default=False)
    forget_directory()
    said = spoken("没有人收", external_id="x")
    raw, _is_new = voices.keep(said)
    assert services.take_in_kept(raw) is None
    assert RawInput.objects.get().reason == "no_team"
    Team.objects.update(is_default=True)
    forget_directory()
    assert services.hear(said, by=SYSTEM).voice.raw_id == raw.id
    assert RawInput.objects.values_list("status", "reason").get() == ("taken", "")


def test_take_in_kept_when_it_can_never_be_a_voice_then_refused_and_kept(agent):
    raw, _is_new = voices.keep(spoken(attachments=(uuid7(),)))
    assert services.take_in_kept(raw) is None
    raw.refresh_from_db()
    assert (raw.status, raw.reason) == ("refused", "file_unknown")
    assert fact("voice.refused") == {"reason": "file_unknown"}
    assert Case.objects.count() == 0


def test_task_when_an_intake_still_runs_then_waits_a_minute(agent):
    voices.keep(spoken("断电"))
    assert tasks.take_in_kept.func() == 0
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        assert tasks.take_in_kept.func() == 1
        assert tasks.take_in_kept.func() == 0
    assert Case.objects.get().preview == "断电"


@pytest.mark.parametrize(
    ("person", "field"),
    [
        (Person.of(email="nobody"), "email"),
        (Person.of(phone="12"), "phone"),
        (Person.of(external_id="x" * 255), "external_id"),
    ],
)
def test_hear_when_the_author_cannot_be_known_so_then_nothing_is_kept(agent, person, field):
    with pytest.raises(Invalid) as caught:
        services.hear(spoken(person=person), by=SYSTEM)
    assert caught.value.data["field"] == field
    assert RawInput.objects.count() == 0


def test_hear_when_one_key_brings_other_words_then_conflicts(agent):
    person = Person.of(email="wang@example.com")
    services.hear(spoken("一件事", person=person), request_key="k", by=SYSTEM)
    with refused(Conflict, "idempotency_key_reused"):
        services.hear(spoken("另一件事", person=person), request_key="k", by=SYSTEM)


def late(voice: Voice, **labels: str) -> Voice:
    """The verdicts of a voice as if the models had answered at last."""
    meaning = language.understand(voice.text)
    told = {**meaning.as_json(), "complete": True}
    for task, label in labels.items():
        told[task] = {**told[task], "label": label}
    voice.understanding = told
    voice.save(update_fields=["understanding"])
    return voice


def test_complete_when_verdicts_come_late_then_the_case_takes_them(agent):
    case = heard()
    with telling() as told:
        services.complete(late(Voice.objects.get(), category="refund"))
    case.refresh_from_db()
    assert told == ["case.understood"]
    assert (case.category, case.understanding["complete"], case.version) == ("refund", True, 2)
    assert "priority" in case.understanding


def test_complete_when_a_person_put_it_right_then_their_word_stays(agent):
    case = heard()
    services.change(case, {"category": "privacy"}, by=agent.actor)
    services.complete(late(Voice.objects.get(), category="refund"))
    case.refresh_from_db()
    assert case.category == "privacy"


def test_complete_when_a_later_voice_is_first_then_the_case_waits_for_its_own(agent):
    case = heard()
    opening = Voice.objects.get()
    message = services.hear_again(case, "谢谢，真好用", by=case.contact.actor)
    with telling() as told:
        services.complete(late(message.voice, category="praise"))
    case.refresh_from_db()
    assert (told, case.category == "praise") == ([], False)
    services.complete(late(opening, category="refund"))
    case.refresh_from_db()
    assert case.category == "refund"


def test_complete_when_voice_has_no_case_then_nothing(agent):
    raw, _is_new = voices.keep(spoken())
    contact = Contact.objects.create(name="王芳")
    meaning = language.understand("x")
    voice, _facts = voices.record(
        spoken(), raw=raw, contact=contact, product=None, kind="question", understanding=meaning
    )
    assert services.complete(voice) is None
