"""Pages about an age that was told by mistake, for those who answer for privacy."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.accounts import selectors as people
from huiyin.core import idempotency, toasts
from huiyin.core.access import requires
from huiyin.core.errors import Refusal
from huiyin.core.idempotency import once_per_form
from huiyin.privacy import services
from huiyin.privacy.forms import AgeCorrectionForm
from huiyin.privacy.policies import can_correct_age
from huiyin.privacy.selectors import guardians as reading


@require_http_methods(["GET", "POST"])
@requires(can_correct_age)
@once_per_form
def age_correction(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Somebody was never under 14: who stands for them, what happens, and how we know."""
    user: Any = request.user
    contact = people.contact_for(user, contact_id)
    if not contact.is_minor:
        return redirect("contact_detail", contact.id)
    form = AgeCorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_age(contact, reason=form.cleaned_data["reason"], by=user)
            toasts.tell(request, _("The age is corrected, and the person is told."), tone="good")
            return redirect("contact_detail", contact.id)
        except Refusal as refusal:
            form.refuse(refusal)
    context = {**reading.correction_of(contact), "form": form, "nonce": idempotency.forms_nonce()}
    return render(request, "privacy/age_correction.html", context, status=400 if form.errors else 200)
