"""Whose cases and whose contacts somebody meets whose role is limited to a team or a business line (P05, P19, P34)."""

import pytest
from django.test import Client

from huiyin.accounts import services as accounts
from huiyin.accounts.models import Role
from huiyin.accounts.selectors import forget_directory
from huiyin.cases.models import Case
from huiyin.cases.tests import factories
from huiyin.core.ids import uuid7
from huiyin.core.models import AuditEntry
from huiyin.core.tests.people import bearer, signed_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Two business lines with a team, a product and a case each; an agent of the first line."""
    factories.organisation()
    made = {}
    for name in ("one", "two"):
        line = accounts.open_line(key=name, name_zh=name, name_en=name)
        team = accounts.add_team(key=f"{name}-team", name_zh=name, name_en=name, line=line)
        accounts.add_product(key=f"{name}-app", name_zh=name, name_en=name, line=line, team=team)
        forget_directory()
        made[name] = (line, team, factories.heard(product=f"{name}-app"))
    return made


def limited(role: str, **reach: object):
    user = staff(role)
    user.grants.all().delete()
    user.grants.create(role=role, **reach)
    return user


def status(client: Client, path: str, body: dict | None = None) -> int:
    return client.get(path).status_code if body is None else client.post(path, body).status_code


HANDLING = [Role.AGENT, Role.SENIOR, Role.SUPERVISOR, Role.OWNER]


@pytest.mark.parametrize("role", HANDLING)
@pytest.mark.parametrize("by", ["line", "team"])
def test_own_case_opens_and_a_foreign_one_looks_absent(world, role: str, by: str) -> None:
    (line, team, own), (_line, _team, foreign) = world["one"], world["two"]
    client = signed_in(limited(role, **({"line": line} if by == "line" else {"team": team})))
    absent = Case.objects.count() + 1000
    for path in ("/desk/cases/{}/",):
        assert status(client, path.format(own.number)) == 200
        assert status(client, path.format(foreign.number)) == 404
        assert status(client, path.format(absent)) == 404
    seen = client.get("/desk/cases/?view=all").content.decode()
    assert own.reference in seen
    assert foreign.reference not in seen


@pytest.mark.parametrize("role", HANDLING)
def test_writing_to_a_foreign_case_looks_like_writing_to_none(world, role: str) -> None:
    line, _team, _own = world["one"]
    foreign = world["two"][2]
    client = signed_in(limited(role, line=line))
    for verb, body in (("notes", {"body": "x"}), ("replies", {"body": "x"}), ("transitions", {"to": "open"})):
        assert status(client, f"/desk/cases/{foreign.number}/{verb}/", body) == 404
    assert foreign.notes.count() == 0


@pytest.mark.parametrize("role", HANDLING)
def test_foreign_contact_and_message_look_absent(world, role: str) -> None:
    (line, _team, own), foreign = world["one"], world["two"][2]
    client = signed_in(limited(role, line=line))
    assert status(client, f"/desk/people/{own.contact_id}/") == 200
    assert status(client, f"/desk/people/{foreign.contact_id}/") == 404
    assert status(client, f"/desk/people/{uuid7()}/") == 404
    message = foreign.conversation.messages.get()
    identity = foreign.contact.identities.get()
    assert status(client, f"/desk/messages/{message.id}/original/", {"reason": "law"}) == 404
    assert status(client, f"/desk/identities/{identity.id}/original/", {"reason": "law"}) == 404
    listed = client.get("/desk/people/").content.decode()
    assert str(own.contact_id) in listed
    assert str(foreign.contact_id) not in listed


def test_programs_keep_the_same_reach(world) -> None:
    (line, _team, own), foreign = world["one"], world["two"][2]
    api = bearer(limited("agent", line=line), "cases:read", "contacts:read")
    assert api.get(f"/api/v1/cases/{own.reference}").status_code == 200
    assert api.get(f"/api/v1/cases/{foreign.reference}").status_code == 404
    assert [each["id"] for each in api.get("/api/v1/contacts").json()["items"]] == [str(own.contact_id)]
    assert api.get(f"/api/v1/contacts/{foreign.contact_id}").status_code == 404


def test_owner_of_a_case_sees_it_wherever_it_is(world) -> None:
    line, _team, _own = world["one"]
    foreign = world["two"][2]
    user = limited("agent", line=line)
    Case.objects.filter(number=foreign.number).update(owner=user)
    assert status(signed_in(user), f"/desk/cases/{foreign.number}/") == 200


def test_lasting_and_limited_role_together_see_everything(world) -> None:
    user = limited("agent", line=world["one"][0])
    user.grants.create(role=Role.SENIOR)
    assert status(signed_in(user), f"/desk/cases/{world['two'][2].number}/") == 200


@pytest.mark.parametrize("role", ["auditor", "external"])
def test_programs_of_auditors_read_masked_contacts(world, role: str) -> None:
    case = world["one"][2]
    api = bearer(staff(role), "contacts:read")
    told = api.get(f"/api/v1/contacts/{case.contact_id}").json()
    assert all(each["value"].endswith("***") for each in told["identities"])
    assert told["name"] == "王**"


def test_reading_contacts_by_program_is_on_record(world) -> None:
    case = world["one"][2]
    api = bearer(staff("agent"), "contacts:read")
    api.get(f"/api/v1/contacts/{case.contact_id}")
    api.get("/api/v1/contacts")
    acts = list(AuditEntry.objects.filter(action__startswith="contact.").values_list("action", flat=True))
    assert acts == ["contact.read", "contact.listed"]
