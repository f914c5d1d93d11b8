"""The audit chain: what a row says, that the database keeps it, and that nothing personal gets in."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from huiyin.core import audit
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.audit import recording, signing
from huiyin.core.models import AuditEntry

pytestmark = pytest.mark.django_db
LIN = Actor("user", "u-1", "Lin")


def test_record_writes_who_did_what_to_what_from_where() -> None:
    at = datetime(2026, 11, 22, 10, 0, 0, 5, tzinfo=UTC)
    with audit.seen_from("203.0.113.7", "QWERTY12"):
        audit.record("contact.read", "contact:c-1", by=LIN, detail={"fields": 2}, at=at)
    row = AuditEntry.objects.get()
    assert (row.at, row.actor_kind, row.actor_id, row.action) == (
        "2026-11-22T10:00:00.000005Z",
        "user",
        "u-1",
        "contact.read",
    )
    assert (row.object_kind, row.object_id, row.result, row.request) == ("contact", "c-1", "done", "QWERTY12")
    assert row.detail == '{"fields":2}'
    assert row.mac == signing.mac(row)


def test_record_keeps_no_address_and_no_name() -> None:
    with audit.seen_from("203.0.113.7", "QWERTY12"):
        row = audit.record("session.started", "user:u-1", by=LIN)
    assert row.address == recording.pseudonym("203.0.113.7")
    stored = " ".join(str(value) for value in AuditEntry.objects.values_list().get())
    assert "203.0.113.7" not in stored
    assert "Lin" not in stored


def test_record_outside_a_request_has_no_address() -> None:
    assert audit.record("audit.head", "audit:1", by=SYSTEM).address == ""


def test_record_under_other_eyes_names_both() -> None:
    with audit.seen_from("203.0.113.7", "R"), audit.acting_for("u-9"):
        row = audit.record("case.read", "case:1", by=LIN)
    assert (row.actor_id, row.behind_id) == ("u-1", "u-9")


@pytest.mark.parametrize("value", [1.5, None, ["a"], "x" * 201])
def test_record_refuses_what_is_no_short_scalar(value: object) -> None:
    with pytest.raises(TypeError, match="no short scalar"):
        audit.record("contact.read", "contact:1", by=LIN, detail={"text": value})  # type: ignore[dict-item]
    assert AuditEntry.objects.count() == 0


def test_record_falls_with_the_transaction_of_its_act() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("grant.given", "user:u-2", by=LIN)
        raise RuntimeError
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("column", ["actor_id", "action", "result", "detail", "mac", "at"])
def test_database_refuses_to_change_a_row(column: str) -> None:
    row = audit.record("grant.given", "user:u-2", by=LIN)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(row=row.row).update(**{column: "other"})


def test_database_refuses_to_remove_a_row_where_it_can() -> None:
    """SQLite leaves removals to the chain, which names the gap."""
    row = audit.record("grant.given", "user:u-2", by=LIN)
    removed = AuditEntry.objects.filter(row=row.row)
    if connection.vendor != "postgresql":
        assert removed.delete()[0] == 1
        return
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        removed.delete()
