"""From journal to listeners: each new row becomes one delivery and one job per listener, exactly once."""

from collections.abc import Callable, Sequence

from django.db import connection, transaction

from huiyin.core import journal, wake
from huiyin.core.clock import now
from huiyin.core.jobs import queue
from huiyin.core.models.jobs import Job
from huiyin.core.models.journal import Delivery, JournalEntry

BATCH = 200
readers: list[Callable[[Sequence[JournalEntry]], None]] = []  # see every row once, in the claim's transaction
DELIVER = "huiyin.core.tasks.deliver"


def dispatch_all() -> int:
    """Work off everything that is undispatched; returns the number of entries."""
    total = 0
    while count := dispatch_batch():
        total += count
    return total


def dispatch_batch(limit: int = BATCH) -> int:
    """Claim some entries and hand them on, in one transaction. Concurrent dispatchers take different rows."""
    if not JournalEntry.objects.filter(dispatched=False).exists():
        return 0
    with transaction.atomic():
        entries = _claimed(limit)
        deliveries = [
            Delivery(entry=entry, listener=each.name, at=now())
            for entry in entries
            for each in journal.listeners.get(entry.name, [])
        ]
        Delivery.objects.bulk_create(deliveries)
        queue.put([_job(delivery) for delivery in deliveries])
        for read in readers:
            read(entries)
        JournalEntry.objects.filter(seq__in=[entry.seq for entry in entries]).update(dispatched=True)
    return len(entries)


def deliver(delivery_id: str) -> None:
    """Let one listener hear one entry. A done delivery is left alone, so a repeated job does nothing."""
    delivery = Delivery.objects.select_related("entry").get(id=delivery_id)
    if delivery.state != Delivery.State.PENDING:
        return
    event = journal.event_of(delivery.entry)
    listener = journal.listener_named(delivery.listener, delivery.entry.name)
    if event is None or listener is None:
        _mark(delivery, Delivery.State.DROPPED)
    elif listener.atomic:
        _hear_once(delivery, listener, event)
    else:
        listener.func(event, delivery.entry)
        _mark(delivery, Delivery.State.DONE)


def _hear_once(delivery: Delivery, listener: journal.Listener, event: journal.Event) -> None:
    """The mark comes first: it locks the row, so that of two workers the second finds nothing to do."""
    with transaction.atomic():
        if _mark(delivery, Delivery.State.DONE):
            listener.func(event, delivery.entry)


def _mark(delivery: Delivery, state: Delivery.State) -> bool:
    rows = Delivery.objects.filter(id=delivery.id, state=Delivery.State.PENDING)
    return bool(rows.update(state=state, at=now()))


def _claimed(limit: int) -> Sequence[JournalEntry]:
    rows = JournalEntry.objects.filter(dispatched=False).order_by("seq")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return list(rows[:limit])


def _job(delivery: Delivery) -> Job:
    at = now()
    return Job(task=DELIVER, args=[str(delivery.id)], enqueued_at=at, run_at=at)


def ring() -> None:
    """Tell the dispatcher of this process to look now."""
    wake.ring(wake.DISPATCHER)
