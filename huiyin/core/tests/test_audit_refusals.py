"""A policy's no is on record with who asked, and visitors cannot fill the record."""

import json

import pytest
from django.test import Client

from huiyin.core import limits
from huiyin.core.models import AuditEntry
from huiyin.core.tests.people import bearer, signed_in, staff

pytestmark = pytest.mark.django_db


def test_refused_page_is_recorded_with_person_and_route() -> None:
    agent = staff("agent")
    assert signed_in(agent).get("/desk/jobs/").status_code == 403
    row = AuditEntry.objects.get(action="access.refused")
    assert (row.actor_id, row.result) == (str(agent.id), "refused")
    assert json.loads(row.detail) == {
        "code": "not_allowed",
        "method": "GET",
        "object": "",
        "route": "desk/jobs/",
    }
    assert row.request


def test_allowed_page_is_no_refusal() -> None:
    assert signed_in(staff("admin")).get("/desk/jobs/").status_code == 200
    assert not AuditEntry.objects.filter(action="access.refused").exists()


def test_token_without_scope_is_recorded_with_its_person() -> None:
    agent = staff("agent")
    assert bearer(agent, "voices:write").get("/api/v1/contacts").status_code == 403
    assert AuditEntry.objects.get(action="access.refused").actor_id == str(agent.id)


def test_wrong_token_is_recorded_as_a_visitor() -> None:
    assert Client(headers={"Authorization": "Bearer wrong"}).get("/api/v1/contacts").status_code == 401
    row = AuditEntry.objects.get(action="access.refused")
    assert (row.actor_kind, row.actor_id, json.loads(row.detail)["code"]) == (
        "visitor",
        "",
        "token_not_valid",
    )


def test_visitors_stop_being_recorded_at_the_limit(monkeypatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "audit.visitor", limits.Limit(2, 3600))
    for _turn in range(4):
        Client(headers={"Authorization": "Bearer wrong"}).get("/api/v1/contacts")
    assert AuditEntry.objects.filter(action="access.refused").count() == 2


def test_keys_in_addresses_are_not_recorded() -> None:
    signed_in(staff("auditor")).post("/desk/cases/HY-000042/replies/", {"body": "x"})
    row = AuditEntry.objects.filter(action="access.refused").last()
    assert row is not None
    assert "HY-000042" not in row.detail
