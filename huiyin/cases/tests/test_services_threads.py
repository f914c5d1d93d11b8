"""What is said about a case: who becomes its owner, what the clocks and the status do, and what is refused."""

from datetime import timedelta

import pytest

from huiyin.accounts.services.contacts import Person
from huiyin.cases import services
from huiyin.cases.models import CASES, Case
from huiyin.cases.tests.factories import heard, organisation, spoken, staff
from huiyin.cases.tests.watching import clock_states, fact, refused, telling, unchanged
from huiyin.conversations.models import Message
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid
from huiyin.knowledge.models import Gap
from huiyin.knowledge.services.gaps import find_gaps
from huiyin.voices.models import RawInput, Voice

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def test_reply_when_first_then_owns_opens_and_meets_the_first_answer(agent):
    case = heard()
    with telling() as told:
        message = services.reply(case, "  您好，正在查。\n\n请稍等。 ", by=agent.actor)
    case.refresh_from_db()
    assert told == ["message.sent", "case.replied", "clock.met", "case.assigned", "case.transitioned"]
    assert (case.status, case.owner_id, case.responded_at) == ("open", agent.id, message.at)
    assert (case.last_speaker, case.preview, case.version) == ("out", "您好，正在查。 请稍等。", 2)
    assert (message.direction, message.delivery, message.body) == (
        "out",
        "queued",
        "您好，正在查。\n\n请稍等。",
    )
    assert clock_states(case) == {"first_response": "met", "resolution": "running"}
    assert case.next_due_kind == "resolution"
    assert fact("case.assigned")["reason"] == "reply"
    assert CASES.find("正在查", limit=5) == [case.number]


def test_reply_when_somebody_owns_it_then_owner_and_first_time_stay(agent):
    case, other = heard(), staff("wangwu")
    first = services.reply(case, "一", by=agent.actor)
    with telling() as told:
        services.reply(case, "二", by=other.actor)
    case.refresh_from_db()
    assert told == ["message.sent", "case.replied"]
    assert (case.owner_id, case.responded_at, case.status) == (agent.id, first.at, "open")


def test_reply_when_system_writes_then_nobody_owns_it(agent):
    case = heard()
    services.reply(case, "自动回复", by=SYSTEM)
    case.refresh_from_db()
    assert (case.owner_id, case.status) == (None, "open")


def test_reply_when_it_asks_the_user_then_clocks_stand_and_the_case_wakes(agent):
    case = heard()
    at = clock.now()
    with clock.frozen(at), telling() as told:
        services.reply(case, "订单号是多少？", then="pending_user", by=agent.actor)
    case.refresh_from_db()
    assert told[-2:] == ["case.transitioned", "clock.paused"]
    assert (case.status, case.wake_at, case.next_due_at) == ("pending_user", at + timedelta(days=5), None)
    assert clock_states(case)["resolution"] == "paused"


def test_reply_when_solved_then_status_stays(agent):
    case = heard()
    services.solve(case, resolution="好了", by=agent.actor)
    with telling() as told:
        services.reply(case, "补充一句", by=agent.actor)
    case.refresh_from_db()
    assert (case.status, told) == ("solved", ["message.sent", "case.replied"])


@pytest.mark.parametrize(
    ("body", "code"), [("", "body_missing"), (" \n\t", "body_missing"), ("x" * 20_001, "body_too_long")]
)
def test_reply_when_body_is_wrong_then_nothing_changes(agent, body, code):
    case = heard()
    with refused(Invalid, code, field="body"):
        services.reply(case, body, by=agent.actor)


def test_reply_when_version_is_stale_then_nothing_changes(agent):
    case = heard()
    services.note(case, "先记一笔", by=agent.actor)
    with refused(Conflict, "case_changed", current=2, number=case.reference):
        services.reply(case, "晚了", version=1, by=agent.actor)


@pytest.mark.parametrize("then", ["confirmed", "closed", "nonsense"])
def test_reply_when_move_is_unknown_then_not_even_the_words_are_sent(agent, then):
    case = heard()
    with refused(Conflict, "move_unknown", current="new"):
        services.reply(case, "话", then=then, by=agent.actor)


def test_reply_when_it_would_solve_without_a_resolution_then_refuses(agent):
    case = heard()
    with refused(Invalid, "resolution_missing", field="resolution"):
        services.reply(case, "好了", then="solved", by=agent.actor)


