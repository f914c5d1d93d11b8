"""The clocks of a case: what begins, pauses, goes on, is kept or missed, and what the case shows of it."""

from datetime import timedelta

import pytest

from huiyin.cases import worktime
from huiyin.cases.models import Clock, SlaPolicy
from huiyin.cases.selectors.clocks import clocks_of as listed
from huiyin.cases.selectors.clocks import explain
from huiyin.cases.selectors.rulebook import forget_rulebook
from huiyin.cases.services import clocks
from huiyin.cases.tests.clock_factories import MONDAY, clocks_of, local, make_case, promises, told
from huiyin.core.errors import Conflict

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FIRST, NEXT, RESOLUTION = Clock.Kind.FIRST_RESPONSE, Clock.Kind.NEXT_RESPONSE, Clock.Kind.RESOLUTION


@pytest.fixture
def case():
    promises()
    case = make_case()
    begin(case)
    return case


def begin(case):
    running = clocks.plan(case, at=case.opened_at)
    Clock.objects.bulk_create(running)
    return running


def test_plan_when_a_case_opens_then_promises_by_policy_and_says_why(case):
    first = clocks_of(case)[FIRST]
    assert set(clocks_of(case)) == {FIRST, RESOLUTION}
    assert (first.due_at, first.warn_at) == (local("2026-11-16T14:00"), local("2026-11-16T13:12"))
    assert (case.next_due_at, case.next_due_kind, case.is_breached) == (first.due_at, FIRST, False)
    assert first.reason == {
        "rule": "normal",
        "hours": "service",
        "matched": {},
        "passed_over": [],
    }
    assert first.events == [{"kind": "started", "at": "2026-11-16T02:00:00Z", "why": ""}]
    assert (first.policy.key, first.policy_version, first.calendar.key, first.calendar_version) == (
        "tiered",
        1,
        "office",
        1,
    )
    fact = clocks.started(first)
    assert (fact.subject, fact.clock, fact.kind) == (str(case.number), str(first.id), FIRST)


def test_plan_when_urgent_then_every_hour_counts():
    promises()
    case = make_case(priority="urgent", at=local("2026-11-21T23:50"))
    first = begin(case)[0]
    assert (first.due_at, first.calendar.key) == (local("2026-11-22T00:20"), "always")


def test_plan_when_there_is_no_policy_then_there_are_no_clocks():
    SlaPolicy.objects.all().delete()
    forget_rulebook()
    case = make_case()
    assert clocks.plan(case, at=MONDAY) == []
    assert case.next_due_at is None


def test_plan_when_the_line_has_its_own_policy_then_uses_it(case):
    from huiyin.accounts.models import BusinessLine, Product

    line = BusinessLine.objects.create(key="pay", name_zh="支付", name_en="Payments")
    case.product = Product.objects.create(key="wallet", name_zh="钱包", name_en="Wallet", line=line)
    SlaPolicy.objects.filter(key="classic").update(line=line)
    promises()
    assert {clock.policy.key for clock in clocks.plan(case, at=MONDAY)} == {"classic"}


def test_meet_when_in_time_then_is_kept_and_the_case_looks_to_the_next(case):
    facts = clocks.meet(case, [FIRST, NEXT], at=MONDAY + HOUR)
    first = clocks_of(case)[FIRST]
    assert told(facts) == [("clock.met", FIRST)]
    assert (first.status, first.ended_at, first.breached_at) == (Clock.Status.MET, MONDAY + HOUR, None)
    assert (case.next_due_kind, case.is_breached) == (RESOLUTION, False)


def test_meet_when_too_late_and_nobody_noticed_then_is_missed_once(case):
    late = local("2026-11-16T14:01")
    assert told(clocks.meet(case, [FIRST], at=late)) == [("clock.breached", FIRST)]
    first = clocks_of(case)[FIRST]
    assert (first.status, first.breached_at, first.ended_at) == (Clock.Status.BREACHED, late, late)
    assert clocks.meet(case, [FIRST], at=late) == []
    assert case.is_breached is False


def test_pause_when_the_user_has_the_word_then_stops_and_resume_counts_on(case):
    facts = clocks.pause(case, reason="waiting_for_user", at=MONDAY + HOUR)
    assert told(facts) == [("clock.paused", FIRST), ("clock.paused", RESOLUTION)]
    assert {clock.status for clock in clocks_of(case).values()} == {Clock.Status.PAUSED}
    assert (case.next_due_at, clocks_of(case)[FIRST].due_at) == (None, None)
    facts = clocks.resume(case, at=local("2026-11-17T09:00"))
    assert told(facts) == [("clock.resumed", FIRST), ("clock.resumed", RESOLUTION)]
    assert clocks_of(case)[FIRST].due_at == local("2026-11-17T12:00")
    assert case.next_due_at == local("2026-11-17T12:00")
    assert clocks.resume(case, at=local("2026-11-17T09:00")) == []


