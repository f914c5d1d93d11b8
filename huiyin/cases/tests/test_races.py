"""Two at once on one case: one wins, the other is told what stands, and nothing is half done."""

from functools import partial

import pytest

from huiyin.cases import services
from huiyin.cases.models import Case, Confirmation
from huiyin.cases.tests.factories import heard, organisation, spoken, staff
from huiyin.cases.tests.programs import Program, at, own
from huiyin.cases.tests.watching import at_once, clock_states, telling
from huiyin.conversations.models import Message
from huiyin.core.errors import Conflict
from huiyin.core.models import IdempotencyKey, JournalEntry
from huiyin.voices import services as voices
from huiyin.voices.models import Voice

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_disk")]


@pytest.fixture
def agents():
    organisation()
    return staff("liming"), staff("wangwu")


def refusals(outcomes) -> list[str]:
    return [each.code for each in outcomes if isinstance(each, Conflict)]


def test_transition_when_two_agents_move_one_version_then_one_409_tells_the_present(agents):
    case = heard()
    moves = [{"to": "open", "version": 1}, {"to": "pending_third_party", "version": 1}]
    programs = [Program(agent) for agent in agents]
    answers = at_once(
        *(partial(p.post, at(case, "/transitions"), move) for p, move in zip(programs, moves, strict=True))
    )
    case.refresh_from_db()
    won, lost = sorted(answers, key=lambda each: each.status_code)
    assert (won.status_code, lost.status_code) == (200, 409)
    assert won.json()["status"] == case.status
    assert (lost.json()["code"], lost.json()["current"]) == ("case_changed", case.version)
    assert JournalEntry.objects.filter(name="case.transitioned").count() == 1


def test_claim_when_two_take_it_then_one_owns_it(agents):
    case = heard()
    outcomes = at_once(*(partial(services.claim, case, by=agent.actor) for agent in agents))
    case.refresh_from_db()
    assert refusals(outcomes) == ["taken_by_other"]
    assert case.owner_id in {agent.id for agent in agents}
    assert case.handover_count == 0


def test_reply_when_two_answer_at_once_then_both_are_sent_and_one_owns(agents):
    case = heard()
    at_once(*(partial(services.reply, case, agent.username, by=agent.actor) for agent in agents))
    case.refresh_from_db()
    assert Message.objects.filter(direction="out").count() == 2
    assert (case.version, case.handover_count, clock_states(case)["first_response"]) == (3, 0, "met")
    assert JournalEntry.objects.filter(name="case.assigned").count() == 1


def test_confirm_and_reopen_when_at_once_then_one_state_that_both_words_explain(agents):
    case = heard()
    services.solve(case, resolution="好了", by=agents[0].actor)
    user = case.contact.actor
    outcomes = at_once(
        partial(services.confirm, case, by=user), partial(services.reopen, case, by=agents[1].actor)
    )
    case.refresh_from_db()
    if refusals(outcomes):  # the reopening came first: there is nothing left to confirm
        assert (refusals(outcomes), case.status, Confirmation.objects.count()) == (
            ["not_solved_yet"],
            "open",
            0,
        )
    else:  # the word came first, and staff opened a confirmed case again
        assert (case.status, Confirmation.objects.get().is_settled) == ("open", True)
    assert (case.reopened_count, case.ended_at) == (1, None)


def test_confirm_and_dispute_when_at_once_then_the_last_word_stands(agents):
    case = heard()
    services.solve(case, resolution="好了", by=agents[0].actor)
    answers = at_once(
        *(partial(Program().post, own(case, "/confirmation"), {"settled": word}) for word in (True, False))
    )
    case.refresh_from_db()
    assert sorted(each.status_code for each in answers) in ([200, 200], [200, 409])
    assert case.status == "open"
    assert Confirmation.objects.filter(is_settled=False).count() == 1


def test_merge_when_each_into_the_other_then_one_merge_and_no_ring(agents):
    first, second = heard("一"), heard("二")
    by = agents[0].actor
    outcomes = at_once(
        partial(services.merge, first, into=second, by=by), partial(services.merge, second, into=first, by=by)
    )
    assert refusals(outcomes) == ["cannot_merge"]
    assert Case.objects.filter(merged_into=None).count() == 1
    assert JournalEntry.objects.filter(name="case.merged").count() == 1


def test_merge_and_solve_when_at_once_then_nobody_waits_in_vain(agents):
    case, into = heard("一"), heard("二")
    by = agents[0].actor
    at_once(
        partial(services.merge, case, into=into, by=by),
        partial(services.solve, into, resolution="好了", by=agents[1].actor),
    )
    case.refresh_from_db()
    into.refresh_from_db()
    assert into.status == "solved"
    # Either the merge was first, and the solution reaches both; or it was refused, and the case stands alone.
    assert case.merged_into_id == into.number or case.next_due_at is not None


def test_hear_when_one_external_id_comes_in_parallel_then_one_case(agents):
    words = spoken("同一条", external_id="e-1", source="api")
    outcomes = at_once(*(partial(services.hear, words, by=agents[0].actor) for _ in range(4)))
    assert {each.case.number for each in outcomes} == {Case.objects.get().number}
    assert (Voice.objects.count(), sum(each.is_new for each in outcomes)) == (1, 1)


def test_take_in_kept_when_two_workers_find_it_then_one_voice(agents):
    case = heard()
    raw = voices.keep(
        voices.Spoken(source="form", text="还有", person=spoken().person, about=str(case.number))
    )[0]
    at_once(*(partial(services.take_in_kept, raw) for _ in range(2)))
    assert Voice.objects.filter(raw=raw).count() == 1
    assert JournalEntry.objects.filter(name="case.voiced").count() == 1


@pytest.mark.parametrize("path", ["replies", "notes"])
def test_post_when_one_key_comes_in_parallel_then_done_once_and_answered_alike(agents, path):
    case, program = heard(), Program(agents[0])
    with telling("case.") as told:
        answers = at_once(
            *(partial(program.post, at(case, f"/{path}"), {"body": "一次"}, key="k") for _ in range(3))
        )
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert IdempotencyKey.objects.count() == 1
    assert told[0] in {"case.replied", "case.noted"}
    assert Message.objects.filter(direction="out").count() + case.notes.count() == 1


def test_post_follow_message_when_one_key_comes_in_parallel_then_said_once(agents):
    case = heard()
    answers = at_once(
        *(partial(Program().post, own(case, "/messages"), {"text": "在吗"}, key="k") for _ in range(3))
    )
    assert {each.status_code for each in answers} == {201}
    assert Message.objects.filter(direction="in").count() == 2
