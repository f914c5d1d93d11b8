"""Pages of the administration of staff, over HTTP."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from huiyin.accounts.models import AccessReview, BorrowedEyes, Grant, Invitation, TrustRequest, User
from huiyin.accounts.services import eyes as eyes_service
from huiyin.accounts.services import reviews, uses
from huiyin.core import clock
from huiyin.core.errors import Conflict, Forbidden
from huiyin.core.models import AuditEntry, OutgoingMail
from huiyin.core.tests.people import signed_in, staff

pytestmark = pytest.mark.django_db
PASSWORD = "gentle-otter-47-lamps"


def test_people_are_found_by_name_role_and_state() -> None:
    client = signed_in(staff("admin"))
    lin = User.objects.create(username="lin", display_name="林小满")
    lin.grants.create(role="senior")
    page = client.get(
        "/admin/people/", {"text": "小满", "role": "senior", "state": "active"}
    ).content.decode()
    assert "林小满" in page
    assert "admin-" not in page.split("<tbody>")[1].split("</tbody>")[0]


def test_people_cost_the_same_for_one_and_for_many(django_assert_max_num_queries) -> None:
    client = signed_in(staff("admin"))
    for _turn in range(6):
        staff("agent")
    client.get("/admin/people/")
    with django_assert_max_num_queries(14):
        client.get("/admin/people/")


def test_invitation_by_page_lets_a_colleague_in() -> None:
    client = signed_in(staff("admin"))
    given = {"email": "new@example.com", "role": "agent", "line": "", "team": "", "until": ""}
    assert client.post("/admin/people/invitations/new/", given).status_code == 302
    link = OutgoingMail.objects.get().text.split("//", 1)[1].split("\n")[0].split("/", 1)[1]
    visitor = Client()
    assert visitor.get(f"/{link}").status_code == 200
    joined = {"username": "newbie", "display_name": "新同事", "password": PASSWORD}
    assert visitor.post(f"/{link}", joined)["Location"] == "/desk/sign-in/"
    assert User.objects.get(username="newbie").roles == {"agent"}
    assert visitor.get(f"/{link}").status_code == 404


def test_invitation_with_a_fault_keeps_what_was_typed() -> None:
    client = signed_in(staff("admin"))
    response = client.post("/admin/people/invitations/new/", {"email": "new@example.com", "role": "admin"})
    assert response.status_code == 400
    assert 'value="new@example.com"' in response.content.decode()
    assert Invitation.objects.count() == 0


def test_role_is_granted_and_taken_away_on_the_persons_page() -> None:
    admin, agent = staff("admin"), staff("agent")
    client = signed_in(admin)
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    client.post(f"/admin/people/{agent.id}/", {"role": "supervisor", "line": "", "team": "", "until": day})
    given = agent.grants.get(role="supervisor")
    assert given.expires_at is not None
    client.post(f"/admin/grants/{given.id}/revocation/")
    given.refresh_from_db()
    assert given.revoked_at is not None


def test_second_administrator_decides_on_the_page() -> None:
    first, second, agent = staff("admin"), staff("admin"), staff("agent")
    signed_in(first).post(
        f"/admin/people/{agent.id}/", {"role": "admin", "line": "", "team": "", "until": ""}
    )
    asked = TrustRequest.objects.get()
    path = f"/admin/trust/{asked.id}/decision/"
    assert signed_in(first).post(path, {"verdict": "agree"}).status_code == 403
    assert signed_in(second).post(path, {"verdict": "agree"}).status_code == 302
    assert agent.grants.filter(role="admin").count() == 1


def test_shutting_out_closes_the_door_at_once() -> None:
    admin, agent = staff("admin"), staff("agent")
    theirs = signed_in(agent)
    assert theirs.get("/desk/").status_code == 200
    signed_in(admin).post(f"/admin/people/{agent.id}/disabling/")
    assert theirs.get("/desk/").status_code == 302
    assert AuditEntry.objects.get(action="user.disabled").object_id == str(agent.id)


def test_nobody_shuts_themselves_out() -> None:
    admin = staff("admin")
    assert signed_in(admin).post(f"/admin/people/{admin.id}/disabling/").status_code == 403
    admin.refresh_from_db()
    assert admin.is_active


def test_customers_accounts_are_not_administered_here() -> None:
    customer = User.objects.create(username="customer")
    assert signed_in(staff("admin")).get(f"/admin/people/{customer.id}/").status_code == 404


def test_limits_of_a_role_are_set_on_a_page_and_bad_ones_are_refused() -> None:
    client = signed_in(staff("admin"))
    wrong = client.post("/admin/limits/agent/", {"networks": "office"})
    assert wrong.status_code == 400
    assert "office" in wrong.content.decode()
    given = {"networks": "10.0.0.0/8", "days": ["1", "2"], "second_factor": "on"}
    assert client.post("/admin/limits/agent/", given).status_code == 302
    assert "10.0.0.0/8" in client.get("/admin/limits/").content.decode()
    assert signed_in(staff("agent")).get("/desk/").status_code == 403


def test_borrowed_eyes_see_and_change_nothing_and_both_names_are_on_record() -> None:
    admin, agent = staff("admin"), staff("agent")
    User.objects.filter(id=agent.id).update(preferences={})
    client = signed_in(admin)
    client.post(f"/admin/people/{agent.id}/eyes/", {"reason": "reported"})
    page = client.get("/desk/").content.decode()
    assert "eyes-banner" in page
    assert client.get("/admin/people/").status_code == 403
    assert client.post("/desk/cases/1/notes/", {"body": "x"}).status_code == 403
    row = AuditEntry.objects.filter(action="access.refused").last()
    assert row is not None
    assert (row.actor_id, row.behind_id) == (str(agent.id), str(admin.id))
    assert client.post("/admin/eyes/return/").status_code == 302
    assert "eyes-banner" not in client.get("/desk/").content.decode()
    assert client.get("/admin/people/").status_code == 200


def test_borrowed_eyes_close_by_themselves() -> None:
    admin, agent = staff("admin"), staff("agent")
    client = signed_in(admin)
    client.post(f"/admin/people/{agent.id}/eyes/", {"reason": "support"})
    with clock.frozen(clock.now() + eyes_service.LENT_FOR + timedelta(seconds=1)):
        assert client.get("/admin/people/").status_code == 200


def test_borrowed_eyes_are_told_to_the_person() -> None:
    admin, agent = staff("admin"), staff("agent")
    agent.email = "agent@example.com"
    agent.save()
    eyes_service.borrow(agent, reason="access", by=admin)
    assert OutgoingMail.objects.get().to == "agent@example.com"


@pytest.mark.parametrize("role", ["admin", "auditor", "external"])
def test_eyes_are_never_lent_upwards(role: str) -> None:
    with pytest.raises(Forbidden):
        eyes_service.borrow(staff(role), reason="support", by=staff("admin"))
    assert BorrowedEyes.objects.count() == 0


@pytest.mark.parametrize("role", ["agent", "supervisor", "auditor"])
def test_eyes_are_lent_to_administrators_alone(role: str) -> None:
    with pytest.raises(Forbidden):
        eyes_service.borrow(staff("agent"), reason="support", by=staff(role))


def test_one_pair_of_eyes_at_once() -> None:
    admin = staff("admin")
    eyes_service.borrow(staff("agent"), reason="support", by=admin)
    with pytest.raises(Conflict):
        eyes_service.borrow(staff("agent"), reason="support", by=admin)


def test_review_shows_hints_keeps_verdicts_and_closes() -> None:
    admin, other = staff("admin"), staff("admin")
    agent = staff("agent")
    agent.grants.update(granted_at=clock.now() - timedelta(days=100))
    client = signed_in(admin)
    page = client.get("/admin/access/", {"hinted": "1", "lang": "en"}).content.decode()
    assert "Never used since it was given" in page
    client.post(f"/admin/grants/{agent.grants.get().id}/review/", {"verdict": "revoke"})
    assert agent.grants.get().revoked_at is not None
    client.post(f"/admin/grants/{other.grants.get().id}/review/", {"verdict": "keep"})
    assert (
        client.post(f"/admin/grants/{admin.grants.get().id}/review/", {"verdict": "keep"}).status_code == 403
    )
    assert AccessReview.objects.get().closed_at is None
    signed_in(other).post(f"/admin/grants/{admin.grants.get().id}/review/", {"verdict": "keep"})
    assert AccessReview.objects.get().closed_at is not None


def test_review_of_a_quarter_is_opened_once() -> None:
    assert reviews.open_review() == reviews.open_review()
    assert AccessReview.objects.count() == 1


def test_review_goes_out_as_csv_and_is_on_record() -> None:
    response = signed_in(staff("admin")).get("/admin/access/", {"format": "csv"})
    text = b"".join(response.streaming_content).decode()
    assert text.splitlines()[0].endswith("user,name,role,reach,since,by,until,used,seen,hints,verdict")
    assert AuditEntry.objects.filter(action="access.review_exported").count() == 1


def test_use_is_noted_for_the_least_role_that_sufficed() -> None:
    person = staff("agent")
    person.grants.create(role="supervisor")
    client = signed_in(person)
    client.get("/desk/")
    uses.keep()
    used = dict(Grant.objects.filter(user=person).values_list("role", "used_at"))
    assert used["agent"] is not None
    assert used["supervisor"] is None


def test_record_of_acts_is_searched_and_the_search_is_recorded() -> None:
    auditor, agent = staff("auditor"), staff("agent")
    signed_in(agent).get("/admin/people/")
    client = signed_in(auditor)
    page = client.get("/admin/audit/", {"who": agent.username, "result": "refused"}).content.decode()
    assert "access.refused" in page
    row = AuditEntry.objects.get(action="audit.read")
    assert (row.actor_id, json.loads(row.detail)) == (str(auditor.id), {"filters": "who result"})
    others = client.get("/admin/audit/", {"action": "grant."}).content.decode()
    assert "<code>access.refused</code>" not in others


def test_record_of_acts_goes_out_as_csv_without_names() -> None:
    client = signed_in(staff("auditor"))
    client.get("/admin/audit/")
    text = b"".join(client.get("/admin/audit/export/").streaming_content).decode()
    assert text.splitlines()[0].startswith("\ufeffseq,at,actor_kind,actor")
    assert "audit.read" in text
    assert AuditEntry.objects.filter(action="audit.exported").count() == 1


@pytest.mark.parametrize("role", ["agent", "supervisor", "external"])
def test_record_of_acts_is_not_for_others(role: str) -> None:
    assert signed_in(staff(role)).get("/admin/audit/").status_code == 403
