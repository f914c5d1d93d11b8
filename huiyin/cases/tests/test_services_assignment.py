"""Who answers for a case: given, taken, handed back; never to somebody who cannot."""

import pytest

from huiyin.accounts import services as accounts
from huiyin.cases import services
from huiyin.cases.models import Note
from huiyin.cases.selectors import listing
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.cases.tests.watching import fact, refused, telling, unchanged
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def ended(agent):
    case = heard()
    services.solve(case, resolution="好了", by=agent.actor)
    return services.confirm(case, by=case.contact.actor)


def test_assign_when_free_then_owned_and_told(agent):
    case = heard()
    with telling() as told:
        services.assign(case, owner=agent, version=case.version, by=agent.actor)
    case.refresh_from_db()
    assert told == ["case.assigned"]
    assert (case.owner_id, case.version, case.handover_count) == (agent.id, 2, 0)
    assert fact("case.assigned") == {"owner": str(agent.id), "team": str(case.team_id), "reason": ""}


def test_assign_when_owned_by_another_then_counts_the_handover_and_keeps_the_reason(agent):
    case, other = heard(), staff("wangwu")
    services.assign(case, owner=agent, by=agent.actor)
    with telling() as told:
        services.assign(case, owner=other, reason="会法语", by=agent.actor)
    case.refresh_from_db()
    assert (case.owner_id, case.handover_count, told) == (other.id, 1, ["case.assigned"])
    assert (Note.objects.get().body, Note.objects.get().author_id) == ("会法语", agent.id)


def test_assign_when_given_to_a_team_then_in_its_queue(agent):
    case = heard()
    second = accounts.add_team(key="second", name_zh="二线", name_en="Second line")
    services.assign(case, owner=agent, by=agent.actor)
    services.assign(case, team=second, by=agent.actor)
    case.refresh_from_db()
    assert (case.owner_id, case.team_id, case.handover_count) == (None, second.id, 1)
    assert fact("case.assigned") == {"owner": "", "team": str(second.id), "reason": ""}


def test_assign_when_nothing_is_different_then_nothing_is_told(agent):
    case = heard()
    services.assign(case, owner=agent, by=agent.actor)
    with unchanged():
        services.assign(case, owner=agent, by=agent.actor)


@pytest.mark.parametrize("role", ["auditor", "engineer", "manager"])
def test_assign_when_person_does_not_handle_cases_then_refuses(agent, role):
    case, other = heard(), staff("other", role)
    with refused(Invalid, "owner_cannot_handle", field="owner"):
        services.assign(case, owner=other, by=agent.actor)


def test_assign_when_person_has_left_then_refuses_and_nobody_is_offered_them(agent):
    case, gone = heard(), staff("gone")
    accounts.disable(gone, by=SYSTEM)
    organisation()
    with refused(Invalid, "owner_cannot_handle", field="owner"):
        services.assign(case, owner=gone, by=agent.actor)
    assert [each["name"] for each in listing.handlers()] == ["Liming"]


def test_assign_when_version_is_stale_then_refuses(agent):
    case = heard()
    services.note(case, "记", by=agent.actor)
    with refused(Conflict, "case_changed", current=2):
        services.assign(case, owner=agent, version=1, by=agent.actor)


def test_assign_or_claim_when_ended_then_refuses(agent):
    case = ended(agent)
    with refused(Conflict, "case_ended", current="confirmed"):
        services.assign(case, owner=agent, by=agent.actor)
    other = staff("wangwu")
    with refused(Conflict, "case_ended", current="confirmed"):
        services.claim(case, by=other.actor)


def test_claim_when_free_then_mine(agent):
    case = heard()
    with telling() as told:
        services.claim(case, by=agent.actor)
    case.refresh_from_db()
    assert (case.owner_id, told) == (agent.id, ["case.assigned"])


def test_claim_when_mine_then_stays(agent):
    case = heard()
    services.claim(case, by=agent.actor)
    with unchanged():
        services.claim(case, by=agent.actor)


def test_claim_when_somebody_was_faster_then_tells_who(agent):
    case, other = heard(), staff("wangwu")
    services.claim(case, by=other.actor)
    with refused(Conflict, "taken_by_other", current=str(other.id)):
        services.claim(case, by=agent.actor)
    with pytest.raises(Conflict, match="Wangwu"):
        services.claim(case, by=agent.actor)
