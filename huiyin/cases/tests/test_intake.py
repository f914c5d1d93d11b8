"""Intake: one transaction, once, whole or not at all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.accounts import services as accounts
from huiyin.accounts.models import Contact, Identity
from huiyin.accounts.selectors import forget_directory
from huiyin.accounts.services.contacts import Person
from huiyin.cases import services
from huiyin.cases.models import CASES, Case
from huiyin.cases.tests.factories import heard, organisation, product, spoken
from huiyin.conversations.models import Conversation, Message
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid
from huiyin.core.models import JournalEntry
from huiyin.voices import services as voices
from huiyin.voices.models import RawInput, Voice
from huiyin.voices.services import Spoken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house():
    organisation()


def test_hear_when_new_then_stores_everything_and_tells_it():
    taken = services.hear(spoken("付款成功但会员没有到账，急！"), by=SYSTEM)
    case = Case.objects.get()
    assert taken.is_new and taken.case.number == case.number
    assert [c.kind for c in case.clocks.order_by("due_at")] == ["first_response", "resolution"]
    assert Message.objects.get().voice == Voice.objects.get()
    assert Voice.objects.get().raw == RawInput.objects.get()
    assert list(JournalEntry.objects.values_list("name", flat=True)) == [
        "contact.created",
        "voice.recorded",
        "message.received",
        "case.opened",
        "clock.started",
        "clock.started",
    ]
    assert CASES.find("会员", limit=5) == [case.number]


def test_hear_when_same_external_id_then_answers_the_first():
    first = services.hear(spoken(external_id="r-1", source="review"), by=SYSTEM)
    again = services.hear(spoken("别的话", external_id="r-1", source="review"), by=SYSTEM)
    assert (again.is_new, again.case.number) == (False, first.case.number)
    assert Voice.objects.count() == 1


def test_hear_when_same_request_key_then_answers_the_first():
    words = spoken()
    first = services.hear(words, request_key="k", by=SYSTEM)
    again = services.hear(words, request_key="k", by=SYSTEM)
    assert again.case.number == first.case.number
    assert RawInput.objects.count() == 1


def test_hear_when_contact_is_known_then_keeps_one_contact():
    person = Person.of(email="Wang.Fang@Example.com")
    heard(person=person)
    heard("再问一次", person=Person.of(email="wang.fang@example.com"))
    assert (Contact.objects.count(), Identity.objects.count(), Case.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": "   "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"subject": "x" * 201}, "subject"),
        ({"source": "pigeon"}, "source"),
        ({"kind": "riddle"}, "kind"),
        ({"product": "none"}, "product"),
        ({"external_id": ""}, "external_id"),
    ],
)
def test_hear_when_invalid_then_refuses_and_stores_nothing(values, field):
    with pytest.raises(Invalid) as refused:
        services.hear(spoken(**values), by=SYSTEM)
    assert refused.value.data["field"] == field
    assert RawInput.objects.count() == Conversation.objects.count() == Case.objects.count() == 0


def test_hear_many_when_some_are_bad_then_stores_the_others():
    results = services.hear_many([spoken("一"), spoken(""), spoken("三")], by=SYSTEM)
    assert [type(result).__name__ for result in results] == ["TakenIn", "Invalid", "TakenIn"]
    assert Case.objects.count() == 2


def test_hear_many_when_one_comes_twice_then_it_is_stored_once():
    first, other, again = (spoken("打不开", external_id=key) for key in ("a", "b", "a"))
    outcomes = services.hear_many([first, other, again], by=SYSTEM)
    assert [each.is_new for each in outcomes] == [True, True, False]
    assert outcomes[2].case == outcomes[0].case
    known = services.hear_many([other, spoken("新的", external_id="c")], by=SYSTEM)
    assert [each.is_new for each in known] == [False, True]
    assert (RawInput.objects.count(), Voice.objects.count(), Case.objects.count()) == (3, 3, 3)


def test_hear_many_when_one_fails_inside_the_turn_then_the_others_stay(monkeypatch):
    monkeypatch.setattr("huiyin.cases.services.intake.TURN", 60)
    texts = [spoken("一"), spoken("二", person=Person.of(email="no address")), spoken("三")]
    outcomes = services.hear_many(texts, by=SYSTEM)
    assert [isinstance(each, Invalid) for each in outcomes] == [False, True, False]
    assert sorted(Voice.objects.values_list("text", flat=True)) == ["一", "三"]
    assert JournalEntry.objects.filter(name="case.opened").count() == 2


def test_take_in_kept_when_intake_broke_off_then_finishes_it():
    raw, _is_new = voices.keep(spoken("断电之前说的话"))
    taken = services.take_in_kept(raw)
    assert taken is not None and taken.voice.text == "断电之前说的话"
    raw.refresh_from_db()
    assert services.take_in_kept(raw) is None
    assert Case.objects.count() == 1


def test_hear_when_measured_then_needs_eleven_statements_or_nine():
    known = Person.of(email="known@example.com")
    heard(person=known)
    assert _queries(spoken("新用户的话")) == 11
    assert _queries(spoken("老用户的话", person=known)) == 9


def _queries(words: Spoken) -> int:
    """Statements of one intake; transaction control is not counted."""
    with CaptureQueriesContext(connection) as captured:
        services.hear(words, by=SYSTEM)
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return sum(not query["sql"].startswith(control) for query in captured.captured_queries)


def test_hear_when_the_words_name_one_product_then_it_is_the_case_s_and_its_team_s():
    made = product("music")
    made.aliases = ["云音会员", "Cloudtone Plus"]
    made.save()
    forget_directory()
    for text in ("云音会员没有到账", "My cloudtone plus is gone", "「雲音」打不開了"):
        case = heard(text)
        assert (case.product, case.understanding["product"]["label"]) == (made, "music")


def test_hear_when_the_words_name_two_products_or_the_sender_another_then_no_guess_is_made():
    first = product("music")
    other = accounts.add_product(key="pods", name_zh="播客", name_en="Pods", line=first.line)
    forget_directory()
    assert heard("云音和播客都打不开").product is None
    assert heard("云音打不开", product="pods").product == other
    first.is_active = False
    first.save()
    forget_directory()
    assert heard("云音打不开").product is None
