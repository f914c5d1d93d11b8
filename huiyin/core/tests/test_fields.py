"""Encrypted columns on a real table: attribute access, bulk reads, refusals, copies, and key rotation under load."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Value

from huiyin.core import clock, crypto, keyring, rotation
from huiyin.core.fields import Sealed, open_sealed
from huiyin.core.ids import uuid7
from huiyin.core.models import IdempotencyKey, OutgoingMail

pytestmark = pytest.mark.django_db


def mail(text="你好", **changes) -> OutgoingMail:
    return OutgoingMail(key=str(uuid7()), to="a@b.c", subject="s", text=text, **changes)


def stored(row, column="text") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM core_outgoingmail WHERE key = %s", [row.key])
        return cursor.fetchone()[0]


def test_read_when_saved_then_plain_on_the_instance_and_sealed_in_the_table():
    row = mail()
    row.save()
    assert row.text == "你好"
    assert OutgoingMail.objects.get().text == "你好"
    assert stored(row).startswith("v1.k") and "你好" not in stored(row)


def test_read_when_in_bulk_then_sealed_until_opened():
    rows = OutgoingMail.objects.bulk_create([mail("一"), mail("二")])
    for row, (key, sealed) in zip(
        rows, OutgoingMail.objects.order_by("id").values_list("id", "text"), strict=True
    ):
        assert isinstance(sealed, Sealed)
        assert open_sealed(OutgoingMail, "text", key, sealed) == row.text


def test_read_when_deferred_or_refreshed_then_plain():
    row = mail(headers={"a": [1, None]})
    row.save()
    found = OutgoingMail.objects.defer("text").get()
    assert (found.text, found.headers) == ("你好", {"a": [1, None]})
    row.text = "other"
    row.refresh_from_db()
    assert row.text == "你好"


@pytest.mark.parametrize("text", ["", " ", "v1.k1.AAAA", "\x00nul", "🎈" * 1000])
def test_read_when_odd_text_then_the_same(text):
    row = mail(text)
    row.save()
    assert OutgoingMail.objects.get().text == text


def test_save_when_nobody_read_it_then_ciphertext_stays(django_assert_num_queries):
    row = mail()
    row.save()
    before = stored(row)
    found = OutgoingMail.objects.get()
    found.attempts = 3
    found.save()
    assert stored(row) == before
    assert found.text == "你好"
    found.save()
    assert stored(row) != before


def test_read_when_ciphertext_is_moved_to_another_row_or_column_then_refused():
    one, two = mail("one"), mail("two")
    one.save()
    two.save()
    OutgoingMail.objects.filter(id=two.id).update(text=Sealed(stored(one)), subject=Sealed(stored(two)))
    with pytest.raises(crypto.Unsealable):
        OutgoingMail.objects.get(id=two.id).text  # noqa: B018 - reading is the test
    with pytest.raises(crypto.Unsealable):
        OutgoingMail.objects.get(id=two.id).subject  # noqa: B018 - reading is the test


def test_save_when_row_is_copied_unread_then_refused_not_lost():
    mail().save()
    copy = OutgoingMail.objects.get()
    copy.id, copy.key = uuid7(), "copy"
    with pytest.raises(crypto.Unsealable):
        copy.save(force_insert=True)


def test_update_when_plain_text_then_refused():
    row = mail()
    row.save()
    column = OutgoingMail._meta.get_field("text")
    attempts = [
        lambda: OutgoingMail.objects.update(text="plain"),
        lambda: OutgoingMail.objects.update(text=Value("plain", output_field=column)),
        lambda: OutgoingMail.objects.bulk_update([row], ["text"]),
    ]
    for attempt in attempts:
        with pytest.raises(FieldError, match="encrypted"), transaction.atomic():
            attempt()
    assert OutgoingMail.objects.get().text == "你好"


def test_filter_when_plain_text_then_refused():
    with pytest.raises(FieldError, match="encrypted"):
        OutgoingMail.objects.filter(text="x").exists()


def test_rotate_when_values_exist_then_all_move_and_old_key_retires(ring, capsys):
    rows = [mail(str(number), headers={"n": number}) for number in range(5)]
    OutgoingMail.objects.bulk_create(rows)
    index = crypto.blind_index("identity.email", "a@b.c")
    call_command("keys", "rotate")
    assert rotation.counts() == {"k1": 0, "k2": 20}
    with pytest.raises(CommandError, match="few seconds"):
        call_command("keys", "retire", "k1")
    age(ring)
    call_command("keys", "retire", "k1")
    assert sorted(found.text for found in OutgoingMail.objects.all()) == ["0", "1", "2", "3", "4"]
    assert [found.headers for found in OutgoingMail.objects.order_by("id")] == [{"n": n} for n in range(5)]
    assert crypto.blind_index("identity.email", "a@b.c") == index


def age(ring) -> None:
    body = json.loads(ring.read_text())
    body["rotated_at"] = 1.0
    ring.write_text(json.dumps(body))
    keyring.forget()


def test_rotate_when_stopped_half_way_then_resumed_and_readable_throughout(ring, monkeypatch):
    OutgoingMail.objects.bulk_create([mail(str(number)) for number in range(7)])
    monkeypatch.setattr(rotation, "BATCH", 2)
    keyring.add_root_key()

    def stop(column, count):
        raise KeyboardInterrupt

    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            rotation.reseal(tell=stop)
        assert {found.text for found in OutgoingMail.objects.all()} == set("0123456")
    assert rotation.counts()["k1"] > 0
    age(ring)
    with pytest.raises(keyring.KeyringError, match="values are sealed"):
        rotation.retire("k1")
    call_command("keys", "rotate", "--resume")
    assert rotation.counts()["k1"] == 0
    assert set(keyring.keyring().root) == {"k1", "k2"}


def test_status_when_asked_then_counts_as_json(ring, capsys):
    mail().save()
    row = IdempotencyKey(
        scope="s", key="k", body_hash="h", status=200, answer={}, at=clock.now() - timedelta(days=1)
    )
    row.save()
    call_command("keys", "status", "--json")
    assert json.loads(capsys.readouterr().out) == {"current": "k1", "values": {"k1": 5}}
