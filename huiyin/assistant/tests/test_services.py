"""Talks: heard once, answered from the help centre, handed over as one case, silent ever after."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import translation

from huiyin.accounts.services import contacts
from huiyin.accounts.services.contacts import Person
from huiyin.assistant import services
from huiyin.assistant.models import Dialogue, Handoff, HumanTopic, Outcome, Phrasing, State, Tuning, Turn
from huiyin.assistant.selectors import catalogue
from huiyin.assistant.services.erasure import erase
from huiyin.assistant.services.handing import farewell
from huiyin.assistant.tests.factories import VISITOR, answered, asked, begun, help_centre
from huiyin.cases.models import Case
from huiyin.cases.tests.factories import organisation
from huiyin.cases.tests.watching import telling
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.persons import Person as Somebody
from huiyin.core.persons import Traces
from huiyin.language import services as language
from huiyin.language.client import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company() -> None:
    organisation()
    catalogue.forget_index()
    Tuning.objects.create(answer_at=0.3, offer_at=0.05)


def acts(dialogue: Dialogue) -> list[str]:
    return list(dialogue.turns.order_by("number").values_list("act", flat=True))


def test_hear_when_empty_refuses_at_the_field() -> None:
    with pytest.raises(Invalid) as refusal:
        asked(begun(), "  ")
    assert refusal.value.data["field"] == "text"


def test_hear_when_the_same_nonce_comes_again_is_one_turn() -> None:
    dialogue, nonce = begun(), uuid4()
    first = services.hear(dialogue, "怎么退款", nonce=nonce, by=VISITOR)
    assert services.hear(dialogue, "怎么退款", nonce=nonce, by=VISITOR) == first
    assert dialogue.turns.count() == 1


def test_respond_when_an_article_answers_quotes_it() -> None:
    made, dialogue = help_centre(), begun()
    with telling("dialogue.") as told:
        turn = answered(dialogue, "密码忘了怎么找回")
    assert isinstance(turn, Turn)
    assert (turn.act, turn.candidates[0]["article"]) == ("answer", str(made["password"].id))
    assert turn.text == "在登录页选择忘记密码，用手机验证码重设。"
    assert turn.outcome == Outcome.UNKNOWN
    assert told == ["dialogue.answered"]


def test_respond_when_the_owner_of_the_encoders_dies_then_words_answer_and_nothing_is_lost(
    settings, monkeypatch, tmp_path: Path
) -> None:
    made = help_centre()
    dialogue = begun()
    settings.LANGUAGE_ENGINE = "owner"
    gone = Client(tmp_path / "nobody.sock")
    monkeypatch.setattr(language, "client", lambda: gone)
    told = [answered(dialogue, text) for text in ("怎么开发票", "退款怎么操作", "密码忘了怎么找回")]
    turns = [turn for turn in told if isinstance(turn, Turn)]
    assert acts(dialogue) == ["ask", "answer"] * 3
    assert [turn.candidates[0]["article"] for turn in turns] == [
        str(made[key].id) for key in ("invoice", "refund", "password")
    ]
    assert {turn.signs["mode"] for turn in turns} == {"words"}


def test_respond_when_nothing_is_near_says_so_and_counts_it() -> None:
    help_centre()
    dialogue = begun()
    turn = answered(dialogue, "quantum entanglement")
    dialogue.refresh_from_db()
    assert isinstance(turn, Turn)
    assert (turn.act, dialogue.failures, dialogue.state) == ("miss", 1, State.WAITING)


def test_respond_when_three_fail_in_a_row_hands_over() -> None:
    help_centre()
    dialogue = begun()
    for text in ("zzz one", "zzz two"):
        answered(dialogue, text)
    dialogue.refresh_from_db()
    made = services.respond(asked(dialogue, "zzz three"))
    assert isinstance(made, Handoff)
    assert made.reason == Handoff.Reason.FAILED
    assert acts(dialogue) == ["ask", "miss", "ask", "miss", "ask", "handoff"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("转人工", "asked"),
        ("我要跟真人说话", "asked"),
        ("let me talk to a real person", "asked"),
        ("垃圾软件，骗子！", "anger"),
        ("我不想活了", "anger"),
    ],
)
def test_respond_when_a_person_is_needed_hands_over(text: str, reason: str) -> None:
    made = answered(begun(), text)
    assert isinstance(made, Handoff)
    assert made.reason == reason


@pytest.mark.parametrize("text", ["人工客服几点上班", "不要转人工，告诉我怎么退款"])
def test_respond_when_people_are_only_spoken_of_answers_itself(text: str) -> None:
    help_centre()
    assert isinstance(answered(begun(), text), Turn)


def test_respond_when_the_topic_is_for_people_hands_over() -> None:
    help_centre()
    HumanTopic.objects.create(kind="words", value="发票")
    made = answered(begun(), "怎么开发票")
    assert isinstance(made, Handoff)
    assert made.reason == Handoff.Reason.TOPIC


def test_respond_when_a_word_is_spelt_like_a_category_then_only_the_word_counts() -> None:
    help_centre()
    HumanTopic.objects.create(kind="words", value="payment")
    assert isinstance(answered(begun(), "怎么开发票"), Turn)
    HumanTopic.objects.create(kind="category", value="payment")
    assert isinstance(answered(begun(), "怎么开发票"), Handoff)


def test_respond_when_the_question_leans_on_the_one_before_keeps_the_context() -> None:
    made, dialogue = help_centre(), begun()
    answered(dialogue, "退款怎么操作")
    turn = answered(dialogue, "那几天能到呢")
    assert isinstance(turn, Turn)
    assert turn.candidates[0]["article"] == str(made["arrival"].id)


def test_hand_over_gives_the_case_everything_in_one_transaction() -> None:
    help_centre()
    dialogue = begun()
    answered(dialogue, "密码忘了怎么找回")
    with telling() as told:
        made = services.hand_over(dialogue, reason=Handoff.Reason.ASKED)
    dialogue.refresh_from_db()
    case = Case.objects.get()
    assert (dialogue.state, dialogue.case, dialogue.until_at) == (State.HANDED, case, None)
    assert dialogue.contact == case.contact
    assert made.promised_at == case.next_due_at
    assert case.conversation.messages.get().body == "密码忘了怎么找回"
    assert told[-1] == "dialogue.handed_over"
    assert "case.opened" in told


def test_hand_over_when_done_twice_is_one_case() -> None:
    dialogue = begun()
    asked(dialogue, "转人工")
    first = services.hand_over(dialogue, reason=Handoff.Reason.ASKED)
    assert services.hand_over(dialogue, reason=Handoff.Reason.ANGER) == first
    assert Case.objects.count() == 1


def test_hand_over_when_nothing_was_said_refuses() -> None:
    dialogue = begun()
    with pytest.raises(Invalid):
        services.hand_over(dialogue, reason=Handoff.Reason.ASKED)
    assert Case.objects.count() == 0


def test_hand_over_seals_what_was_said_under_the_contact() -> None:
    dialogue = begun()
    asked(dialogue, "我的手机号是 13800138000")
    services.hand_over(dialogue, reason=Handoff.Reason.ASKED)
    turn = Turn.objects.select_related("dialogue").filter(dialogue=dialogue).earliest("number")
    sealed = Turn.objects.filter(id=turn.id).values_list("text", flat=True).get()
    assert turn.text == "我的手机号是 13800138000"
    assert "13800138000" not in sealed


def test_say_when_people_took_over_stays_silent() -> None:
    dialogue = begun()
    turn = asked(dialogue, "怎么退款")
    services.hand_over(dialogue, reason=Handoff.Reason.ASKED)
    before = acts(dialogue)
    assert services.say(turn, services.Reply(act="miss", text="?")) is None
    assert acts(dialogue) == before


def test_hear_when_people_took_over_refuses() -> None:
    dialogue = begun()
    asked(dialogue, "转人工")
    services.hand_over(dialogue, reason=Handoff.Reason.ASKED)
    with pytest.raises(Conflict):
        asked(dialogue, "还在吗")


def test_hand_over_outside_hours_says_when_people_are_back() -> None:
    dialogue = begun("en")
    sunday = clock.now().replace(year=2026, month=11, day=22, hour=2)
    with clock.frozen(sunday):
        asked(dialogue, "怎么退款")
        made = services.hand_over(dialogue, reason=Handoff.Reason.ASKED)
    word = dialogue.turns.select_related("dialogue").get(act="handoff").text
    assert not made.is_in_hours
    assert "people are back" in word


def test_farewell_when_the_promise_comes_before_opening_then_hours_are_not_spoken_of() -> None:
    now = clock.now()
    back = now + timedelta(hours=8)
    with translation.override("en"):
        words = [farewell(Case(number=7, next_due_at=back + timedelta(hours=by)), back) for by in (-1, 1)]
    assert ["people are back" in each for each in words] == [False, True]
    assert all("You hear from us by" in each for each in words)


def test_rate_when_it_helped_is_confirmed_and_ends_the_row_of_failures() -> None:
    help_centre()
    dialogue = begun()
    answered(dialogue, "zzz one")
    turn = answered(dialogue, "密码忘了怎么找回")
    assert isinstance(turn, Turn)
    with telling("answer.") as told:
        services.rate(turn, helped=True, by=VISITOR)
    turn.refresh_from_db()
    dialogue.refresh_from_db()
    assert (turn.outcome, dialogue.failures, told) == (Outcome.CONFIRMED, 0, ["answer.rated"])


def test_end_when_the_visitor_fell_silent_is_unknown_and_no_success() -> None:
    help_centre()
    dialogue = begun()
    answered(dialogue, "密码忘了怎么找回")
    with clock.frozen(clock.now() + timedelta(minutes=31)), telling("dialogue.") as told:
        ended = services.end(dialogue)
    assert (ended.state, ended.outcome, told) == (State.ENDED, Outcome.UNKNOWN, ["dialogue.ended"])


def test_end_when_there_is_time_left_does_nothing() -> None:
    assert services.end(begun()).state == State.WAITING


def test_pick_tells_the_chosen_article_and_stays_unknown() -> None:
    made = help_centre()
    Tuning.objects.create(answer_at=0.99, offer_at=0.0)
    dialogue = begun()
    offer = answered(dialogue, "退款")
    assert isinstance(offer, Turn)
    assert offer.act in ("offer", "clarify")
    told = services.pick(offer, article=str(made["arrival"].id), answer="一到三个工作日。", by=VISITOR)
    offer.refresh_from_db()
    assert told.text == "一到三个工作日。"
    assert [each["picked"] for each in offer.candidates if each["article"] == str(made["arrival"].id)] == [
        True
    ]
    assert told.outcome == Outcome.UNKNOWN


def test_pick_when_it_was_not_offered_refuses() -> None:
    help_centre()
    Tuning.objects.create(answer_at=0.99, offer_at=0.0)
    offer = answered(begun(), "退款")
    assert isinstance(offer, Turn)
    with pytest.raises(Invalid):
        services.pick(offer, article=str(uuid4()), answer="", by=VISITOR)


def test_hand_over_when_the_contact_is_known_is_theirs() -> None:
    contact, _new = contacts.register(Person.of(email="wang@example.com"), by=SYSTEM)
    dialogue = services.begin(lang="zh", contact=contact, by=contact.actor)
    asked(dialogue, "怎么退款")
    services.hand_over(dialogue, reason=Handoff.Reason.ASKED)
    assert Case.objects.get().contact == contact


def test_forget_strangers_takes_old_words_of_nobody_and_leaves_those_of_cases() -> None:
    help_centre()
    silent, handed = begun(), begun()
    answered(silent, "密码忘了怎么找回")
    answered(handed, "转人工")
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        services.end(silent)
    with clock.frozen(clock.now() + timedelta(days=91)):
        services.forget_strangers()
    assert {turn.text for turn in silent.turns.select_related("dialogue")} == {""}
    assert handed.turns.select_related("dialogue").get(number=1).text == "转人工"


def test_erase_takes_the_words_and_what_was_learnt_of_them() -> None:
    made, dialogue = help_centre(), begun()
    turn = asked(dialogue, "我要退我的钱")
    services.learn(turn, article=made["refund"])
    handoff = services.hand_over(dialogue, reason=Handoff.Reason.ASKED)
    person = Somebody(contact=handoff.case.contact_id)
    erase(person, Traces())
    assert {turn.text for turn in dialogue.turns.select_related("dialogue")} == {""}
    assert not Phrasing.objects.filter(kind=Phrasing.Kind.LEARNT).exists()