def test_pause_when_the_time_was_up_unnoticed_then_is_missed(case):
    facts = clocks.pause(case, reason="waiting_for_user", at=local("2026-11-16T15:00"))
    assert told(facts) == [("clock.breached", FIRST), ("clock.paused", RESOLUTION)]
    assert case.is_breached is True
    assert clocks.meet(case, [FIRST], at=local("2026-11-16T16:00")) == []
    assert case.is_breached is False


def test_start_when_the_kind_is_owed_then_keeps_the_clock_it_has(case):
    assert told(clocks.start(case, [FIRST, NEXT], at=MONDAY + HOUR)) == [("clock.started", NEXT)]
    assert clocks.start(case, [NEXT], at=MONDAY + 2 * HOUR) == []
    assert Clock.objects.filter(case=case).count() == 3


def test_cancel_when_not_needed_then_ends_all_but_a_missed_one_stays_missed(case):
    clocks.pause(case, reason="waiting_for_user", at=local("2026-11-16T15:00"))
    facts = clocks.cancel(case, at=local("2026-11-16T16:00"))
    assert told(facts) == [("clock.cancelled", RESOLUTION)]
    statuses = {kind: clock.status for kind, clock in clocks_of(case).items()}
    assert statuses == {FIRST: Clock.Status.BREACHED, RESOLUTION: Clock.Status.CANCELLED}
    assert (case.next_due_at, case.is_breached) == (None, False)


def test_retarget_when_the_priority_rises_then_the_deadline_moves_and_time_spent_stays(case):
    case.priority = "high"
    facts = clocks.retarget(case, at=MONDAY + timedelta(minutes=10))
    assert told(facts) == [("clock.moved", FIRST), ("clock.moved", RESOLUTION)]
    first = clocks_of(case)[FIRST]
    assert (first.due_at, first.calendar.key) == (MONDAY + HOUR / 2, "always")
    assert first.reason["matched"] == {"priority": "high"}
    assert clocks.retarget(case, at=MONDAY + timedelta(minutes=11)) == []


def test_retarget_when_the_new_promise_is_past_then_is_missed(case):
    case.priority = "high"
    facts = clocks.retarget(case, at=MONDAY + HOUR)
    assert told(facts) == [("clock.moved", FIRST), ("clock.breached", FIRST), ("clock.moved", RESOLUTION)]
    assert case.is_breached is True


def test_retarget_when_the_deadline_moves_away_then_will_warn_again(case):
    Clock.objects.filter(case=case).update(warned_at=MONDAY)
    case.priority = "low"
    clocks.retarget(case, at=MONDAY + HOUR)
    assert clocks_of(case)[FIRST].warned_at is None


def test_write_when_somebody_else_wrote_then_refuses(case):
    first = clocks_of(case)[FIRST]
    clocks.pause(case, reason="waiting_for_user", at=MONDAY + HOUR)
    with pytest.raises(Conflict) as refusal:
        clocks.write(first)
    assert refusal.value.code == "clock_changed"
    assert clocks_of(case)[FIRST].status == Clock.Status.PAUSED


def test_explain_when_replayed_then_gives_the_stored_deadline_again(case):
    clocks.pause(case, reason="waiting_for_user", at=MONDAY + HOUR)
    clocks.resume(case, at=MONDAY + 3 * HOUR)
    found = explain(clocks_of(case)[FIRST])
    assert found.is_reproduced is True
    assert [step.code for step in found.steps] == ["counted", "paused", "counted"]
    assert [moment.due_at for moment in found.moments] == [
        local("2026-11-16T14:00"),
        None,
        local("2026-11-16T16:00"),
    ]
    assert [str(step.counted_total) for step in found.steps] == ["1:00:00", "1:00:00", "4:00:00"]


def test_explain_when_the_row_was_tampered_with_then_says_so(case):
    first = clocks_of(case)[FIRST]
    first.trace["due_at"] = "2026-11-16T09:00:00Z"
    assert explain(first).is_reproduced is False


def test_explain_when_the_reader_is_english_then_speaks_english(case):
    from django.utils import translation

    holiday = make_case(at=local("2026-09-30T17:00"))
    found = begin(holiday)[0]
    with translation.override("en"):
        told_words = [step.words for step in explain(found).steps]
        reason = explain(found).reason
    assert told_words[:3] == ["Counted", "Outside service hours", "Holiday (National Day)"]
    assert reason[-1] == "Only service hours count."


def test_clocks_of_when_listed_then_the_nearest_owed_comes_first(case):
    clocks.meet(case, [FIRST], at=MONDAY + HOUR)
    clocks.start(case, [NEXT], at=MONDAY + HOUR)
    assert [clock.kind for clock in listed(case)] == [NEXT, RESOLUTION, FIRST]


def test_stored_trace_when_read_back_then_is_the_deadline(case):
    first = clocks_of(case)[FIRST]
    stored = worktime.Deadline.from_json(first.trace)
    assert (stored.due_at, stored.state.value, stored.target) == (first.due_at, "running", 4 * HOUR)
