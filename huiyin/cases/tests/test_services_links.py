"""How cases belong together: no merge loses a voice, no ring, no promise that nobody owes any more."""

import pytest

from huiyin.accounts import services as accounts
from huiyin.accounts.services.contacts import Person
from huiyin.cases import services
from huiyin.cases.models import CASES, Case, CaseLink, SlaPolicy
from huiyin.cases.selectors import inbox
from huiyin.cases.selectors.rulebook import forget_rulebook
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.cases.tests.watching import clock_states, fact, refused, telling, unchanged
from huiyin.core.errors import Conflict, Invalid, NotFound
from huiyin.core.jobs.worker import drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


@pytest.fixture
def pair(agent):
    return heard("付款成功但会员没有到账"), heard("会员没到账，钱扣了")


def end(case, agent, status):
    services.solve(case, resolution="好了", by=agent.actor)
    if status == "confirmed":
        services.confirm(case, by=case.contact.actor)


def test_merge_when_both_open_then_one_answers_for_both(agent, pair):
    case, into = pair
    with telling() as told:
        services.merge(case, into=into, version=1, by=agent.actor)
    case.refresh_from_db()
    into.refresh_from_db()
    assert told == ["clock.cancelled", "clock.cancelled", "case.merged", "case.linked"]
    assert fact("case.merged") == {"into": str(into.number)}
    assert (case.merged_into_id, case.status, case.next_due_at) == (into.number, "new", None)
    assert (case.version, into.version) == (2, 2)
    assert set(clock_states(case).values()) == {"cancelled"}
    link = CaseLink.objects.get()
    assert (link.kind, link.origin_id, link.target_id) == ("duplicate", case.number, into.number)
    assert [row.number for row in inbox.inbox_page(agent, inbox.Filters(view="open")).items] == [into.number]


@pytest.mark.django_db(transaction=True)
def test_merge_when_the_other_is_solved_then_this_author_hears_it_too(agent, pair):
    case, into = pair
    services.merge(case, into=into, by=agent.actor)
    services.solve(into, resolution="都已补发", by=agent.actor)
    drain()
    case.refresh_from_db()
    assert (case.status, case.resolution) == ("solved", "都已补发")
    services.dispute(case, by=case.contact.actor)
    case.refresh_from_db()
    assert (case.status, case.merged_into_id) == ("open", None)


@pytest.mark.django_db(transaction=True)
def test_merge_when_in_a_chain_then_the_last_solution_reaches_all(agent, pair):
    first, second = pair
    third = heard("第三个人也没到账")
    services.merge(first, into=second, by=agent.actor)
    services.merge(second, into=third, by=agent.actor)
    services.solve(third, resolution="都好了", by=agent.actor)
    drain()
    assert set(Case.objects.values_list("status", "resolution")) == {("solved", "都好了")}


def test_merge_when_into_itself_then_refuses(agent, pair):
    with refused(Invalid, "merge_with_itself", field="into"):
        services.merge(pair[0], into=pair[0], by=agent.actor)


def test_merge_when_a_ring_would_close_then_refuses(agent, pair):
    first, second = pair
    third = heard("第三")
    services.merge(first, into=second, by=agent.actor)
    services.merge(second, into=third, by=agent.actor)
    with refused(Conflict, "cannot_merge"):
        services.merge(third, into=first, by=agent.actor)
    with refused(Conflict, "cannot_merge"):
        services.merge(first, into=third, by=agent.actor)


@pytest.mark.parametrize("status", ["solved", "confirmed"])
@pytest.mark.parametrize("which", [0, 1])
def test_merge_when_one_is_not_open_then_refuses_because_nobody_would_answer(agent, pair, which, status):
    end(pair[which], agent, status)
    with refused(Conflict, "cannot_merge", current=status):
        services.merge(pair[0], into=pair[1], by=agent.actor)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merge_when_version_is_stale_then_refuses(agent, pair, order):
    case, into = (pair[i] for i in order)
    services.note(case, "记", by=agent.actor)
    with refused(Conflict, "case_changed", current=2, number=case.reference):
        services.merge(case, into=into, version=1, by=agent.actor)


def test_unmerge_when_merged_then_stands_for_itself_with_fresh_clocks(agent, pair):
    case, into = pair
    services.merge(case, into=into, by=agent.actor)
    with telling() as told:
        services.unmerge(case, by=agent.actor)
    case.refresh_from_db()
    assert told == ["case.unmerged", "clock.started", "clock.started"]
    assert fact("case.unmerged") == {"origin": str(into.number)}
    assert (case.merged_into_id, CaseLink.objects.count()) == (None, 0)
    assert clock_states(case) == {"first_response": "running", "resolution": "running"}
    assert case.next_due_at is not None


def test_unmerge_when_answered_before_then_owes_the_next_answer(agent, pair):
    case, into = pair
    services.reply(case, "在查", by=agent.actor)
    services.merge(case, into=into, by=agent.actor)
    services.unmerge(case, by=agent.actor)
    states = clock_states(case)
    assert (states["first_response"], states["next_response"]) == ("met", "running")


