"""Trust of staff: who grants what to whom, the second person, and what excludes what."""

import json
from datetime import timedelta

import pytest

from huiyin.accounts.models import Grant, Role, TrustRequest
from huiyin.accounts.services import trust as service
from huiyin.accounts.services.trust import Trust
from huiyin.core import clock
from huiyin.core.errors import Conflict, Forbidden, Invalid
from huiyin.core.models import AuditEntry, JournalEntry
from huiyin.core.tests.people import staff

pytestmark = pytest.mark.django_db


def events(name: str) -> int:
    return JournalEntry.objects.filter(name=name).count()


def test_trust_grants_a_role_and_is_on_record() -> None:
    admin, agent = staff("admin"), staff("agent")
    given = service.trust(agent, with_=Trust(role="senior"), by=admin)
    assert isinstance(given, Grant)
    given.refresh_from_db()
    assert (given.role, given.granted_by, given.user) == ("senior", admin, agent)
    assert events("grant.given") == 1
    row = AuditEntry.objects.get(action="grant.given")
    assert (row.actor_id, row.object_id) == (str(admin.id), str(agent.id))
    assert json.loads(row.detail)["role"] == "senior"


def test_trust_twice_is_once() -> None:
    admin, agent = staff("admin"), staff("agent")
    first = service.trust(agent, with_=Trust(role="senior"), by=admin)
    assert service.trust(agent, with_=Trust(role="senior"), by=admin) == first
    assert agent.grants.filter(role="senior").count() == 1


def test_trust_in_oneself_is_refused() -> None:
    admin = staff("admin")
    with pytest.raises(Forbidden) as refusal:
        service.trust(admin, with_=Trust(role="agent"), by=admin)
    assert refusal.value.code == "not_to_oneself"
    assert admin.grants.count() == 1


@pytest.mark.parametrize(
    ("held", "wanted"),
    [("auditor", "admin"), ("admin", "auditor"), ("agent", "auditor"), ("external", "agent")],
)
def test_auditors_hold_nothing_else(held: str, wanted: str) -> None:
    admin, other = staff("admin"), staff(held)
    with pytest.raises(Conflict) as refusal:
        service.trust(other, with_=Trust(role=wanted), by=admin)
    assert refusal.value.code == "roles_apart"
    assert other.grants.count() == 1


@pytest.mark.parametrize("days", [None, 91])
def test_external_auditor_needs_an_end_within_ninety_days(days: int | None) -> None:
    admin, guest = staff("admin"), staff("agent")
    guest.grants.all().delete()
    until = clock.now() + timedelta(days=days) if days else None
    with pytest.raises(Invalid) as refusal:
        service.trust(guest, with_=Trust(role="external", until=until), by=admin)
    assert refusal.value.data["field"] == "until"


def test_temporary_trust_ends_by_itself() -> None:
    admin, agent = staff("admin"), staff("agent")
    until = clock.now() + timedelta(days=2)
    service.trust(agent, with_=Trust(role="supervisor", until=until), by=admin)
    assert set(agent.grants.in_force(clock.now()).values_list("role", flat=True)) == {"agent", "supervisor"}
    later = until + timedelta(seconds=1)
    assert set(agent.grants.in_force(later).values_list("role", flat=True)) == {"agent"}


def test_administration_needs_a_second_person() -> None:
    first, second, agent = staff("admin"), staff("admin"), staff("agent")
    asked = service.trust(agent, with_=Trust(role="admin"), by=first)
    assert isinstance(asked, TrustRequest)
    assert not agent.grants.filter(role="admin").exists()
    for nobody in (first, agent):
        with pytest.raises(Forbidden):
            service.agree(asked, by=nobody)
    service.agree(asked, by=second)
    given = agent.grants.get(role="admin")
    assert given.granted_by == first
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_by) == ("agreed", second)
    with pytest.raises(Conflict):
        service.agree(asked, by=second)
    assert agent.grants.filter(role="admin").count() == 1


def test_declined_trust_grants_nothing() -> None:
    first, second, agent = staff("admin"), staff("admin"), staff("agent")
    asked = service.trust(agent, with_=Trust(role="admin"), by=first)
    assert isinstance(asked, TrustRequest)
    service.decline(asked, by=second)
    assert not agent.grants.filter(role="admin").exists()
    assert events("trust.declined") == 1


def test_conflict_that_arose_meanwhile_stops_the_agreement() -> None:
    first, second, person = staff("admin"), staff("admin"), staff("agent")
    asked = service.trust(person, with_=Trust(role="admin"), by=first)
    assert isinstance(asked, TrustRequest)
    person.grants.all().delete()
    person.grants.create(role=Role.AUDITOR)
    with pytest.raises(Conflict):
        service.agree(asked, by=second)
    assert not person.grants.filter(role="admin").exists()


def test_revoke_ends_the_role_at_once_and_once() -> None:
    admin, agent = staff("admin"), staff("agent")
    given = agent.grants.get()
    service.revoke(given, by=admin)
    service.revoke(given, by=admin)
    assert not agent.grants.in_force(clock.now()).exists()
    assert given.revoked_by == admin
    assert events("grant.revoked") == 1


def test_last_administrator_stays() -> None:
    admin = staff("admin")
    with pytest.raises(Conflict) as refusal:
        service.revoke(admin.grants.get(), by=admin)
    assert refusal.value.code == "last_administrator"
    assert admin.grants.in_force(clock.now()).exists()


def test_enable_opens_the_doors_again() -> None:
    admin, agent = staff("admin"), staff("agent")
    agent.is_active = False
    agent.save()
    service.enable(agent, by=admin)
    agent.refresh_from_db()
    assert agent.is_active
    assert events("user.enabled") == 1
