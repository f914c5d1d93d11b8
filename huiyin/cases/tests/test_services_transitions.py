"""The status machine: each move there is and each that is not, with clocks, facts and refusals."""

from datetime import timedelta

import pytest

from huiyin.accounts import services as accounts
from huiyin.cases import services
from huiyin.cases.models import Case, Note, Status
from huiyin.cases.models.case import MOVES
from huiyin.cases.services import rows
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.cases.tests.watching import clock_states, fact, refused, telling
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid

pytestmark = pytest.mark.django_db
OPENABLE = {"solved", "confirmed", "closed"}


@pytest.fixture
def agent():
    organisation()
    return staff()


def case_in(status: str, agent) -> Case:
    """A case that came into this state by the services alone."""
    case = heard()
    if status in OPENABLE:
        services.solve(case, resolution="好了", by=agent.actor)
    if status == "confirmed":
        services.confirm(case, by=case.contact.actor)
    if status == "closed":
        with clock.frozen(clock.now() + timedelta(days=8)):
            assert services.close_silent(case)
    if status in {"open", "pending_user", "pending_third_party"}:
        services.transition(case, status, by=agent.actor)
    case.refresh_from_db()
    assert case.status == status
    return case


@pytest.mark.parametrize(
    ("origin", "target"),
    [(origin, target) for origin, targets in MOVES.items() for target in sorted(targets)],
)
def test_transition_when_the_machine_knows_it_then_moves_and_tells(agent, origin, target):
    case = case_in(origin, agent)
    with telling("case.") as told:
        moved = services.transition(case, target, reason="说明", version=case.version, by=agent.actor)
    case.refresh_from_db()
    assert (case.status, moved.status) == (target, target)
    main = "case.reopened" if origin in OPENABLE else "case.transitioned"
    assert main in told
    assert fact(main)["origin"] == origin


@pytest.mark.parametrize(
    ("origin", "target"),
    [
        (origin, target)
        for origin in Status.values
        for target in (*Status.values, "", "nonsense", "'; --")
        if target not in MOVES[origin] and target != Status.SOLVED
    ],
)
def test_transition_when_the_machine_does_not_know_it_then_refuses(agent, origin, target):
    case = case_in(origin, agent)
    with refused(Conflict, "move_unknown", current=origin, allowed=sorted(MOVES[origin])):
        services.transition(case, target, by=agent.actor)


@pytest.mark.parametrize("origin", sorted(OPENABLE))
def test_solve_when_not_open_then_refuses(agent, origin):
    case = case_in(origin, agent)
    with refused(Conflict, "move_unknown", current=origin):
        services.solve(case, resolution="再解决一次", by=agent.actor)


def test_transition_when_reason_given_then_it_is_a_note_and_never_in_the_journal(agent):
    case = heard()
    services.transition(case, "pending_third_party", reason="等银行，卡号 6222", by=agent.actor)
    note = Note.objects.get()
    assert (note.body, note.author_id) == ("等银行，卡号 6222", agent.id)
    assert fact("case.transitioned") == {
        "origin": "new",
        "target": "pending_third_party",
        "reason": "",
        "note": str(note.id),
    }


def test_transition_when_the_object_is_old_then_tells_where_the_row_stood(agent):
    case = heard()
    services.transition(Case.objects.get(), "open", by=agent.actor)
    services.transition(case, "pending_third_party", reason="等", by=agent.actor)
    assert fact("case.transitioned")["origin"] == "open"


def test_transition_when_version_is_stale_then_refuses_with_the_present_one(agent):
    case = case_in("open", agent)
    with refused(Conflict, "case_changed", current=case.version, number=case.reference):
        services.transition(case, "pending_user", version=case.version - 1, by=agent.actor)


def test_transition_when_waiting_for_the_user_ends_then_clocks_go_on(agent):
    case = case_in("pending_user", agent)
    assert set(clock_states(case).values()) == {"paused"}
    services.transition(case, "open", by=agent.actor)
    case.refresh_from_db()
    assert set(clock_states(case).values()) == {"running"}
    assert (case.wake_at, case.next_due_kind) == (None, "first_response")


def test_transition_when_waiting_for_others_then_clocks_run(agent):
    case = case_in("pending_third_party", agent)
    assert set(clock_states(case).values()) == {"running"}
    assert case.wake_at is None


