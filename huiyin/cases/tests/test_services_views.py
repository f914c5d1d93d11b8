"""Saved filters: kept as they were looked at, one a name, one's own to delete."""

import pytest

from huiyin.cases import selectors, services
from huiyin.cases.models import SavedView
from huiyin.cases.selectors import listing
from huiyin.cases.services.views import MAX_VIEWS
from huiyin.cases.tests.factories import organisation, staff
from huiyin.cases.tests.watching import refused
from huiyin.core.errors import Invalid, NotFound
from huiyin.core.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def test_save_view_when_named_then_shows_the_same_list_again(agent):
    query = listing.filter_query({"view": "soon", "priority": "urgent", "cursor": "x", "status": ""})
    view = services.save_view(user=agent, name=" 紧急 ", query=f"{query}&cursor=abc")
    assert (view.name, view.query, view.is_shared) == ("紧急", "priority=urgent&view=soon", False)
    shown = listing.views(agent, {"view": "soon", "priority": "urgent"})
    assert [each["label"] for each in shown if each["current"]] == ["紧急"]


def test_save_view_when_same_name_then_replaces(agent):
    services.save_view(user=agent, name="a", query="status=new")
    services.save_view(user=agent, name="a", query="status=open", is_shared=True)
    assert list(SavedView.objects.values_list("query", "is_shared")) == [("status=open", True)]


@pytest.mark.parametrize(
    ("name", "query", "code", "field"),
    [
        ("", "", "view_name", "name"),
        ("  ", "", "view_name", "name"),
        ("x" * 61, "", "view_name", "name"),
        ("long", "q=" + "%E4" * 200, "view_too_long", "query"),
    ],
)
def test_save_view_when_wrong_then_refuses(agent, name, query, code, field):
    with refused(Invalid, code, field=field):
        services.save_view(user=agent, name=name, query=query)


def test_save_view_when_there_are_fifty_then_only_replaces(agent):
    SavedView.objects.bulk_create(SavedView(user=agent, name=str(n), query="") for n in range(MAX_VIEWS))
    with refused(Invalid, "too_many_views", field="name"):
        services.save_view(user=agent, name="new", query="")
    services.save_view(user=agent, name="7", query="status=new")
    assert SavedView.objects.get(name="7").query == "status=new"


def test_views_for_when_shared_then_all_see_it_and_only_its_owner_deletes(agent):
    other = staff("wangwu")
    mine = services.save_view(user=agent, name="mine", query="status=new")
    shared = services.save_view(user=agent, name="ours", query="status=open", is_shared=True)
    assert set(selectors.views_for(agent)) == {mine, shared}
    assert list(selectors.views_for(other)) == [shared]
    for absent in (shared.id, uuid7()):
        with pytest.raises(NotFound):
            selectors.own_view_for(other, absent)
    services.delete_view(selectors.own_view_for(agent, shared.id))
    assert list(selectors.views_for(agent)) == [mine]
