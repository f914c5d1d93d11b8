"""The user's own word on a solution, and what silence means: never a second time, never too early."""

from datetime import timedelta

import pytest

from huiyin.cases import services, tasks
from huiyin.cases.models import Confirmation, Priority
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.cases.tests.watching import clock_states, fact, refused, telling, unchanged
from huiyin.core import clock
from huiyin.core.errors import Conflict, Invalid

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
OPEN = ["new", "open", "pending_user", "pending_third_party"]


@pytest.fixture
def agent():
    organisation()
    return staff()


@pytest.fixture
def solved(agent):
    return services.solve(heard(), resolution="好了", by=agent.actor)


def in_state(status: str, agent):
    case = heard()
    return case if status == "new" else services.transition(case, status, by=agent.actor)


def test_confirm_when_solved_then_ends_by_the_users_word(solved):
    at = clock.now()
    with clock.frozen(at), telling() as told:
        services.confirm(solved, score=5, comment=" 谢谢 ", by=solved.contact.actor)
    solved.refresh_from_db()
    said = Confirmation.objects.get()
    assert told == ["case.confirmed"]
    assert fact("case.confirmed") == {"confirmation": str(said.id), "score": 5}
    assert (said.is_settled, said.score, said.comment, said.at) == (True, 5, "谢谢", at)
    assert (solved.status, solved.ended_at, solved.wake_at) == ("confirmed", at, None)


def test_confirm_when_said_again_then_nothing_is_told_twice(solved):
    services.confirm(solved, score=5, comment="好", by=solved.contact.actor)
    with unchanged():
        services.confirm(solved, by=solved.contact.actor)
        services.confirm(solved, score=1, comment="不好", by=solved.contact.actor)


def test_confirm_when_said_again_with_a_score_then_the_score_is_completed(solved):
    services.confirm(solved, by=solved.contact.actor)
    first = Confirmation.objects.get()
    with telling() as told:
        services.confirm(solved, score=4, comment="很快", by=solved.contact.actor)
    said = Confirmation.objects.get()
    assert (said.id, said.score, said.comment, said.at) == (first.id, 4, "很快", first.at)
    assert (told, fact("case.confirmed")["score"]) == ([], None)


def test_confirm_when_closed_by_silence_then_the_word_still_counts(solved):
    with clock.frozen(clock.now() + WEEK):
        services.close_silent(solved)
    services.confirm(solved, by=solved.contact.actor)
    solved.refresh_from_db()
    assert solved.status == "confirmed"


@pytest.mark.parametrize("status", OPEN)
@pytest.mark.parametrize("verb", [services.confirm, services.dispute])
def test_judge_when_nothing_was_solved_then_refuses(agent, verb, status):
    case = in_state(status, agent)
    with refused(Conflict, "not_solved_yet", current=status):
        verb(case, by=case.contact.actor)


@pytest.mark.parametrize("verb", [services.confirm, services.dispute])
@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"score": 0}, "score_range", "score"),
        ({"score": 6}, "score_range", "score"),
        ({"score": -1}, "score_range", "score"),
        ({"comment": "x" * 4001}, "comment_too_long", "comment"),
    ],
)
def test_judge_when_input_is_wrong_then_refuses(solved, verb, said, code, field):
    with refused(Invalid, code, field=field):
        verb(solved, by=solved.contact.actor, **said)


@pytest.mark.parametrize("before", ["solved", "confirmed", "closed"])
def test_dispute_when_answered_then_a_second_handling_higher_and_senior(solved, before):
    senior = staff("zhaomin", "senior")
    if before == "confirmed":
        services.confirm(solved, by=solved.contact.actor)
    if before == "closed":
        with clock.frozen(clock.now() + WEEK):
            services.close_silent(solved)
    raised = Priority(solved.priority).raised
    with telling() as told:
        services.dispute(solved, score=1, comment="还是没到账", by=solved.contact.actor)
    solved.refresh_from_db()
    assert told == ["case.reopened", "clock.started", "clock.started", "case.assigned"]
    assert fact("case.reopened") == {"origin": before, "reason": "not_settled", "priority": raised}
    assert fact("case.assigned")["reason"] == "second_handling"
    assert (solved.status, solved.priority, solved.level, solved.owner_id) == (
        "open",
        raised,
        3,
        senior.id,
    )
    assert (solved.reopened_count, solved.handover_count, solved.ended_at) == (1, 1, None)
    assert clock_states(solved)["next_response"] == clock_states(solved)["resolution"] == "running"
    assert Confirmation.objects.latest("at").comment == "还是没到账"


def test_dispute_when_urgent_already_then_stays_urgent(agent):
    case = heard()
    services.change(case, {"priority": "urgent"}, by=agent.actor)
    services.solve(case, resolution="好了", by=agent.actor)
    assert services.dispute(case, by=case.contact.actor).priority == "urgent"


def test_dispute_when_said_twice_then_the_second_finds_an_open_case(solved):
    services.dispute(solved, by=solved.contact.actor)
    with refused(Conflict, "not_solved_yet", current="open"):
        services.dispute(solved, by=solved.contact.actor)


def test_close_silent_when_a_week_is_over_then_closes_unconfirmed_once(solved):
    with clock.frozen(solved.solved_at + WEEK), telling() as told:
        assert services.close_silent(solved)
        assert not services.close_silent(solved)
    solved.refresh_from_db()
    assert (told, fact("case.closed")) == (["case.closed"], {"days": 7})
    assert (solved.status, solved.ended_at, solved.wake_at) == ("closed", solved.solved_at + WEEK, None)
    assert Confirmation.objects.count() == 0


def test_close_silent_when_too_early_or_open_then_nothing(solved, agent):
    with clock.frozen(solved.solved_at + WEEK - timedelta(seconds=1)), unchanged():
        assert not services.close_silent(solved)
    case = in_state("pending_user", agent)
    with clock.frozen(clock.now() + WEEK), unchanged():
        assert not services.close_silent(case)


def test_return_silent_when_the_user_did_not_answer_then_owner_goes_on(agent):
    case = in_state("pending_user", agent)
    with clock.frozen(case.wake_at), telling() as told:
        assert services.return_silent(case)
        assert not services.return_silent(case)
    case.refresh_from_db()
    assert told == ["case.transitioned", "clock.resumed", "clock.resumed"]
    assert fact("case.transitioned") == {
        "origin": "pending_user",
        "target": "open",
        "reason": "user_silent",
        "note": "",
    }
    assert (case.status, case.wake_at) == ("open", None)


def test_return_silent_when_too_early_then_nothing(agent):
    case = in_state("pending_user", agent)
    with unchanged():
        assert not services.return_silent(case)


def test_wake_when_time_has_come_then_acts_on_each_once(agent, solved):
    waiting = in_state("pending_user", agent)
    in_state("open", agent)
    with unchanged():
        assert tasks.wake.func() == 0
    with clock.frozen(clock.now() + WEEK + timedelta(minutes=1)):
        assert tasks.wake.func() == 2
        assert tasks.wake.func() == 0
    solved.refresh_from_db()
    waiting.refresh_from_db()
    assert (solved.status, waiting.status) == ("closed", "open")