def test_unmerge_when_not_merged_then_refuses(agent, pair):
    with refused(Conflict, "not_merged", current="new"):
        services.unmerge(pair[0], by=agent.actor)


def test_hear_again_when_merged_then_the_words_are_owed_an_answer_again(agent, pair):
    case, into = pair
    services.reply(case, "在查", by=agent.actor)
    services.merge(case, into=into, by=agent.actor)
    with telling("case.") as told:
        services.hear_again(case, "我的情况不一样", by=case.contact.actor)
    case.refresh_from_db()
    assert told == ["case.voiced", "case.unmerged"]
    assert (case.merged_into_id, case.next_due_kind) == (None, "next_response")
    assert {"next_response": "running", "resolution": "running"}.items() <= clock_states(case).items()
    shown = inbox.inbox_page(agent, inbox.Filters(view="open")).items
    assert {row.number for row in shown} == {case.number, into.number}


def test_reopen_when_merged_case_was_solved_then_it_is_seen_again(agent, pair):
    case, into = pair
    services.merge(case, into=into, by=agent.actor)
    services.solve(case, resolution="好了", by=agent.actor)
    services.hear_again(case, "没好", by=case.contact.actor)
    case.refresh_from_db()
    assert (case.status, case.merged_into_id) == ("open", None)


def test_split_when_message_holds_another_matter_then_a_second_promise(agent):
    case = heard(person=Person.of(email="vip@example.com", name="王芳"))
    services.assign(case, owner=agent, by=agent.actor)
    message = services.hear_again(case, "另外发票怎么开？", by=case.contact.actor)
    with telling() as told:
        born = services.split(case, message=message, subject=" 发票 ", by=agent.actor)
    assert told == ["case.split", "case.opened", "clock.started", "clock.started"]
    assert fact("case.split") == {"into": str(born.number), "message": str(message.id)}
    assert (born.subject, born.preview, born.status) == ("发票", "另外发票怎么开？", "new")
    assert (born.contact_id, born.owner_id, born.conversation_id) == (
        case.contact_id,
        agent.id,
        case.conversation_id,
    )
    assert clock_states(born) == {"first_response": "running", "resolution": "running"}
    link = CaseLink.objects.get()
    assert (link.kind, link.origin_id, link.target_id) == ("split", born.number, case.number)
    assert CASES.find("发票", limit=5)[0] == born.number


def test_split_when_the_contact_is_somebody_special_then_their_promise_holds(agent):
    policy = SlaPolicy.objects.get(is_default=True)
    policy.rules = [*policy.rules, {**policy.rules[0], "key": "vip", "when": {"tier": ["vip"]}}]
    policy.save(update_fields=["rules"])
    forget_rulebook()
    case = heard("怎么修改头像")
    accounts.correct(case.contact, tier="vip", by=agent.actor)
    message = services.hear_again(case, "另外", by=case.contact.actor)
    born = services.split(case, message=message, subject="", by=agent.actor)
    assert [each.reason["rule"] for each in born.clocks.all()] == ["vip", "vip"]


def test_split_when_no_subject_then_takes_the_old_one(agent):
    case = heard()
    message = services.hear_again(case, "另外", by=case.contact.actor)
    assert services.split(case, message=message, subject="  ", by=agent.actor).subject == case.subject


def test_split_when_message_is_ours_or_of_another_case_then_refuses(agent, pair):
    case, other = pair
    ours = services.reply(case, "在查", by=agent.actor)
    theirs = services.hear_again(other, "别的", by=other.contact.actor)
    for message in (ours, theirs):
        with refused(NotFound, "message_absent", field="message"):
            services.split(case, message=message, subject="", by=agent.actor)


def test_split_when_version_is_stale_then_refuses(agent):
    case = heard()
    message = services.hear_again(case, "另外", by=case.contact.actor)
    with refused(Conflict, "case_changed", current=2):
        services.split(case, message=message, subject="", version=1, by=agent.actor)


@pytest.mark.parametrize("kind", ["child", "duplicate", "caused_by", "related"])
def test_link_when_said_twice_then_is_once(agent, pair, kind):
    case, target = pair
    with telling() as told:
        services.link(case, target=target, kind=kind, by=agent.actor)
    assert (told, fact("case.linked")) == (["case.linked"], {"target": str(target.number), "link": kind})
    with unchanged():
        services.link(case, target=target, kind=kind, by=agent.actor)


def test_link_when_kind_or_target_is_wrong_then_refuses(agent, pair):
    case, target = pair
    with refused(Invalid, "link_invalid", field="kind"):
        services.link(case, target=target, kind="cousin", by=agent.actor)
    with refused(Invalid, "link_invalid", field="kind"):
        services.link(case, target=case, kind="related", by=agent.actor)
    services.note(case, "记", by=agent.actor)
    with refused(Conflict, "case_changed", current=2):
        services.link(case, target=target, kind="related", version=1, by=agent.actor)
