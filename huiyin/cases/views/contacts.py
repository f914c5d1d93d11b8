"""People whom we serve, with their cases."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiyin.accounts import selectors as people
from huiyin.cases import policies
from huiyin.cases.selectors import contacts
from huiyin.core.access import requires


@requires(policies.can_read_cases)
@require_GET
def contact_list(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:254]
    page = contacts.page(request.user, text, cursor=request.GET.get("cursor", ""))  # type: ignore[arg-type]
    return render(request, "cases/contact_list.html", {"text": text, **page})


@requires(policies.can_read_cases)
@require_GET
def contact_detail(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    user: Any = request.user
    contact = people.contact_for(user, contact_id)
    return render(request, "cases/contact_detail.html", contacts.one(user, contact))
