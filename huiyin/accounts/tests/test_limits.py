"""From where and when staff work: networks, hours, days; the same at every door."""

from datetime import UTC, datetime, time

import pytest

from huiyin.accounts.models import RoleRule
from huiyin.accounts.selectors.limits import objection
from huiyin.accounts.services import limits as service
from huiyin.accounts.services.limits import Limits
from huiyin.core import clock
from huiyin.core.errors import Invalid
from huiyin.core.models import AuditEntry
from huiyin.core.tests.people import bearer, signed_in, staff

pytestmark = pytest.mark.django_db
# A Monday, 10:00 in Shanghai.
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_network_of_a_role_shuts_pages_and_programs_alike() -> None:
    agent = staff("agent")
    service.limit_role("agent", to=Limits(networks=("10.0.0.0/8",)), by=staff("admin"))
    assert signed_in(agent).get("/desk/").status_code == 403
    assert bearer(agent, "cases:read").get("/api/v1/cases").status_code == 403
    assert AuditEntry.objects.filter(action="access.refused", actor_id=str(agent.id)).count() == 2


def test_within_the_network_the_doors_open() -> None:
    agent = staff("agent")
    service.limit_role("agent", to=Limits(networks=("127.0.0.0/8",)), by=staff("admin"))
    assert signed_in(agent).get("/desk/").status_code == 200


def test_other_roles_are_not_limited() -> None:
    service.limit_role("agent", to=Limits(networks=("10.0.0.0/8",)), by=staff("admin"))
    assert signed_in(staff("senior")).get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("begins", "ends", "days", "at", "expected"),
    [
        (time(9), time(18), "", MONDAY, ""),
        (time(9), time(10), "", MONDAY, "hours"),
        (time(11), time(18), "", MONDAY, "hours"),
        (None, None, "1", MONDAY, ""),
        (None, None, "67", MONDAY, "hours"),
        (time(22), time(6), "", datetime(2026, 11, 23, 15, 0, tzinfo=UTC), ""),  # 23:00
        (time(22), time(6), "", MONDAY, "hours"),
        (
            time(22),
            time(6),
            "7",
            datetime(2026, 11, 22, 18, 0, tzinfo=UTC),
            "",
        ),  # Monday 02:00, Sunday's night
        (time(22), time(6), "1", datetime(2026, 11, 22, 18, 0, tzinfo=UTC), "hours"),
    ],
)
def test_hours_and_days_in_local_time(
    begins: time | None, ends: time | None, days: str, at: datetime, expected: str
) -> None:
    agent = staff("agent")
    service.limit_person(agent, to=Limits(begins=begins, ends=ends, days=days), by=staff("admin"))
    assert objection(agent, address="127.0.0.1", at=at) == expected


def test_own_rule_and_roles_rule_both_count() -> None:
    agent = staff("agent")
    service.limit_role("agent", to=Limits(networks=("10.0.0.0/8",)), by=staff("admin"))
    service.limit_person(agent, to=Limits(days="12345"), by=staff("admin"))
    assert objection(agent, address="10.1.2.3", at=MONDAY) == ""
    assert objection(agent, address="192.0.2.1", at=MONDAY) == "network"


@pytest.mark.parametrize("address", ["::ffff:10.1.2.3", "10.1.2.3"])
def test_mapped_address_is_the_same_address(address: str) -> None:
    agent = staff("agent")
    service.limit_person(agent, to=Limits(networks=("10.0.0.0/8",)), by=staff("admin"))
    assert objection(agent, address=address, at=MONDAY) == ""


def test_network_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        service.limit_role("agent", to=Limits(networks=("office",)), by=staff("admin"))
    assert refusal.value.data["field"] == "networks"


def test_second_factor_of_a_role_is_kept_for_the_door() -> None:
    service.need_second_factor("agent", needed=True, by=staff("admin"))
    assert RoleRule.objects.get(role="agent").needs_second_factor
    assert AuditEntry.objects.get(action="access.second_factor").object_id == "agent"


def test_limit_takes_effect_within_two_seconds_in_every_process() -> None:
    """The rules are read afresh at least every two seconds; the service forgets them at once in its own process."""
    from huiyin.accounts.selectors import limits

    assert limits.SECONDS <= 2
    with clock.frozen(MONDAY):
        agent = staff("agent")
        client = signed_in(agent)
        assert client.get("/desk/").status_code == 200
        service.limit_person(agent, to=Limits(days="7"), by=staff("admin"))
        assert client.get("/desk/").status_code == 403
