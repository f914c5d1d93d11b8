"""What personal data may be used for: the product's purposes, and those that the company adds, enforces, retires."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.core import idempotency, toasts
from huiyin.core.access import requires
from huiyin.core.errors import Refusal
from huiyin.core.idempotency import once_per_form
from huiyin.privacy import services
from huiyin.privacy.forms import PurposeForm
from huiyin.privacy.policies import can_rule_purposes, can_see_privacy, can_see_purposes
from huiyin.privacy.selectors import purposes as reading

sees = requires(can_see_purposes)
rules = requires(can_rule_purposes)


@require_http_methods(["GET", "POST"])
@sees
@once_per_form
def purposes(request: HttpRequest) -> HttpResponse:
    """Every purpose with the version of its words, and a new one."""
    form = PurposeForm(request.POST or None)
    may = can_rule_purposes(request.user)
    if request.method == "POST" and may and form.is_valid():
        try:
            services.add_purpose(**form.given(), by=_me(request))
            toasts.tell(request, _("The purpose is a draft; nobody is asked yet."), tone="good")
            return redirect("privacy_purposes")
        except Refusal as refusal:
            form.add_error(refusal.data.get("field"), refusal.message)
    shown = {"form": form, "may": may, "tab": "purposes", "sees_all": can_see_privacy(request.user)}
    context = {**reading.page(), **shown, "nonce": idempotency.forms_nonce()}
    return render(request, "privacy/purposes.html", context, status=400 if form.errors else 200)


@require_POST
@rules
def purpose_enforcement(request: HttpRequest, key: str) -> HttpResponse:
    services.enforce_purpose(reading.purpose_named(key), by=_me(request))
    toasts.tell(request, _("People are asked from now on."), tone="good")
    return redirect("privacy_purposes")


@require_POST
@rules
def purpose_retirement(request: HttpRequest, key: str) -> HttpResponse:
    services.retire_purpose(reading.purpose_named(key), by=_me(request))
    toasts.tell(request, _("Nothing is allowed by this purpose any more."), tone="good")
    return redirect("privacy_purposes")


def _me(request: HttpRequest) -> Any:
    return request.user
