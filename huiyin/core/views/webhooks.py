"""Other systems that hear our facts: the list, one endpoint with what it was told, and telling again."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.core.access import requires
from huiyin.core.errors import Invalid
from huiyin.core.forms import EndpointForm, ReplayForm
from huiyin.core.models import WebhookDelivery, WebhookEndpoint
from huiyin.core.paging import cursor_page
from huiyin.core.policies import can_manage_webhooks
from huiyin.core.webhooks import endpoints, outbox

manages = requires(can_manage_webhooks)


@require_http_methods(["GET", "HEAD", "POST"])
@manages
def webhooks_list(request: HttpRequest) -> HttpResponse:
    """The endpoints, and the form for one more."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = endpoints.create(**form.given(), by=request.user.actor)  # type: ignore[union-attr]
            return redirect("webhook", row.id)
        except Invalid as refusal:
            form.add_error(refusal.data["field"], refusal.message)
    page = cursor_page(endpoints.endpoints_for(request.user), order=["-id"], cursor=request.GET.get("cursor"))
    shown = {"form": form, "page": page, **_paging(request, page.next)}
    return render(request, "core/webhooks_list.html", shown, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@manages
def webhook_detail(request: HttpRequest, webhook: UUID) -> HttpResponse:
    """One endpoint: its settings, its secret, what it was told."""
    row = endpoints.endpoint_for(request.user, webhook)
    form = EndpointForm(request.POST or {"name": row.name, "url": row.url, "events": row.events})
    if request.method == "POST" and form.is_valid():
        try:
            endpoints.change(row, **form.given(), by=request.user.actor)  # type: ignore[union-attr]
            return redirect("webhook", row.id)
        except Invalid as refusal:
            form.add_error(refusal.data["field"], refusal.message)
    return _detail(request, row, form)


@require_POST
@manages
def ping(request: HttpRequest, webhook: UUID) -> HttpResponse:
    row = endpoints.endpoint_for(request.user, webhook)
    outbox.ping(row, by=request.user.actor)  # type: ignore[union-attr]
    return redirect("webhook", webhook)


@require_POST
@manages
def replay_since(request: HttpRequest, webhook: UUID) -> HttpResponse:
    form = ReplayForm(request.POST)
    if not form.is_valid():
        raise Invalid("since_invalid", _("Choose a date and a time."), field="since")
    row = endpoints.endpoint_for(request.user, webhook)
    outbox.replay_since(row, since=form.moment, by=request.user.actor)  # type: ignore[union-attr]
    return redirect("webhook", webhook)


@require_POST
@manages
def replay(request: HttpRequest, webhook: UUID, delivery: UUID) -> HttpResponse:
    row = endpoints.endpoint_for(request.user, webhook)
    outbox.replay(outbox.delivery_of(row, delivery), by=request.user.actor)  # type: ignore[union-attr]
    return redirect("webhook", webhook)


@require_POST
@manages
def pause(request: HttpRequest, webhook: UUID) -> HttpResponse:
    endpoints.pause(endpoints.endpoint_for(request.user, webhook), by=request.user.actor)  # type: ignore[union-attr]
    return redirect("webhook", webhook)


@require_POST
@manages
def resumption(request: HttpRequest, webhook: UUID) -> HttpResponse:
    endpoints.resume(endpoints.endpoint_for(request.user, webhook), by=request.user.actor)  # type: ignore[union-attr]
    return redirect("webhook", webhook)


@require_POST
@manages
def secret(request: HttpRequest, webhook: UUID) -> HttpResponse:
    row = endpoints.endpoint_for(request.user, webhook)
    endpoints.renew_secret(row, by=request.user.actor)  # type: ignore[union-attr]
    return redirect("webhook", webhook)


@require_http_methods(["GET", "HEAD", "POST"])
@manages
def removal(request: HttpRequest, webhook: UUID) -> HttpResponse:
    """Asks once, then forgets the endpoint."""
    row = endpoints.endpoint_for(request.user, webhook)
    if request.method == "POST":
        endpoints.remove(row, by=request.user.actor)  # type: ignore[union-attr]
        return redirect("webhooks")
    return render(request, "core/webhook_remove.html", {"endpoint": row})


def _detail(request: HttpRequest, row: WebhookEndpoint, form: EndpointForm) -> HttpResponse:
    status = request.GET.get("status", "")
    status = status if status in WebhookDelivery.Status.values else ""
    rows = outbox.deliveries_of(row, status=status)
    page = cursor_page(rows, order=["-id"], cursor=request.GET.get("cursor"))
    shown = {
        "endpoint": row,
        "form": form,
        "replay_form": ReplayForm(),
        "status": status,
        "statuses": _statuses(),
        "page": page,
        **_paging(request, page.next),
    }
    wrong = request.method == "POST" and form.errors
    return render(request, "core/webhook_detail.html", shown, status=400 if wrong else 200)


def _statuses() -> list[tuple[str, str]]:
    kinds = WebhookDelivery.Status
    named = [(kinds.WAITING, _("Waiting")), (kinds.DELIVERED, _("Delivered")), (kinds.DEAD, _("Gave up"))]
    return [("", _("All")), *((kind.value, label) for kind, label in named)]


def _paging(request: HttpRequest, following: str | None) -> dict[str, str]:
    here = {"status": request.GET["status"]} if request.GET.get("status") else {}
    onward = f"?{urlencode({**here, 'cursor': following})}" if following else ""
    return {"next_url": onward, "first_url": f"?{urlencode(here)}" if request.GET.get("cursor") else ""}
