"""Showing what is masked: one message or one address at a time, for a reason, on record."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from huiyin.cases import policies
from huiyin.cases.forms.unmasking import UnmaskForm
from huiyin.cases.selectors import unmasking
from huiyin.core.access import requires
from huiyin.core.audit import reading


@requires(policies.sees_contacts_in_clear)
@require_http_methods(["GET", "HEAD", "POST"])
def message_original(request: HttpRequest, message: UUID) -> HttpResponse:
    user: Any = request.user
    row = unmasking.message_for(user, message)
    return _shown(request, f"message:{row.id}", row.body)


@requires(policies.sees_contacts_in_clear)
@require_http_methods(["GET", "HEAD", "POST"])
def identity_original(request: HttpRequest, identity: UUID) -> HttpResponse:
    user: Any = request.user
    row = unmasking.identity_for(user, identity)
    return _shown(request, f"identity:{row.id}", row.value)


def _shown(request: HttpRequest, thing: str, value: str) -> HttpResponse:
    """First the reason, then the value; reloading asks again."""
    form = UnmaskForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "value": ""}
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        reading.read(
            f"{thing.partition(':')[0]}.unmasked", thing, by=user.actor, reason=form.cleaned_data["reason"]
        )
        context["value"] = value
    return render(request, "cases/unmasking.html", context, status=400 if form.errors else 200)