def test_reply_when_ended_then_refuses(agent):
    case = heard()
    services.solve(case, resolution="好了", by=agent.actor)
    services.confirm(case, by=case.contact.actor)
    with refused(Conflict, "case_ended", current="confirmed"):
        services.reply(case, "还有", by=agent.actor)


def test_hear_again_when_we_wait_for_the_user_then_opens_and_counts_on(agent):
    case = heard()
    services.reply(case, "订单号？", then="pending_user", by=agent.actor)
    with telling() as told:
        message = services.hear_again(case, "A123", by=case.contact.actor)
    case.refresh_from_db()
    assert told == [
        "voice.recorded",
        "message.received",
        "case.voiced",
        "case.transitioned",
        "clock.resumed",
        "clock.started",
    ]
    assert (case.status, case.wake_at, case.last_speaker, case.preview) == ("open", None, "in", "A123")
    assert clock_states(case) == {
        "first_response": "met",
        "resolution": "running",
        "next_response": "running",
    }
    assert (message.voice.contact_id, message.voice.text) == (case.contact_id, "A123")
    assert RawInput.objects.filter(voice=None).count() == 0
    assert CASES.find("A123", limit=5) == [case.number]


def test_hear_again_when_users_only_ask_after_it_then_no_gap_of_knowledge_but_their_matter(agent):
    for number in range(3):
        case = heard("手表版什么时候出", kind="question")
        services.hear_again(case, f"有进展吗{'？' * number}", by=case.contact.actor)
    assert find_gaps() == 1
    assert {voice.text for voice in Voice.objects.filter(id__in=Gap.objects.get().voices)} == {
        "手表版什么时候出"
    }


def test_hear_again_when_nobody_answered_yet_then_the_first_promise_stands(agent):
    case = heard()
    due = case.next_due_at
    services.hear_again(case, "在吗", by=case.contact.actor)
    case.refresh_from_db()
    assert (case.next_due_at, case.status) == (due, "new")
    assert clock_states(case) == {"first_response": "running", "resolution": "running"}


@pytest.mark.parametrize("word", [None, services.confirm])
def test_hear_again_when_solved_or_ended_then_reopens_with_fresh_clocks(agent, word):
    case = heard()
    services.solve(case, resolution="好了", by=agent.actor)
    if word:
        word(case, by=case.contact.actor)
    with telling("case.") as told:
        services.hear_again(case, "又坏了", by=case.contact.actor)
    case.refresh_from_db()
    assert told == ["case.voiced", "case.reopened"]
    assert fact("case.reopened")["reason"] == "user_wrote"
    assert (case.status, case.reopened_count, case.solved_at, case.ended_at) == ("open", 1, None, None)
    assert clock_states(case) == {
        "first_response": "met",
        "next_response": "running",
        "resolution": "running",
    }


def test_hear_again_when_sent_twice_with_one_key_then_one_voice(agent):
    case = heard()
    first = services.hear_again(case, "A", request_key="k", by=case.contact.actor)
    with unchanged():
        again = services.hear_again(case, "A", request_key="k", by=case.contact.actor)
    assert again == first
    assert Voice.objects.count() == 2


@pytest.mark.parametrize(("text", "code"), [(" ", "text_missing"), ("x" * 20_001, "text_too_long")])
def test_hear_again_when_text_is_wrong_then_nothing_is_kept(agent, text, code):
    case = heard()
    with refused(Invalid, code, field="text"):
        services.hear_again(case, text, by=case.contact.actor)


def test_receive_when_text_is_hostile_then_kept_as_it_was_said(agent):
    case = heard()
    text = "'; DROP TABLE cases_case; -- <script>alert(1)</script> \u202eevil\u202c {{ 7*7 }} %s"
    message = services.receive(case, spoken(text, person=Person(known={})), by=case.contact.actor)
    assert Message.objects.get(id=message.id).body == text
    assert Case.objects.get().preview == " ".join(text.split())


def test_receive_when_text_is_long_then_preview_is_one_short_line(agent):
    case = heard()
    services.hear_again(case, "长\n" * 500, by=case.contact.actor)
    case.refresh_from_db()
    assert (len(case.preview), case.preview[-1], "\n" in case.preview) == (160, "…", False)