def test_solve_when_described_then_claims_and_asks(agent):
    case, at = heard(), clock.now()
    with clock.frozen(at), telling() as told:
        solved = services.solve(
            case, resolution=" 已补发 ", temporary_fix=" 手动补 ", lasting_fix=" 修回调 ", by=agent.actor
        )
    case.refresh_from_db()
    assert told == ["case.transitioned", "clock.met", "clock.met", "case.assigned", "case.solved"]
    assert (case.resolution, case.temporary_fix, case.lasting_fix) == ("已补发", "手动补", "修回调")
    assert (case.status, case.solved_at, case.wake_at) == ("solved", at, at + timedelta(days=7))
    assert (case.owner_id, solved.owner_id, case.ended_at) == (agent.id, agent.id, None)
    assert fact("case.assigned") == {"owner": str(agent.id), "team": str(case.team_id), "reason": "solve"}


def test_solve_when_owned_then_owner_stays_and_earlier_fixes_too(agent):
    case, other = heard(), staff("wangwu")
    services.assign(case, owner=other, by=agent.actor)
    services.change(case, {"lasting_fix": "修回调"}, by=agent.actor)
    with telling("case.") as told:
        services.solve(case, resolution="好了", by=agent.actor)
    case.refresh_from_db()
    assert told == ["case.transitioned", "case.solved"]
    assert (case.owner_id, case.lasting_fix) == (other.id, "修回调")


@pytest.mark.parametrize("resolution", ["", "  \n "])
def test_solve_when_nothing_said_then_refuses(agent, resolution):
    case = heard()
    with refused(Invalid, "resolution_missing", field="resolution"):
        services.solve(case, resolution=resolution, by=agent.actor)
    with refused(Invalid, "resolution_missing", field="resolution"):
        services.transition(case, "solved", reason=resolution, by=agent.actor)


def test_reopen_when_staff_does_then_same_owner_and_fresh_clocks(agent):
    case = case_in("confirmed", agent)
    with telling() as told:
        services.reopen(case, reason="复查发现问题 @liming", by=agent.actor)
    case.refresh_from_db()
    assert told == ["case.reopened", "clock.started", "clock.started", "case.noted"]
    assert (fact("case.reopened")["reason"], fact("case.noted")["mentions"]) == ("staff", [str(agent.id)])
    assert (case.status, case.owner_id, case.reopened_count, case.priority) == (
        "open",
        agent.id,
        1,
        fact("case.reopened")["priority"],
    )


@pytest.mark.parametrize("status", ["new", "open", "pending_user", "pending_third_party"])
def test_reopen_when_open_then_refuses(agent, status):
    case = case_in(status, agent)
    with refused(Conflict, "case_is_open", current=status):
        services.reopen(case, by=agent.actor)


def test_dispute_when_the_senior_left_then_goes_to_one_who_is_here(agent):
    gone, here = staff("gone", "senior"), staff("here", "senior")
    accounts.disable(gone, by=SYSTEM)
    for _ in range(2):
        busy = heard()
        services.assign(busy, owner=here, by=SYSTEM)
    case = case_in("solved", agent)
    services.dispute(case, by=case.contact.actor)
    case.refresh_from_db()
    assert case.owner_id == here.id


def test_dispute_when_several_seniors_then_to_the_least_busy_and_never_the_last_owner(agent):
    last, busy, idle = (staff(name, "senior") for name in ("last", "busy", "idle"))
    services.assign(heard(), owner=busy, by=SYSTEM)
    case = heard()
    services.assign(case, owner=last, by=SYSTEM)
    services.solve(case, resolution="好了", by=last.actor)
    services.dispute(case, by=case.contact.actor)
    case.refresh_from_db()
    assert (case.owner_id, case.handover_count) == (idle.id, 1)


def test_dispute_when_only_the_last_owner_is_senior_then_stays_with_them(agent):
    senior = staff("senior", "senior")
    case = heard()
    services.solve(case, resolution="好了", by=senior.actor)
    with telling("case.") as told:
        services.dispute(case, by=case.contact.actor)
    case.refresh_from_db()
    assert (case.owner_id, told) == (senior.id, ["case.reopened"])


def test_hold_when_the_version_is_the_present_one_then_answers_the_row(agent):
    case = heard()
    assert rows.hold(case, version=case.version).number == case.number
