"""Doors of peers that stood open: a check whose answer was ignored, headers and hosts that anybody could write."""

import json

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from huiyin.accounts.models import User
from huiyin.cases.models import Case
from huiyin.cases.tests import factories
from huiyin.core import access
from huiyin.core.errors import Forbidden, Unauthenticated
from huiyin.core.middleware import Gate
from huiyin.core.tests.people import bearer, signed_in, staff

pytestmark = pytest.mark.django_db
entered: list[str] = []


def careless(request, number: str = "") -> HttpResponse:
    """A view whose writer forgot to ask whether the asker may."""
    entered.append(number)
    return HttpResponse("the ticket of somebody else")


@access.requires(lambda user: False)
def guarded(request) -> HttpResponse:
    entered.append("guarded")
    return HttpResponse("never")


@pytest.fixture(autouse=True)
def nobody_inside():
    entered.clear()


def through_the_gate(view, user=None):
    """What a browser gets from a view, behind the gate that stands before all of them."""
    request = RequestFactory().get("/somewhere/")
    request.user = user or User()
    request.htmx = False
    gate = Gate(view)
    refused = gate.process_view(request, view, (), {})
    return refused if refused is not None else gate(request)


def test_p06_view_without_an_audience_then_its_code_never_runs() -> None:
    assert through_the_gate(careless, staff("admin")).status_code == 403
    assert entered == []


def test_p06_check_when_it_fails_then_raises_and_cannot_be_ignored() -> None:
    request = RequestFactory().get("/desk/somewhere/")
    request.user = staff("admin")
    with pytest.raises(Forbidden):
        guarded(request)
    for view, reason in ((careless, Unauthenticated), (guarded, Unauthenticated)):
        marked = access.guard([path("x/", view)], "staff")[0].callback
        request.user = User()
        with pytest.raises(reason):
            access.admit(request, marked)
    assert entered == []


def test_p06_check_when_it_breaks_then_shut() -> None:
    """A policy that raises is a no: nothing behind it runs."""

    @access.requires(lambda user: user.no_such_attribute)
    def broken(request) -> HttpResponse:
        entered.append("broken")
        return HttpResponse("")

    request = RequestFactory().get("/desk/somewhere/")
    request.user = staff("admin")
    with pytest.raises(AttributeError):
        broken(request)
    assert entered == []


@pytest.mark.parametrize(
    "header", ["Remote-User", "X-Remote-User", "X-Forwarded-User", "X-Auth-User", "From"]
)
def test_p14_name_in_a_header_then_opens_no_door(header: str) -> None:
    admin = staff("admin")
    client = Client(headers={header: admin.username})
    answer = client.get("/desk/", REMOTE_USER=admin.username)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/sign-in/?next=%2Fdesk%2F")
    assert client.get("/api/v1/cases").status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example"])
def test_p17_foreign_host_then_refused_and_never_in_a_link(host: str, settings) -> None:
    settings.ALLOWED_HOSTS, settings.DEBUG = ["help.example"], False
    answer = Client(headers={"host": host}).get("/desk/")
    assert (answer.status_code, "evil.example" in answer.content.decode()) == (400, False)
    forwarded = Client(headers={"host": "help.example", "X-Forwarded-Host": "evil.example"}).get("/desk/")
    assert "evil.example" not in forwarded.content.decode() + str(forwarded.headers)


def test_p18_field_that_nobody_declared_then_400_and_nothing_changes() -> None:
    factories.organisation()
    case, agent = factories.heard(), factories.staff("liming")
    client = bearer(agent, "cases:write", "cases:read")
    before = Case.objects.values().get()
    for name, value in (
        ("number", 7),
        ("contact_id", str(agent.id)),
        ("follow_version", 9),
        ("status", "closed"),
    ):
        body = json.dumps({"version": case.version, name: value})
        answer = client.patch(f"/api/v1/cases/{case.reference}", body, content_type="application/json")
        assert (answer.status_code, Case.objects.values().get()) == (400, before), name


def test_p18_form_with_fields_of_the_table_then_they_are_not_taken() -> None:
    user = staff("agent")
    more = {"is_active": "", "is_superuser": "1", "role": "admin", "username": "root", "trust_changed_at": ""}
    signed_in(user).post("/account/", {"name": "Li Ming", "language": "en", **more})
    now = User.objects.get(id=user.id)
    assert (now.display_name, now.username, now.is_active, now.roles) == (
        "Li Ming",
        user.username,
        True,
        frozenset({"agent"}),
    )
