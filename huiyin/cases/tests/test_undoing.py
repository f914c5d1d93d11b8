"""Taking back: what goes back, what is refused, the undo in the toast."""

import re

import pytest

from huiyin.cases import services
from huiyin.cases.models import Case
from huiyin.cases.services import FieldWords
from huiyin.cases.tests.factories import heard, organisation, product, staff
from huiyin.cases.views import undoing
from huiyin.core import journal
from huiyin.core.errors import Conflict
from huiyin.core.tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def again(case):
    return Case.objects.get(number=case.number)


def undo_in(page):
    return re.search(r"/desk/undo/[\w-]+/", page)[0]


def test_take_back_when_several_things_changed_then_all_as_before_and_told(agent):
    case = heard()
    before = services.standing(again(case))
    services.change(case, {"priority": "urgent", "tags": ["加急"]}, by=agent.actor)
    services.assign(case, owner=agent, by=agent.actor)
    after = services.transition(case, "pending_user", by=agent.actor)
    services.take_back(case, before, version=after.version, by=agent.actor)
    assert services.standing(again(case)) == before
    told = [e.name for e in journal.entries_for("case", case.number) if not e.name.startswith("clock.")]
    assert told[-4:] == ["case.undone", "case.changed", "case.assigned", "case.transitioned"]


def test_take_back_when_waiting_is_undone_then_the_clocks_run_again(agent):
    case = heard()
    before = services.standing(again(case))
    after = services.transition(case, "pending_user", by=agent.actor)
    assert set(case.clocks.values_list("status", flat=True)) == {"paused"}
    services.take_back(case, before, version=after.version, by=agent.actor)
    assert set(case.clocks.values_list("status", flat=True)) == {"running"}
    assert again(case).wake_at is None


def test_take_back_when_somebody_acted_since_then_refused_and_nothing_changed(agent):
    case = heard()
    before = services.standing(again(case))
    after = services.change(case, {"priority": "urgent"}, by=agent.actor)
    services.note(case, "看过了", by=agent.actor)
    with pytest.raises(Conflict):
        services.take_back(case, before, version=after.version, by=agent.actor)
    assert again(case).priority == "urgent"


def test_take_back_when_solved_then_refused(agent):
    case = heard()
    before = services.standing(again(case))
    after = services.solve(case, resolution="好了", by=agent.actor)
    with pytest.raises(Conflict):
        services.take_back(case, before, version=after.version, by=agent.actor)
    assert again(case).status == "solved"


def test_case_undo_when_pressed_in_the_toast_then_back_once(agent):
    case = heard()
    client = signed_in(agent)
    given = {"priority": "urgent", "version": case.version}
    page = client.post(f"/desk/cases/{case.number}/fields/", given, follow=True).content.decode()
    url = undo_in(page)
    assert "/desk/undo/" not in client.get(f"/desk/cases/{case.number}/").content.decode()
    answer = client.post(url)
    assert answer["Location"] == f"/desk/cases/{case.number}/"
    assert again(case).priority == case.priority
    version = again(case).version
    assert "toast-breach" in client.post(url, follow=True).content.decode()
    assert again(case).version == version


def test_case_undo_when_htmx_then_the_toast_comes_with_the_fragment(agent):
    case = heard()
    headers = {
        "HX-Request": "true",
        "HX-Target": "detail",
        "HX-Current-URL": f"http://testserver/desk/cases/{case.number}/?view=open",
    }
    client = signed_in(agent)
    given = {"assign": f"owner:{agent.id}", "version": case.version}
    page = client.post(f"/desk/cases/{case.number}/assignment/", given, headers=headers).content.decode()
    assert 'hx-swap-oob="beforeend"' in page
    assert client.post(undo_in(page))["Location"] == f"/desk/cases/{case.number}/?view=open"
    assert again(case).owner_id is None
    assert again(case).handover_count == 0


def test_case_undo_when_bulk_then_all_back_but_those_touched_since(agent):
    first, second = heard("一件事"), heard("另一件")
    client = signed_in(agent)
    given = {"numbers": [first.number, second.number], "priority": "urgent", "next": "/desk/cases/?view=open"}
    url = undo_in(client.post("/desk/cases/bulk/", given, follow=True).content.decode())
    services.note(second, "看过了", by=agent.actor)
    page = client.post(url, follow=True).content.decode()
    assert (again(first).priority, again(second).priority) == (first.priority, "urgent")
    assert second.reference in page


def test_case_undo_when_a_minute_has_passed_then_refused(agent, monkeypatch):
    case = heard()
    client = signed_in(agent)
    given = {"priority": "urgent", "version": case.version}
    url = undo_in(client.post(f"/desk/cases/{case.number}/fields/", given, follow=True).content.decode())
    now = undoing.time.time()
    monkeypatch.setattr(undoing.time, "time", lambda: now + undoing.SECONDS + 1)
    client.post(url)
    assert again(case).priority == "urgent"


def test_take_back_when_own_fields_changed_then_exactly_as_before(agent):
    case = heard()
    services.change(case, {"fields": {"order": "A1"}}, by=agent.actor)
    before = services.standing(again(case))
    after = services.change(case, {"fields": {"order": "", "shop": "bj"}}, by=agent.actor)
    services.take_back(case, before, version=after.version, by=agent.actor)
    assert again(case).fields == {"order": "A1"}


def test_case_edit_when_a_sealed_value_changed_then_no_undo_is_offered(agent):
    words = FieldWords("id", "证件", "Id", is_personal=True)
    services.keep_field(None, words, by=agent.actor)
    case = heard()
    given = {"field-id": "1101", "priority": "urgent", "version": case.version}
    page = signed_in(agent).post(f"/desk/cases/{case.number}/fields/", given, follow=True).content.decode()
    assert "data-toast" in page
    assert "/desk/undo/" not in page


def test_case_edit_when_the_details_are_saved_as_they_are_then_the_product_stays(agent):
    music, case = product(), heard()
    services.change(case, {"product": music}, by=agent.actor)
    client = signed_in(agent)
    page = client.get(f"/desk/cases/{case.number}/").content.decode()
    assert f'<option value="{music.key}" selected>' in page


def test_case_edit_when_nothing_changed_then_no_undo_is_offered(agent):
    case = heard()
    given = {"priority": case.priority, "version": case.version}
    page = signed_in(agent).post(f"/desk/cases/{case.number}/fields/", given, follow=True).content.decode()
    assert "/desk/undo/" not in page
