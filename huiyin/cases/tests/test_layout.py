"""Order and parts of the case list are remembered per person."""

import pytest

from huiyin.accounts.models import User
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.core.tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def rows(client, query="view=all"):
    page = client.get(f"/desk/cases/?{query}").content.decode()
    return [part.split('"', 1)[0] for part in page.split('data-case="')[1:]]


def test_case_layout_when_an_order_is_chosen_then_the_next_list_has_it(agent):
    first, second = heard("一件事"), heard("另一件")
    client = signed_in(agent)
    assert rows(client) == [str(second.number), str(first.number)]
    answer = client.post("/desk/cases/layout/", {"sort": "oldest", "next": "/desk/cases/?view=all"})
    assert answer["Location"] == "/desk/cases/?view=all"
    assert rows(signed_in(agent)) == [str(first.number), str(second.number)]
    assert rows(client, "view=all&sort=newest") == [str(second.number), str(first.number)]


def test_case_layout_when_parts_are_left_out_then_the_list_hides_them(agent):
    client = signed_in(agent)
    client.post("/desk/cases/layout/", {"only": "parts", "parts": ["owner", "clock", "nonsense"]})
    assert User.objects.get(id=agent.id).preferences["columns"] == ["owner", "clock"]
    page = client.get("/desk/cases/?view=all").content.decode()
    assert "without-preview without-channel without-priority" in page
    assert "without-owner" not in page


def test_case_layout_when_the_order_is_unknown_then_refused_and_nothing_kept(agent):
    answer = signed_in(agent).post("/desk/cases/layout/", {"sort": "random"})
    assert answer.status_code == 400
    assert User.objects.get(id=agent.id).preferences == {}


def test_case_list_when_the_remembered_order_is_gone_then_newest_first(agent):
    agent.preferences = {"sort": "gone", "columns": "all"}
    agent.save()
    assert signed_in(agent).get("/desk/cases/?view=all").status_code == 200


def test_case_layout_when_next_leads_elsewhere_then_the_list(agent):
    answer = signed_in(agent).post("/desk/cases/layout/", {"sort": "due", "next": "//evil.example"})
    assert answer["Location"] == "/desk/cases/"
