"""The journal: facts in the transaction of their write, handed on exactly once."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import DatabaseError, connection, transaction

from huiyin.core import dispatch, journal, wake
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.jobs.worker import drain
from huiyin.core.models import Delivery, Job, JournalEntry
from huiyin.core.tests import sample
from huiyin.core.tests.sample import LampBroken, LampLit, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget():
    sample.heard.clear()


def test_publish_when_inside_a_transaction_then_writes_ids_and_scalars():
    by = Actor("user", "7", "Li Ming")
    with transaction.atomic():
        entry = journal.publish(LampLit(subject="42", watts=60), by=by)
    row = JournalEntry.objects.values().get(seq=entry.seq)
    assert (row["name"], row["subject_kind"], row["subject"]) == ("lamp.lit", "lamp", "42")
    assert (row["actor_kind"], row["actor_id"], row["data"]) == ("user", "7", {"watts": 60, "colours": []})
    assert row["dispatched"] is False
    assert "Li Ming" not in str(row)


@pytest.mark.django_db(transaction=True)
def test_publish_when_outside_a_transaction_then_refuses():
    with pytest.raises(RuntimeError):
        journal.publish(LampBroken(subject="1"), by=SYSTEM)
    assert JournalEntry.objects.count() == 0


def test_publish_when_a_field_is_an_object_then_refuses():
    with pytest.raises(TypeError):
        publish(LampLit(subject="1", watts=object()))
    assert JournalEntry.objects.count() == 0


def test_publish_all_when_three_facts_then_one_insert(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        journal.publish_all([LampLit(subject=str(n)) for n in range(3)], by=SYSTEM)
    assert [entry.subject for entry in journal.entries_for("lamp", 1)] == ["1"]


def test_publish_when_committed_then_rings_the_dispatcher(django_capture_on_commit_callbacks):
    wake.bell(wake.DISPATCHER).clear()
    with django_capture_on_commit_callbacks(execute=True):
        publish(LampBroken(subject="1"))
        assert not wake.bell(wake.DISPATCHER).is_set()
    assert wake.bell(wake.DISPATCHER).is_set()


def test_event_of_when_written_by_another_version_then_takes_defaults():
    entry = JournalEntry(name="lamp.lit", subject_kind="lamp", subject="5", data={"gone": 1})
    assert journal.event_of(entry) == LampLit(subject="5", watts=40, colours=())


def test_event_of_when_the_kind_is_gone_then_nothing():
    assert journal.event_of(JournalEntry(name="lamp.sold", subject="5")) is None


def test_define_when_a_name_is_taken_then_refuses():
    with pytest.raises(TypeError):

        @dataclass(frozen=True)
        class Copy(journal.Event):
            name: ClassVar[str] = "lamp.lit"
            subject_kind: ClassVar[str] = "lamp"


def test_dispatch_when_two_listeners_then_each_hears_once():
    (entry,) = publish(LampLit(subject="9", watts=100))
    assert dispatch.dispatch_batch() == 1
    assert dispatch.dispatch_batch() == 0
    assert Delivery.objects.count() == Job.objects.count() == 2
    drain()
    drain()
    assert sorted(map(str, sample.heard)) == sorted([str(("9", 100)), str(("count", entry.seq))])
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_dispatch_when_nobody_listens_then_only_flags():
    publish(LampBroken(subject="1"))
    assert dispatch.dispatch_all() == 1
    assert JournalEntry.objects.filter(dispatched=False).count() == 0
    assert Job.objects.count() == 0


def test_deliver_when_repeated_then_does_nothing():
    publish(LampLit(subject="3"))
    dispatch.dispatch_all()
    delivery = Delivery.objects.get(listener__endswith="note")
    dispatch.deliver(str(delivery.id))
    dispatch.deliver(str(delivery.id))
    assert sample.heard == [("3", 40)]


def test_deliver_when_the_listener_fails_then_stays_pending(monkeypatch):
    publish(LampLit(subject="3"))
    dispatch.dispatch_all()
    delivery = Delivery.objects.get(listener__endswith="note")

    def broken(event, entry):
        Job.objects.all().delete()
        raise ValueError

    registered = journal.Listener(delivery.listener, broken, atomic=True)
    monkeypatch.setitem(journal.listeners, "lamp.lit", [registered])
    with pytest.raises(ValueError):
        dispatch.deliver(str(delivery.id))
    delivery.refresh_from_db()
    assert delivery.state == "pending"
    assert Job.objects.count() == 2


def test_deliver_when_the_listener_is_gone_then_drops(monkeypatch):
    publish(LampLit(subject="3"))
    dispatch.dispatch_all()
    monkeypatch.setitem(journal.listeners, "lamp.lit", [])
    drain()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}


def test_change_when_an_entry_is_written_then_the_database_refuses():
    (entry,) = publish(LampLit(subject="3"))
    with pytest.raises(DatabaseError), transaction.atomic():
        JournalEntry.objects.filter(seq=entry.seq).update(subject="4")
    JournalEntry.objects.filter(seq=entry.seq).update(dispatched=True)
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic():
            JournalEntry.objects.filter(seq=entry.seq).delete()
    assert JournalEntry.objects.get().subject == "3"
