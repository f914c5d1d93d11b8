"""One attempt to tell one endpoint one fact: signed, through the guarded client, and again for three days."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F
from standardwebhooks import Webhook

from huiyin.core import clock, egress, leaving
from huiyin.core.actors import SYSTEM
from huiyin.core.models import WebhookDelivery, WebhookEndpoint
from huiyin.core.webhooks import endpoints, outbox, recipients

# After the n-th failure wait this long: three days in all, quick at first.
WAITS = [5, 30, 120, 600, 3600, 3 * 3600, 8 * 3600, 12 * 3600, 24 * 3600, 24 * 3600]
MAX_FAILURES = 200  # in a row, over all facts: the address is dead though no single fact is three days old
GONE = 410
Status = WebhookDelivery.Status


def attempt(delivery_id: UUID) -> None:
    """Send a waiting delivery and keep what came of it. Nothing happens when it no longer waits."""
    due = WebhookDelivery.objects.filter(status=Status.WAITING, next_at__lte=clock.now())
    told = due.filter(id=delivery_id, endpoint__status=WebhookEndpoint.Status.ACTIVE)
    delivery = told.select_related("endpoint", "entry").first()
    if delivery is None:
        return
    if delivery.entry and not recipients.may_hear(delivery.endpoint, delivery.entry):
        _withheld(delivery)
        return
    try:
        answer = egress.request("POST", delivery.endpoint.url, **message(delivery, at=clock.now()))
    except egress.EgressError as problem:
        kind = "blocked" if isinstance(problem, egress.Blocked) else "unreachable"
        _failed(delivery, None, f"{kind}: {problem}")
        return
    if 200 <= answer.status < 300:
        _taken(delivery, answer.status)
    else:
        _failed(delivery, answer.status, "")


def message(delivery: WebhookDelivery, *, at: datetime) -> dict[str, Any]:
    """Body and headers, signed with the secret, and for a day with the former one too."""
    body = msgspec.json.encode(payload(delivery))
    endpoint = delivery.endpoint
    keys = [endpoint.secret]
    if endpoint.former_secret and endpoint.former_secret_until and at < endpoint.former_secret_until:
        keys.append(endpoint.former_secret)
    signatures = [Webhook(key).sign(delivery.event_id, at, body.decode()) for key in keys]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Huiyin-Webhooks/1",
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    return {"content": body, "headers": headers}


def payload(delivery: WebhookDelivery) -> dict[str, Any]:
    """Ids and scalars, as the journal has them; the receiver asks the API for what it may see."""
    entry = delivery.entry
    if entry is None:
        return {
            "type": "webhook.ping",
            "timestamp": delivery.at,
            "data": {"endpoint": str(delivery.endpoint_id)},
        }
    told = leaving.tree(entry.data)
    data = {"kind": entry.subject_kind, "subject": entry.subject, "actor_kind": entry.actor_kind, **told}
    return {"type": entry.name, "timestamp": entry.at, "data": data}


def _withheld(delivery: WebhookDelivery) -> None:
    """Since it was planned, the person or the register has said no; it is not tried again."""
    _waiting(delivery).update(status=Status.DEAD, next_at=None, last_error="withheld")


@transaction.atomic
def _taken(delivery: WebhookDelivery, status: int) -> None:
    now = clock.now()
    told = {"status": Status.DELIVERED, "delivered_at": now, "next_at": None}
    _waiting(delivery).update(**told, last_status=status, last_error="", attempts=F("attempts") + 1)
    WebhookEndpoint.objects.filter(id=delivery.endpoint_id, failures__gt=0).update(failures=0)


@transaction.atomic
def _failed(delivery: WebhookDelivery, status: int | None, error: str) -> None:
    """Plan the next attempt, or give up; an address that is gone or dead is disabled."""
    tried = delivery.attempts + 1
    is_last = tried > len(WAITS) or status == GONE
    next_at = None if is_last else clock.now() + timedelta(seconds=WAITS[tried - 1])
    state = Status.DEAD if is_last else Status.WAITING
    told = {"status": state, "next_at": next_at, "attempts": tried}
    if not _waiting(delivery).update(**told, last_status=status, last_error=error[:120]):
        return
    WebhookEndpoint.objects.filter(id=delivery.endpoint_id).update(failures=F("failures") + 1)
    if next_at:
        outbox.enqueue([delivery.id], at=next_at)
    if is_last or delivery.endpoint.failures + 1 >= MAX_FAILURES:
        endpoints.disable(delivery.endpoint, reason="gone" if status == GONE else "failing", by=SYSTEM)


def _waiting(delivery: WebhookDelivery) -> Any:
    """Compare and set: an attempt that was overtaken changes nothing."""
    rows = WebhookDelivery.objects.filter(id=delivery.id, status=Status.WAITING)
    return rows.filter(attempts=delivery.attempts)
