"""Somebody who was erased is taken out of what is said about others, and nobody else with them."""

import pytest

from huiyin.accounts.services.contacts import Person
from huiyin.cases import services as cases
from huiyin.cases.models import CASES, Case, Note, SavedView
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.conversations.models import Message
from huiyin.core import personkeys
from huiyin.core.persons import Traces
from huiyin.privacy.recognising import Marks
from huiyin.privacy.services import ask_deletion, replay
from huiyin.privacy.services import erasure as deleting
from huiyin.voices.models import RawInput, Voice

ZHANG = Traces(
    words={"zhang.wei@example.com", "+8613800138000", "张伟民", "u20231107", "10086", "refund"},
    names={"张伟民"},
)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("mail zhang.wei@example.com now", "mail *** now"),
        ("ZHANG.WEI@EXAMPLE.COM。", "***。"),
        ("电话13800138000，138 0013 8000，138-0013-8000", "电话***，***，***"),
        ("account u20231107", "account ***"),
        ("q=zhang.wei%40example.com", "q=***"),
        ("张伟民 13800138000 又来了", "*** *** 又来了"),
        ("用户张伟民来电询问退款", "用户***来电询问退款"),
    ],
)
def test_hidden_when_it_tells_of_them_then_gone(text, hidden):
    assert Marks([ZHANG]).hidden(text) == hidden


@pytest.mark.parametrize(
    "text", ["xzhang.wei@example.com", "u202311078", "call 10086", "a refund please", "113800138000999"]
)
def test_hidden_when_everybodys_words_or_a_part_of_anothers_then_left(text):
    assert Marks([ZHANG]).hidden(text) == text


@pytest.mark.django_db
def test_hidden_when_only_indexes_are_left_then_compared_by_them():
    from huiyin.accounts.selectors import identity_index

    indexes = {identity_index("email", "zhang.wei@example.com"), identity_index("phone", "13800138000")}
    marks = Marks([Traces(indexes=indexes, is_blind=True)])
    assert marks.hidden("Zhang.Wei@example.com, 138 0013 8000, li@example.com") == "***, ***, li@example.com"


@pytest.fixture
def two(tmp_path, settings) -> tuple[Case, Case]:
    settings.DATA = tmp_path
    organisation()
    known = Person.of(email="zhang.wei@example.com", phone="13800138000", name="张伟民")
    first = heard("付款成功但会员没有到账", person=known)
    other = heard(
        "和 zhang.wei@example.com 是同一个问题", person=Person.of(email="li@example.com", name="李四")
    )
    agent = staff()
    cases.note(other, "参见 13800138000", by=agent.actor)
    cases.save_view(user=agent, name="v", query="q=zhang.wei@example.com")
    return first, other


def words_of(case: Case) -> list[str]:
    case = Case.objects.get(number=case.number)
    voice = Voice.objects.get(contact=case.contact)
    said = [Message.objects.get(conversation=case.conversation).body, Note.objects.get(case=case).body]
    return [
        *said,
        voice.text,
        RawInput.objects.get(id=voice.raw_id).body["text"],
        SavedView.objects.get().query,
    ]


BARE = ["和 *** 是同一个问题", "参见 ***", "和 *** 是同一个问题", "和 *** 是同一个问题", "q=***"]


@pytest.mark.django_db
def test_deletion_when_named_in_anothers_case_then_hidden_there_and_not_found(two):
    first, other = two
    assert CASES.find("13800138000", limit=5) == [other.number]
    deleting.carry_out(ask_deletion(first.contact, channel="test", by=first.contact.actor))
    assert words_of(other) == BARE
    assert CASES.find("13800138000", limit=5) == [] and CASES.find("同一个问题", limit=5) == [other.number]
    assert Case.objects.get(number=other.number).contact.name == "李四"


@pytest.mark.django_db
def test_replay_when_the_key_is_gone_and_the_words_do_not_open_then_hidden_all_the_same(two):
    first, other = two
    asked = ask_deletion(first.contact, channel="test", by=first.contact.actor)
    deleting._begin(asked)
    type(asked).objects.filter(id=asked.id).update(status="waiting")
    personkeys.destroy([first.contact_id])
    assert replay() >= 1
    assert words_of(other) == BARE
