"""The tour: begun, ticked off by what really happened, put away."""

import pytest

from huiyin.cases import services
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.core.tests.people import signed_in
from huiyin.web import tour

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def stood(user) -> list[bool]:
    user.refresh_from_db()
    return [stop.is_done for stop in tour.tour_of(user)["stops"]]


def test_tour_when_walked_then_each_step_ticks_itself(agent):
    heard()  # before the tour: does not count
    client = signed_in(agent)
    client.post("/desk/tour/", {"way": "begin"})
    assert stood(agent) == [False] * 5
    case = heard()
    assert stood(agent) == [True, False, False, False, False]
    services.reply(case, "We are on it.", by=agent.actor)
    services.solve(case, resolution="Paid back.", by=agent.actor)
    assert stood(agent) == [True, True, True, False, False]
    services.dispute(case, comment="Nothing came.", by=case.contact.actor)
    assert stood(agent) == [True, True, True, True, False]
    services.solve(case, resolution="Paid back indeed.", by=agent.actor)
    services.confirm(case, by=case.contact.actor)
    assert stood(agent) == [True] * 5
    assert tour.tour_of(agent)["is_finished"]


def test_tour_when_another_answers_then_mine_is_not_ticked(agent):
    client = signed_in(agent)
    client.post("/desk/tour/", {"way": "begin"})
    services.reply(heard(), "Hello.", by=staff("wu").actor)
    assert stood(agent) == [True, False, False, False, False]


def test_home_when_new_begun_or_put_away_then_shows_the_tour_or_not(agent):
    client = signed_in(agent)
    assert 'value="begin"' in client.get("/desk/").content.decode()
    client.post("/desk/tour/", {"way": "begin"})
    page = client.get("/desk/").content.decode()
    assert (page.count('class="tour-stop"'), "0/5" in page, 'value="begin"' in page) == (5, True, False)
    client.post("/desk/tour/", {"way": "hide"})
    assert "/desk/tour/" not in client.get("/desk/").content.decode()
