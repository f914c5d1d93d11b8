"""The bell: who hears of which fact, once; reading; the pages."""

from datetime import timedelta

import pytest
from django.test import Client

from huiyin.cases import selectors, services
from huiyin.cases.models import Clock, Notice
from huiyin.cases.services import ticking
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.core import clock, dispatch, journal
from huiyin.core.models import Delivery, JournalEntry
from huiyin.core.tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def ring():
    """Let every listener hear what was told."""
    dispatch.dispatch_all()
    for delivery in Delivery.objects.filter(state=Delivery.State.PENDING, listener__endswith="_ring"):
        dispatch.deliver(str(delivery.id))


def heard_by(user):
    return [(notice.kind, notice.entry.name) for notice in Notice.objects.filter(user=user).order_by("entry")]


def test_notice_when_mentioned_in_a_note_then_told_and_in_the_view(agent):
    other = staff("wu")
    case = heard()
    services.note(case, "请 @wu 看一下，@liming 也在", by=agent.actor)
    ring()
    assert heard_by(other) == [("mentioned", "case.noted")]
    assert heard_by(agent) == []
    assert selectors.counts(other)["mentioned"] == 1


@pytest.mark.parametrize("act", ["assign", "transition"])
def test_notice_when_mentioned_in_a_reason_then_told_too(agent, act):
    other, case = staff("wu"), heard()
    if act == "assign":
        services.assign(case, owner=agent, reason="@wu 请留意", by=agent.actor)
    else:
        services.transition(case, "pending_third_party", reason="@wu 请留意", by=agent.actor)
    ring()
    assert heard_by(other) == [("mentioned", "case.noted")]


def test_notice_when_assigned_by_somebody_else_then_told_and_not_by_oneself(agent):
    other, case = staff("wu"), heard()
    services.assign(case, owner=other, by=agent.actor)
    services.assign(case, owner=agent, by=agent.actor)
    ring()
    assert heard_by(other) == [("assigned", "case.assigned")]
    assert heard_by(agent) == []


def test_notice_when_watched_then_every_step_of_others_and_none_after_unwatch(agent):
    other, case = staff("wu"), heard()
    services.watch(case, user=other)
    services.reply(case, "好的", by=agent.actor)
    services.solve(case, resolution="好了", by=agent.actor)
    ring()
    told = [name for _kind, name in heard_by(other)]
    assert told == ["case.replied", "case.assigned", "case.transitioned", "case.solved"]
    services.unwatch(case, user=other)
    services.confirm(case, by=case.contact.actor)
    ring()
    assert len(heard_by(other)) == 4


def test_notice_when_the_deadline_is_near_then_the_owner_hears(agent):
    case = heard()
    services.assign(case, owner=agent, by=agent.actor)
    due = Clock.objects.filter(case=case, kind="first_response").get().due_at
    with clock.frozen(due + timedelta(seconds=1)):
        ticking.tick()
        ring()
    assert ("due", "clock.breached") in heard_by(agent)


def test_notify_when_heard_twice_then_once(agent):
    other, case = staff("wu"), heard()
    services.note(case, "@wu", by=agent.actor)
    entry = JournalEntry.objects.get(name="case.noted")
    for _time in range(2):
        services.notify(case, [other.id], kind="mentioned", entry=entry)
    assert Notice.objects.count() == 1


def test_notify_when_person_may_not_see_the_case_then_untold(agent):
    case = heard()
    apart = staff("wu")
    apart.grants.all().delete()
    services.note(case, "请看", by=agent.actor)
    entry = journal.entries_for("case", case.number).get(name="case.noted")
    assert services.notify(case, [apart.id], kind="watched", entry=entry) == 0


def test_case_detail_when_opened_then_its_notices_are_read(agent):
    other, case = staff("wu"), heard()
    services.note(case, "@wu", by=agent.actor)
    ring()
    client = signed_in(other)
    client.get(f"/desk/cases/{case.number}/", headers={"HX-Request": "true", "HX-Target": "timeline"})
    assert selectors.unread_count(other) == 1
    client.get(f"/desk/cases/{case.number}/")
    assert selectors.unread_count(other) == 0


def test_sweep_notices_when_old_then_forgotten_and_the_unread_kept_longer(agent):
    staff("wu")
    case = heard()
    for text in ("@wu 一", "@wu 二"):
        services.note(case, text, by=agent.actor)
    ring()
    read, unread = Notice.objects.order_by("id")
    Notice.objects.filter(id=read.id).update(read_at=clock.now())
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert services.sweep_notices() == 1
    assert list(Notice.objects.all()) == [unread]
    with clock.frozen(clock.now() + timedelta(days=181)):
        assert services.sweep_notices() == 1


def test_notice_pages_when_unread_then_counted_and_read_by_one_press(agent):
    other, case = staff("wu"), heard()
    services.note(case, "@wu", by=agent.actor)
    ring()
    client: Client = signed_in(other)
    menu = client.get("/desk/notices/menu/", headers={"HX-Request": "true"}).content.decode()
    assert "is-unread" in menu
    assert case.reference in menu
    assert "is-unread" in client.get("/desk/notices/?only=unread").content.decode()
    assert client.post("/desk/notices/reading/")["Location"] == "/desk/notices/"
    assert "is-unread" not in client.get("/desk/notices/").content.decode()
    assert case.reference not in client.get("/desk/notices/?only=unread").content.decode()
