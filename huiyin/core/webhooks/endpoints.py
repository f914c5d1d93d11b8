"""The addresses of other systems: who may set them, what they hear, their secrets."""

import base64
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.core import clock, egress, events, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid, NotFound
from huiyin.core.models import WebhookEndpoint
from huiyin.core.policies import can_manage_webhooks
from huiyin.core.webhooks import recipients

FORMER_SECRET_FOR = timedelta(hours=24)
Status = WebhookEndpoint.Status


def endpoints_for(user: Any) -> QuerySet[WebhookEndpoint]:
    """The endpoints that this person may see."""
    rows = WebhookEndpoint.objects.order_by("-id")
    return rows if can_manage_webhooks(user) else rows.none()


def endpoint_for(user: Any, endpoint_id: UUID) -> WebhookEndpoint:
    """One endpoint. Raises NotFound."""
    found = endpoints_for(user).filter(id=endpoint_id).first()
    if found is None:
        raise NotFound("webhook_absent", "")
    return found


@transaction.atomic
def create(*, name: str, url: str, event_names: Sequence[str], by: Actor) -> WebhookEndpoint:
    """A new endpoint with a fresh secret. Refuses a bad address and unknown events. Events: webhook.created."""
    recipients.check(url.strip(), event_names)
    row = WebhookEndpoint(
        name=_named(name),
        url=_address(url),
        events=_wished(event_names),
        secret=_fresh_secret(),
        created_by=by.id,
        created_at=clock.now(),
    )
    row.save(force_insert=True)
    journal.publish(events.WebhookCreated(subject=str(row.id)), by=by)
    return row


@transaction.atomic
def change(
    endpoint: WebhookEndpoint, *, name: str, url: str, event_names: Sequence[str], by: Actor
) -> WebhookEndpoint:
    """Another name, address or choice of events. Refuses as `create`. Events: webhook.changed."""
    recipients.check(url.strip(), event_names)
    endpoint.name, endpoint.url, endpoint.events = _named(name), _address(url), _wished(event_names)
    endpoint.save(update_fields=["name", "url", "events"])
    journal.publish(events.WebhookChanged(subject=str(endpoint.id)), by=by)
    return endpoint


@transaction.atomic
def pause(endpoint: WebhookEndpoint, *, by: Actor) -> None:
    """Stop telling; what is missed can be replayed. Events: webhook.paused."""
    _move(endpoint, Status.PAUSED)
    journal.publish(events.WebhookPaused(subject=str(endpoint.id)), by=by)


@transaction.atomic
def resume(endpoint: WebhookEndpoint, *, by: Actor) -> None:
    """Tell again, with a clean record. Events: webhook.resumed."""
    _move(endpoint, Status.ACTIVE)
    journal.publish(events.WebhookResumed(subject=str(endpoint.id)), by=by)


@transaction.atomic
def disable(endpoint: WebhookEndpoint, *, reason: str, by: Actor) -> None:
    """Give up on an address that failed for days or said it is gone. Events: webhook.disabled."""
    active = WebhookEndpoint.objects.filter(id=endpoint.id, status=Status.ACTIVE)
    if active.update(status=Status.DISABLED):
        journal.publish(events.WebhookDisabled(subject=str(endpoint.id), reason=reason), by=by)


@transaction.atomic
def renew_secret(endpoint: WebhookEndpoint, *, by: Actor) -> WebhookEndpoint:
    """A fresh secret; for a day the former one signs too. Events: webhook.secret_renewed."""
    endpoint.former_secret = endpoint.secret
    endpoint.former_secret_until = clock.now() + FORMER_SECRET_FOR
    endpoint.secret = _fresh_secret()
    endpoint.save(update_fields=["secret", "former_secret", "former_secret_until"])
    journal.publish(events.WebhookSecretRenewed(subject=str(endpoint.id)), by=by)
    return endpoint


@transaction.atomic
def remove(endpoint: WebhookEndpoint, *, by: Actor) -> None:
    """Forget the endpoint and what it was told. Events: webhook.removed."""
    journal.publish(events.WebhookRemoved(subject=str(endpoint.id)), by=by)
    endpoint.delete()


def known_events() -> list[str]:
    """Every wire name that can be wished for, with the `kind.*` of each kind."""
    names = sorted(journal.events)
    return ["*", *sorted({f"{name.partition('.')[0]}.*" for name in names}), *names]


def _move(endpoint: WebhookEndpoint, status: WebhookEndpoint.Status) -> None:
    endpoint.status, endpoint.failures = status, 0
    endpoint.save(update_fields=["status", "failures"])


def _named(name: str) -> str:
    if not name.strip() or len(name) > 80:
        raise Invalid("name_invalid", _("Give it a name of at most 80 characters."), field="name")
    return name.strip()


def _address(url: str) -> str:
    try:
        egress.check_url(url.strip())
    except egress.Blocked as problem:
        message = _("Use an address that begins with https:// and is reachable from the internet.")
        raise Invalid("address_invalid", message, field="url") from problem
    if len(url) > 2000:
        raise Invalid("address_invalid", _("The address is too long."), field="url")
    return url.strip()


def _wished(names: Sequence[str]) -> list[str]:
    known = set(known_events())
    unknown = sorted(set(names) - known)
    if unknown or not names:
        raise Invalid("events_invalid", _("Choose events from the list."), field="events", unknown=unknown)
    return sorted(set(names))


def _fresh_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
