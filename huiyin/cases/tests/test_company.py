"""Colleagues at one case: presence, the warning to who writes, watching."""

import pytest

from huiyin.cases import presence, selectors, services
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.core import clock
from huiyin.core.ports import cache
from huiyin.core.tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def test_others_at_when_somebody_writes_then_seen_by_others_only(agent):
    other, case = staff("wu"), heard()
    services.be_present(case, state="writing", user=other)
    services.be_present(case, state="viewing", user=agent)
    assert selectors.others_at(case, agent) == [{"name": "Wu", "is_writing": True}]
    assert selectors.others_at(case, other) == [{"name": "Liming", "is_writing": False}]


def test_others_at_when_somebody_left_or_beats_no_more_then_gone(agent, monkeypatch):
    other, case = staff("wu"), heard()
    services.be_present(case, state="viewing", user=other)
    services.be_present(case, state="left", user=other)
    assert selectors.others_at(case, agent) == []
    services.be_present(case, state="viewing", user=other)
    now = presence.time.time()
    monkeypatch.setattr(presence.time, "time", lambda: now + presence.GONE + 1)
    assert selectors.others_at(case, agent) == []


def test_beat_when_nothing_differs_then_nobody_is_told_again(agent):
    assert presence.beat(1, agent.id, "viewing") is True
    assert presence.beat(1, agent.id, "viewing") is False
    assert presence.beat(1, agent.id, "writing") is True
    assert presence.beat(2, agent.id, "left") is False


def test_present_when_the_cache_is_away_then_nobody_and_no_fault(agent, monkeypatch):
    class Away(cache.MemoryCache):
        def get(self, key):
            raise cache.CacheError("away")

    monkeypatch.setattr(cache, "port", Away)
    case = heard()
    services.be_present(case, state="writing", user=agent)
    assert selectors.others_at(case, agent) == []


def test_case_presence_when_a_colleague_replied_meanwhile_then_warns(agent):
    other, case = staff("wu"), heard()
    opened = clock.now().isoformat()
    services.reply(case, "我来答", by=other.actor)
    client = signed_in(agent)
    given = {"state": "writing", "opened": opened}
    page = client.post(f"/desk/cases/{case.number}/presence/", given).content.decode()
    assert "alert-breach" in page
    assert "Wu" in page
    fresh = {"state": "writing", "opened": clock.now().isoformat()}
    assert "alert-breach" not in client.post(f"/desk/cases/{case.number}/presence/", fresh).content.decode()


def test_case_presence_when_one_replied_oneself_then_no_warning(agent):
    case = heard()
    opened = clock.now().isoformat()
    services.reply(case, "我来答", by=agent.actor)
    page = signed_in(agent).post(f"/desk/cases/{case.number}/presence/", {"opened": opened}).content.decode()
    assert "alert" not in page


@pytest.mark.parametrize("opened", ["", "yesterday", "2026-13-45T00:00:00+00:00", "2026-01-01T00:00:00"])
def test_case_presence_when_the_time_is_none_then_no_fault(agent, opened):
    case = heard()
    answer = signed_in(agent).post(f"/desk/cases/{case.number}/presence/", {"opened": opened, "state": "x"})
    assert answer.status_code == 200
    assert presence.present(case.number) == {str(agent.id): "viewing"}


def test_case_watching_when_pressed_twice_then_watched_once_and_left_again(agent):
    case = heard()
    client = signed_in(agent)
    for _time in range(2):
        client.post(f"/desk/cases/{case.number}/watching/", {"watch": "on"})
    assert selectors.watchers_of(case) == [agent]
    client.post(f"/desk/cases/{case.number}/watching/", {"watch": "off"})
    assert selectors.watchers_of(case) == []
