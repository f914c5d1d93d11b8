"""The chain itself: no byte of it changes unseen, no row goes, comes or moves, and no tail is cut."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.core import audit, clock, keyring
from huiyin.core.actors import Actor
from huiyin.core.audit import heads, sealing, segments, verifying
from huiyin.core.models import AuditEntry, AuditHead, AuditSegment

pytestmark = pytest.mark.django_db
LIN = Actor("user", "u-1", "Lin")
TEXTS = (
    *("id", "at", "actor_kind", "actor_id", "behind_id", "action", "object_kind", "object_id"),
    *("result", "address", "request", "detail", "key_id", "mac", "seal"),
)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


@pytest.fixture
def unguarded() -> Iterator[None]:
    """What an intruder with the database's own password can do: the triggers are gone."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER audit_unchanged")
    yield


def written(count: int = 5) -> None:
    with audit.seen_from("203.0.113.7", "QWERTY12"), audit.acting_for("u-9"):
        for number in range(count):
            audit.record("contact.read", f"contact:c-{number}", by=LIN, detail={"n": number})


def chain(count: int = 5) -> list[AuditEntry]:
    written(count)
    sealing.seal_all()
    return list(AuditEntry.objects.order_by("seq"))


def broken() -> verifying.Broken:
    with pytest.raises(verifying.Broken) as found:
        verifying.verify()
    return found.value


def test_seal_gives_each_row_its_place_and_verify_holds() -> None:
    rows = chain(5)
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    held = verifying.verify()
    assert (held.rows, held.unsealed, held.seq, held.seal) == (5, 0, 5, rows[-1].seal)
    assert sealing.head().seal == rows[-1].seal


def test_seal_goes_on_where_it_ended_in_batches(monkeypatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    written(5)
    assert sealing.seal_all() == 5
    written(2)
    assert sealing.seal_all() == 2
    assert sealing.seal_all() == 0
    assert verifying.verify().rows == 7


def test_verify_counts_rows_that_wait_for_their_seal() -> None:
    chain(2)
    written(1)
    assert verifying.verify().unsealed == 1


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    column=st.sampled_from(TEXTS), number=st.integers(1, 4), byte=st.integers(0, 400), bit=st.integers(0, 7)
)
def test_flipping_any_bit_of_a_sealed_row_names_the_row(
    unguarded: None, column: str, number: int, byte: int, bit: int
) -> None:
    if not AuditEntry.objects.exists():
        chain(4)
    row = AuditEntry.objects.get(seq=number)
    raw = bytearray(str(getattr(row, column)).encode())
    raw[byte % len(raw)] ^= 1 << bit
    changed = write_raw(row.row, column, bytes(raw))
    if changed:
        assert broken().seq == number
    write_raw(row.row, column, str(getattr(row, column)).encode())
    assert verifying.verify().rows == 4


def write_raw(row: int, column: str, raw: bytes) -> bool:
    """Put these bytes into the column. PostgreSQL takes no bytes that are no text: nothing changed then."""
    if connection.vendor == "postgresql":
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return False
        if "\x00" in text:
            return False
        AuditEntry.objects.filter(row=row).update(**{column: text})
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE core_auditentry SET {column} = CAST(%s AS TEXT) WHERE row = %s",
            [raw, row],
        )
    return True


@pytest.mark.parametrize(("column", "value"), [("seq", 40), ("seq", None), ("row", 4000)])
def test_moving_a_row_names_its_place(unguarded: None, column: str, value: int | None) -> None:
    chain(4)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE core_auditentry SET {column} = %s WHERE seq = 3", [value])
    assert broken().seq == 3


def test_cutting_out_a_row_names_its_place(unguarded: None) -> None:
    chain(4)
    AuditEntry.objects.filter(seq=2).delete()
    assert broken().seq == 2


def test_swapping_two_rows_names_the_first(unguarded: None) -> None:
    chain(4)
    AuditEntry.objects.filter(seq=2).update(seq=99)
    AuditEntry.objects.filter(seq=3).update(seq=2)
    AuditEntry.objects.filter(seq=99).update(seq=3)
    assert broken().seq == 2


def test_putting_in_a_row_behind_the_head_is_named() -> None:
    rows = chain(3)
    extra = rows[-1]
    AuditEntry.objects.create(
        **{name: getattr(extra, name) for name in TEXTS if name not in {"id", "seal"}},
        seq=4,
        seal="0" * 64,
    )
    assert broken().seq == 4


def test_a_forged_row_that_waits_is_named() -> None:
    written(1)
    forged = AuditEntry.objects.create(
        at="2026-11-22T10:00:00.000000Z", actor_kind="user", action="x", object_kind="y", result="done",
        key_id=keyring.keyring().current, mac="0" * 64,
    )  # fmt: skip
    assert broken().row == forged.row


