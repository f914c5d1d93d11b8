"""From journal rows to deliveries, in the dispatcher's own transaction; and telling again what was told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from huiyin.core import audit, clock, events, journal
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Conflict, NotFound
from huiyin.core.jobs import queue
from huiyin.core.jobs.backend import job_for
from huiyin.core.models import JournalEntry, WebhookDelivery, WebhookEndpoint
from huiyin.core.webhooks import recipients

BATCH = 500
SENDING = "huiyin.core.tasks.send_webhook"
REPLAYING = "huiyin.core.tasks.replay_webhooks"
Status = WebhookDelivery.Status


def enlist(entries: Sequence[JournalEntry]) -> None:
    """A delivery for each endpoint that wants a fact. The dispatcher calls it for every row it claims."""
    listening = list(WebhookEndpoint.objects.filter(status=WebhookEndpoint.Status.ACTIVE))
    _put(_rows(entries, listening))


def deliveries_of(endpoint: WebhookEndpoint, *, status: str = "") -> QuerySet[WebhookDelivery]:
    """What the endpoint was told, newest first by `-id`."""
    rows = endpoint.deliveries.select_related("entry", "endpoint")
    return rows.filter(status=status) if status else rows


def delivery_of(endpoint: WebhookEndpoint, delivery_id: UUID) -> WebhookDelivery:
    """One delivery of this endpoint. Raises NotFound."""
    found = deliveries_of(endpoint).filter(id=delivery_id).first()
    if found is None:
        raise NotFound("webhook_delivery_absent", "")
    return found


@transaction.atomic
def ping(endpoint: WebhookEndpoint, *, by: Actor = SYSTEM) -> WebhookDelivery:
    """A test message to try the address with. Refuses while the endpoint is not active."""
    _check_active(endpoint)
    row = WebhookDelivery(endpoint=endpoint, entry=None, at=clock.now())
    _put([row])
    audit.record("webhook.pinged", f"webhook:{endpoint.id}", by=by)
    return row


@transaction.atomic
def replay(delivery: WebhookDelivery, *, by: Actor) -> None:
    """Tell one fact again, under its first id. Refuses as `ping`. Events: webhook.replayed."""
    _check_active(delivery.endpoint)
    _again([delivery.id])
    journal.publish(events.WebhookReplayed(subject=str(delivery.endpoint_id), count=1), by=by)


@transaction.atomic
def replay_since(endpoint: WebhookEndpoint, *, since: datetime, by: Actor) -> None:
    """Tell all facts since a moment again, also those it missed; a job does it. Events: webhook.replayed."""
    _check_active(endpoint)
    import_string(REPLAYING).enqueue(str(endpoint.id), since.isoformat(), 0)
    journal.publish(events.WebhookReplayed(subject=str(endpoint.id), since=since.isoformat()), by=by)


@transaction.atomic
def replay_batch(endpoint_id: UUID, since: datetime, after_seq: int) -> None:
    """Some hundred facts of a replay; enqueues itself for the rest."""
    endpoint = WebhookEndpoint.objects.filter(id=endpoint_id, status=WebhookEndpoint.Status.ACTIVE).first()
    if endpoint is None:
        return
    later = JournalEntry.objects.filter(seq__gt=after_seq, at__gte=since).order_by("seq")
    entries = list(later[:BATCH])
    wanted = [entry for entry in entries if endpoint.wants(entry.name)]
    told = endpoint.deliveries.filter(entry__in=[entry.seq for entry in wanted])
    known = dict(told.values_list("entry_id", "id"))
    _again(list(known.values()))
    _put(_rows([entry for entry in wanted if entry.seq not in known], [endpoint]))
    if len(entries) == BATCH:
        import_string(REPLAYING).enqueue(str(endpoint_id), since.isoformat(), entries[-1].seq)


def enqueue(delivery_ids: Iterable[UUID], *, at: datetime | None = None) -> None:
    """A job for each attempt, now or later."""
    task: Any = import_string(SENDING)
    queue.put([job_for(task.using(run_after=at), [str(key)], {}) for key in delivery_ids])


def _rows(entries: Iterable[JournalEntry], endpoints: Iterable[WebhookEndpoint]) -> list[WebhookDelivery]:
    wanted = [(entry, each) for entry in entries for each in endpoints if each.wants(entry.name)]
    pairs = [(entry, each) for entry, each in wanted if recipients.may_hear(each, entry)]
    return [WebhookDelivery(endpoint=each, entry=entry, at=clock.now()) for entry, each in pairs]


def _put(rows: list[WebhookDelivery]) -> None:
    if rows:
        WebhookDelivery.objects.bulk_create(rows)
        enqueue(row.id for row in rows)


def _again(ids: Sequence[UUID]) -> None:
    if ids:
        fresh = {"status": Status.WAITING, "attempts": 0, "next_at": clock.now(), "delivered_at": None}
        WebhookDelivery.objects.filter(id__in=ids).update(**fresh)
        enqueue(ids)


def _check_active(endpoint: WebhookEndpoint) -> None:
    if endpoint.status != WebhookEndpoint.Status.ACTIVE:
        raise Conflict(
            "webhook_not_active", _("Resume the endpoint first."), current={"status": endpoint.status}
        )
