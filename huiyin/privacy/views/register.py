"""The company's side of privacy: register, data map, retention, recipients."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.core import audit, sheets
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.paging import cursor_page
from huiyin.privacy import services
from huiyin.privacy.forms import RuleForm, TransferForm
from huiyin.privacy.policies import can_govern_privacy, can_see_privacy
from huiyin.privacy.selectors import register as reading

sees = requires(can_see_privacy)
governs = requires(can_govern_privacy)


@require_GET
@sees
def requests(request: HttpRequest) -> HttpResponse:
    status = request.GET.get("status", "")
    page = cursor_page(reading.requests(status), order=["-asked_at", "-id"], cursor=request.GET.get("cursor"))
    context = {"page": page, "status": status, "figures": reading.figures(), "tab": "register"}
    return render(request, "privacy/register.html", context)


@require_GET
@sees
def requests_csv(request: HttpRequest) -> StreamingHttpResponse:
    _record_export(request, "privacy.requests_exported")
    return _csv("privacy-requests.csv", reading.request_lines())


@require_GET
@sees
def data_map(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/map.html", {"columns": reading.data_map(), "tab": "map"})


@require_GET
@sees
def data_map_csv(request: HttpRequest) -> StreamingHttpResponse:
    _record_export(request, "privacy.map_exported")
    return _csv("data-map.csv", reading.map_lines())


@require_http_methods(["GET", "POST"])
@sees
def retention(request: HttpRequest) -> HttpResponse:
    """How long each class is kept; what the last runs removed."""
    form = RuleForm(request.POST or None)
    if request.method == "POST" and may_govern(request) and form.is_valid():
        try:
            services.keep_for(**form.cleaned_data, by=request.user.actor)  # type: ignore[union-attr]
            return redirect("privacy_retention")
        except Invalid as refusal:
            form.add_error("days", refusal.message)
    context = {"rules": reading.rules(), "runs": reading.runs(), "form": form}
    return _governed(request, "privacy/retention.html", {**context, "tab": "retention"}, form)


@require_POST
@governs
def retention_run(request: HttpRequest) -> HttpResponse:
    """Count, or remove, now."""
    by = request.user.actor  # type: ignore[union-attr]
    services.run_retention(is_dry=request.POST.get("dry") == "1", by=by)
    return redirect("privacy_retention")


@require_http_methods(["GET", "POST"])
@sees
def recipients(request: HttpRequest) -> HttpResponse:
    """Who receives personal data outside the company."""
    form = TransferForm(request.POST or None)
    if request.method == "POST" and may_govern(request) and form.is_valid():
        try:
            services.declare(form.cleaned_data, by=request.user)  # type: ignore[arg-type]
            return redirect("privacy_recipients")
        except (Invalid, Conflict) as refusal:
            form.add_error(refusal.data["field"], refusal.message)
    context = {"recipients": reading.recipients(), "form": form, "tab": "recipients"}
    return _governed(request, "privacy/recipients.html", context, form)


@require_POST
@governs
def recipient_end(request: HttpRequest, transfer: UUID) -> HttpResponse:
    services.end_transfer(transfer, by=request.user.actor)  # type: ignore[union-attr]
    return redirect("privacy_recipients")


def may_govern(request: HttpRequest) -> bool:
    """Seeing is not changing. Raises Forbidden."""
    return requires(can_govern_privacy)(lambda asked: True)(request)  # type: ignore[arg-type, return-value]


def _governed(request: HttpRequest, template: str, context: dict[str, Any], form: Any) -> HttpResponse:
    may = can_govern_privacy(request.user)
    return render(request, template, {**context, "may": may}, status=400 if form.errors else 200)


def _record_export(request: HttpRequest, action: str) -> None:
    audit.record(action, "privacy:", by=request.user.actor)  # type: ignore[union-attr]


def _csv(name: str, rows: Iterator[list[str]]) -> StreamingHttpResponse:
    return sheets.download(name, next(rows), rows)