def test_cutting_the_tail_and_setting_the_head_back_shows_in_the_told_head(unguarded: None) -> None:
    rows = chain(5)
    assert heads.export() is not None
    AuditEntry.objects.filter(seq__gt=3).delete()
    AuditHead.objects.update(seq=3, seal=rows[2].seal)
    assert str(broken()) == "Row 4 of the chain: cut off: the head told row 5"


def test_cutting_the_tail_alone_shows_in_the_head(unguarded: None) -> None:
    chain(5)
    AuditEntry.objects.filter(seq=5).delete()
    assert broken().seq == 5


def test_a_restored_copy_says_what_it_lost_and_holds_again(unguarded: None) -> None:
    rows = chain(5)
    heads.export()
    AuditEntry.objects.filter(seq__gt=3).delete()
    AuditHead.objects.update(seq=3, seal=rows[2].seal)
    assert heads.restored() == 2
    written(3)
    heads.export()
    assert verifying.verify().seq == 7
    entry = AuditEntry.objects.get(action="audit.restored")
    assert json.loads(entry.detail) == {"kept": 3, "lost_to": 5, "lost_seal": rows[4].seal}


def test_head_is_told_once_while_it_does_not_move() -> None:
    chain(2)
    first = heads.export()
    assert first is not None
    assert heads.export() is None
    assert [told.seq for told in heads.told()] == [2]
    assert heads.file().stat().st_mode & 0o777 == 0o600


def test_head_is_mailed_once_a_day(settings) -> None:
    settings.AUDIT_MAIL = "security@example.com"
    chain(1)
    heads.send()
    heads.send()
    from huiyin.core.models import OutgoingMail

    assert [mail.to for mail in OutgoingMail.objects.all()] == ["security@example.com"]


def test_rotation_leaves_old_rows_provable(tmp_path: Path, settings) -> None:
    ring = tmp_path / "keys.json"
    ring.write_text(Path(settings.KEYRING_FILE).read_text())
    settings.KEYRING_FILE = ring
    keyring.forget()
    old = keyring.keyring().current
    chain(2)
    new = keyring.add_root_key()
    written(1)
    sealing.seal_all()
    keyring.drop_root_key(old, unless=lambda: "")
    assert set(AuditEntry.objects.values_list("key_id", flat=True)) == {old, new}
    assert verifying.verify().rows == 3
    keyring.forget()


MARCH, APRIL = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)


def two_months() -> None:
    for at in (MARCH, MARCH, APRIL):
        with clock.frozen(at):
            audit.record("contact.read", "contact:c", by=LIN)
    with clock.frozen(datetime(2026, 5, 1, tzinfo=UTC)):
        assert segments.close_months() == ["2026-03", "2026-04"]
        sealing.seal_all()


def test_months_are_closed_once_they_are_over() -> None:
    two_months()
    spans = list(AuditSegment.objects.values_list("month", "first_seq", "last_seq"))
    assert spans == [("2026-03", 1, 2), ("2026-04", 3, 3)]
    held = verifying.verify()
    assert (held.months, held.rows) == (2, 5)


def test_old_months_go_and_the_chain_still_holds() -> None:
    two_months()
    assert segments.remove_old(datetime(2026, 9, 1, tzinfo=UTC)) == 0
    assert segments.remove_old(datetime(2026, 10, 20, tzinfo=UTC)) == 2
    sealing.seal_all()
    assert AuditEntry.objects.exclude(seq=None).order_by("seq").first().seq == 3
    assert verifying.verify().rows == 4


def test_a_month_removed_without_saying_so_is_named(unguarded: None) -> None:
    two_months()
    AuditSegment.objects.filter(month="2026-03").update(removed_at="2026-10-20T00:00:00.000000Z")
    AuditEntry.objects.filter(seq__lte=2).delete()
    assert "2026-03" in str(broken())


def test_a_closed_month_cut_out_whole_is_named(unguarded: None) -> None:
    two_months()
    segments.remove_old(datetime(2026, 10, 20, tzinfo=UTC))
    AuditSegment.objects.filter(month="2026-03").delete()
    assert "2026-04" in str(broken())


def test_command_verifies_and_names_the_broken_row(unguarded: None) -> None:
    chain(3)
    out = StringIO()
    call_command("audit", "verify", "--json", stdout=out)
    assert json.loads(out.getvalue())["ok"] is True
    AuditEntry.objects.filter(seq=2).update(actor_id="u-2")
    out = StringIO()
    with pytest.raises(CommandError, match="Row 2 of the chain: changed after it was written") as refused:
        call_command("audit", "verify", "--json", stdout=out)
    assert refused.value.returncode == 1
    assert json.loads(out.getvalue()) == {
        "ok": False,
        "seq": 2,
        "row": AuditEntry.objects.get(seq=2).row,
        "reason": "changed after it was written",
    }
