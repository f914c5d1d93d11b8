"""The floor's own JSON operations: webhooks and attachments. The manners that all share are in `rest`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from huiyin.core import attachments, limits, rest
from huiyin.core.errors import Forbidden
from huiyin.core.models import Attachment, WebhookDelivery, WebhookEndpoint
from huiyin.core.paging import cursor_page
from huiyin.core.policies import can_manage_webhooks
from huiyin.core.webhooks import endpoints, outbox

router = Router()


class EndpointIn(rest.Input):
    name: str = Field(min_length=1, max_length=80)
    url: str = Field(min_length=1, max_length=2000)
    events: list[str] = Field(min_length=1, max_length=200)


class EndpointOut(Schema):
    id: UUID
    name: str
    url: str
    events: list[str]
    status: str
    created_at: datetime


class EndpointCreated(EndpointOut):
    secret: str


class Endpoints(Schema):
    items: list[EndpointOut]
    next: str | None


class DeliveryOut(Schema):
    id: UUID
    event: str
    event_id: str
    status: str
    attempts: int
    last_status: int | None
    last_error: str
    next_at: datetime | None
    at: datetime


class Deliveries(Schema):
    items: list[DeliveryOut]
    next: str | None


class ReplayIn(rest.Input):
    since: rest.Moment


class AttachmentOut(Schema):
    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


class ManagerAuth(rest.TokenAuth):
    """A token with the scope whose user may manage webhooks."""

    def authenticate(self, request: HttpRequest, token: str) -> rest.Token:
        found = super().authenticate(request, token)
        if not can_manage_webhooks(found.user):
            raise Forbidden("not_allowed", "")
        return found


managers = ManagerAuth("webhooks:write")
writers = rest.TokenAuth("voices:write", "cases:write", "contacts:act")


@router.post("/attachments", response={201: AttachmentOut}, auth=writers, tags=["attachments"])
def attachment_create(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """One file, to be named in a voice or a reply within a day."""
    limits.spend("files.upload", str(request.auth.pk))  # type: ignore[attr-defined]
    return rest.answer(_attachment(attachments.store(file, by=request.user.actor)), 201)  # type: ignore[union-attr]


@router.get("/webhooks", response=Endpoints, auth=managers, tags=["webhooks"])
def webhooks_list(
    request: HttpRequest, cursor: str = "", limit: int = Query(50, ge=1, le=100)
) -> HttpResponse:
    page = cursor_page(endpoints.endpoints_for(request.user), order=["-id"], cursor=cursor, limit=limit)
    return rest.answer({"items": [_endpoint(row) for row in page.items], "next": page.next})


@router.post("/webhooks", response={201: EndpointCreated}, auth=managers, tags=["webhooks"])
def webhook_create(request: HttpRequest, body: EndpointIn) -> HttpResponse:
    """The answer holds the signing secret, this once."""
    row = endpoints.create(name=body.name, url=body.url, event_names=body.events, by=_actor(request))
    return rest.answer({**_endpoint(row), "secret": row.secret}, 201)


@router.get("/webhooks/{uuid:webhook}", response=EndpointOut, auth=managers, tags=["webhooks"])
def webhook_read(request: HttpRequest, webhook: UUID) -> HttpResponse:
    return rest.answer(_endpoint(endpoints.endpoint_for(request.user, webhook)))


@router.put("/webhooks/{uuid:webhook}", response=EndpointOut, auth=managers, tags=["webhooks"])
def webhook_change(request: HttpRequest, webhook: UUID, body: EndpointIn) -> HttpResponse:
    row = endpoints.endpoint_for(request.user, webhook)
    endpoints.change(row, name=body.name, url=body.url, event_names=body.events, by=_actor(request))
    return rest.answer(_endpoint(row))


@router.delete("/webhooks/{uuid:webhook}", response={204: None}, auth=managers, tags=["webhooks"])
def webhook_remove(request: HttpRequest, webhook: UUID) -> HttpResponse:
    endpoints.remove(endpoints.endpoint_for(request.user, webhook), by=_actor(request))
    return HttpResponse(status=204)


@router.get("/webhooks/{uuid:webhook}/deliveries", response=Deliveries, auth=managers, tags=["webhooks"])
def deliveries_list(
    request: HttpRequest, webhook: UUID, cursor: str = "", limit: int = Query(50, ge=1, le=100)
) -> HttpResponse:
    rows = outbox.deliveries_of(endpoints.endpoint_for(request.user, webhook))
    page = cursor_page(rows, order=["-id"], cursor=cursor, limit=limit)
    return rest.answer({"items": [_delivery(row) for row in page.items], "next": page.next})


@router.post("/webhooks/{uuid:webhook}/pings", response={202: DeliveryOut}, auth=managers, tags=["webhooks"])
def ping_create(request: HttpRequest, webhook: UUID) -> HttpResponse:
    """A test message, `webhook.ping`."""
    row = endpoints.endpoint_for(request.user, webhook)
    return rest.answer(_delivery(outbox.ping(row, by=request.user.actor)), 202)  # type: ignore[union-attr]


@router.post("/webhooks/{uuid:webhook}/replays", response={202: None}, auth=managers, tags=["webhooks"])
def replay_create(request: HttpRequest, webhook: UUID, body: ReplayIn) -> HttpResponse:
    """Tell everything since a moment again, under the first ids."""
    row = endpoints.endpoint_for(request.user, webhook)
    outbox.replay_since(row, since=body.since, by=_actor(request))
    return HttpResponse(status=202)


def _actor(request: HttpRequest) -> Any:
    return request.user.actor  # type: ignore[union-attr]


def _endpoint(row: WebhookEndpoint) -> dict[str, Any]:
    names = ("id", "name", "url", "events", "status", "created_at")
    return {name: getattr(row, name) for name in names}


def _delivery(row: WebhookDelivery) -> dict[str, Any]:
    names = ("id", "event_id", "status", "attempts", "last_status", "last_error", "next_at", "at")
    return {"event": row.event_name, **{name: getattr(row, name) for name in names}}


def _attachment(row: Attachment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "name", "media_type", "size", "sha256")}
