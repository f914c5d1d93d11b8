"""What those who answer for privacy decide: whom the law makes us keep, what people are asked, what was judged."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.core import idempotency, toasts
from huiyin.core.errors import Refusal
from huiyin.core.idempotency import once_per_form
from huiyin.privacy import services
from huiyin.privacy.forms import AssessmentForm, HoldForm, TextForm
from huiyin.privacy.policies import can_govern_privacy
from huiyin.privacy.selectors import governing as reading
from huiyin.privacy.views.register import governs, may_govern, sees


@require_http_methods(["GET", "POST"])
@sees
def holds(request: HttpRequest) -> HttpResponse:
    """Whom the law makes us keep for now."""
    form = HoldForm(request.POST or None)
    if request.method == "POST" and may_govern(request) and form.is_valid():
        try:
            services.hold(form.found, reason=form.cleaned_data["reason"], by=_me(request))
            toasts.tell(request, _("Nothing of this person is removed from now on."), tone="good")
            return redirect("privacy_holds")
        except Refusal as refusal:
            form.add_error("person", refusal.message)
    return _page(request, "holds", form, holds=reading.holds()[:200])


@require_POST
@governs
def hold_end(request: HttpRequest, key: UUID) -> HttpResponse:
    services.end_hold(key, by=_me(request))
    toasts.tell(request, _("The hold is lifted."), tone="good")
    return redirect("privacy_holds")


@require_http_methods(["GET", "POST"])
@sees
def texts(request: HttpRequest) -> HttpResponse:
    """What people are asked, purpose by purpose; new words become the next version."""
    form = TextForm(request.POST or None)
    if request.method == "POST" and may_govern(request) and form.is_valid():
        try:
            made = services.publish_text(**form.cleaned_data, by=_me(request).actor)
            words = _("Version %(version)s is in force. It is shown from now on.")
            toasts.tell(request, words % {"version": made.version}, tone="good")
            return redirect("privacy_texts")
        except Refusal as refusal:
            form.add_error(refusal.data.get("field"), refusal.message)
    return _page(request, "texts", form, texts=reading.texts())


@require_http_methods(["GET", "POST"])
@sees
@once_per_form
def assessments(request: HttpRequest) -> HttpResponse:
    """Impact assessments, newest first, and a new one."""
    form = AssessmentForm(request.POST or None)
    if request.method == "POST" and may_govern(request) and form.is_valid():
        try:
            made = services.assess(form.cleaned_data, by=_me(request))
            return redirect("privacy_assessment", made.id)
        except Refusal as refusal:
            form.add_error(refusal.data.get("field"), refusal.message)
    return _page(request, "assessments", form, assessments=reading.assessments()[:200])


@require_GET
@sees
def assessment(request: HttpRequest, key: UUID) -> HttpResponse:
    """One assessment whole, to be read and printed."""
    shown = {"assessment": reading.assessment(key), "tab": "assessments"}
    return render(request, "privacy/assessment.html", shown)


def _page(request: HttpRequest, name: str, form: Any, **shown: Any) -> HttpResponse:
    context = {
        **shown,
        "form": form,
        "tab": name,
        "may": can_govern_privacy(request.user),
        "nonce": idempotency.forms_nonce(),
    }
    return render(request, f"privacy/{name}.html", context, status=400 if form.errors else 200)


def _me(request: HttpRequest) -> Any:
    return request.user
