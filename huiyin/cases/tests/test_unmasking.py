"""What staff see of personal data: masked, shown one by one for a reason, on record, and never in masses."""

import json
from datetime import timedelta

import pytest

from huiyin.accounts import services as accounts
from huiyin.accounts.models import Role
from huiyin.accounts.services.contacts import Person
from huiyin.cases.tests import factories
from huiyin.core import clock
from huiyin.core.models import AuditEntry
from huiyin.core.tests.people import bearer, signed_in, staff

pytestmark = pytest.mark.django_db
PHONE, TEXT = "13812345678", "请打 13812345678 找张伟，卡号 4111111111111111"


@pytest.fixture
def case():
    factories.organisation()
    return factories.heard(TEXT, person=Person.of(email="wei@example.com", name="张伟"))


def acts(name: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=name))


def test_message_is_masked_on_the_desk(case) -> None:
    page = signed_in(staff("agent")).get(f"/desk/cases/{case.number}/").content.decode()
    assert "138****5678" in page
    assert PHONE not in page
    assert "4111111111111111" not in page


def test_message_is_shown_for_a_reason_and_recorded(case) -> None:
    agent = staff("agent")
    client = signed_in(agent)
    message = case.conversation.messages.get()
    path = f"/desk/messages/{message.id}/original/"
    assert PHONE not in client.get(path).content.decode()
    assert PHONE not in client.post(path, {"reason": ""}).content.decode()
    assert acts("message.unmasked") == []
    assert PHONE in client.post(path, {"reason": "call_back"}).content.decode()
    (row,) = acts("message.unmasked")
    assert (row.actor_id, row.object_id, json.loads(row.detail)) == (
        str(agent.id),
        str(message.id),
        {"reason": "call_back"},
    )


def test_identity_is_shown_for_a_reason_and_recorded(case) -> None:
    client = signed_in(staff("agent"))
    identity = case.contact.identities.get()
    path = f"/desk/identities/{identity.id}/original/"
    assert "wei@example.com" in client.post(path, {"reason": "identify"}).content.decode()
    assert len(acts("identity.unmasked")) == 1


@pytest.mark.parametrize("role", ["auditor", "external", "manager", "engineer"])
def test_who_does_not_handle_cases_unmasks_nothing(case, role: str) -> None:
    message, identity = case.conversation.messages.get(), case.contact.identities.get()
    client = signed_in(staff(role))
    for path in (f"/desk/messages/{message.id}/original/", f"/desk/identities/{identity.id}/original/"):
        assert client.post(path, {"reason": "law"}).status_code == 403
    assert acts("message.unmasked") + acts("identity.unmasked") == []


def test_message_of_another_line_looks_absent(case) -> None:
    agent = staff("agent")
    agent.grants.all().delete()
    agent.grants.create(
        role=Role.AGENT, team=accounts.add_team(key="elsewhere", name_zh="别处", name_en="Elsewhere")
    )
    message = case.conversation.messages.get()
    response = signed_in(agent).post(f"/desk/messages/{message.id}/original/", {"reason": "law"})
    assert response.status_code == 404


def test_external_auditor_sees_the_work_and_no_person(case) -> None:
    guest = staff("external")
    guest.grants.update(expires_at=clock.now() + timedelta(days=5))
    client = signed_in(guest)
    for path in (f"/desk/cases/{case.number}/", f"/desk/people/{case.contact_id}/", "/desk/cases/"):
        page = client.get(path).content.decode()
        assert "张伟" not in page
        assert PHONE not in page
        assert "wei@example.com" not in page
    with clock.frozen(clock.now() + timedelta(days=6)):
        assert client.get("/desk/cases/").status_code in {302, 403}


@pytest.mark.parametrize("role", ["auditor", "external"])
def test_auditors_change_nothing_by_page_or_program(case, role: str) -> None:
    auditor = staff(role)
    answer = signed_in(auditor).post(f"/desk/cases/{case.number}/notes/", {"body": "x"})
    assert answer.status_code == 403
    api = bearer(auditor, "cases:write", "cases:read")
    path = f"/api/v1/cases/{case.reference}/notes"
    assert api.post(path, {"body": "x"}, content_type="application/json").status_code == 403
    assert case.notes.count() == 0


def test_case_of_others_is_recorded_once_an_hour_and_ones_own_is_not(case) -> None:
    agent = staff("agent")
    client = signed_in(agent)
    client.get(f"/desk/cases/{case.number}/")
    client.get(f"/desk/cases/{case.number}/")
    assert [row.object_id for row in acts("case.read")] == [str(case.number)]
    other = staff("senior")
    type(case).objects.filter(number=case.number).update(owner=other)
    signed_in(other).get(f"/desk/cases/{case.number}/")
    assert len(acts("case.read")) == 1


def test_profile_is_recorded_when_it_is_not_ones_own_work(case) -> None:
    agent = staff("agent")
    signed_in(agent).get(f"/desk/people/{case.contact_id}/")
    assert [row.object_id for row in acts("contact.read")] == [str(case.contact_id)]
    type(case).objects.filter(number=case.number).update(owner=agent)
    signed_in(agent).get(f"/desk/people/{case.contact_id}/")
    assert len(acts("contact.read")) == 1
