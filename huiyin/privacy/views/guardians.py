"""Pages for somebody under 14 who waits, and for the guardian who answers and acts for them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.accounts.models import Contact
from huiyin.core import idempotency, limits, toasts
from huiyin.core.errors import Refusal
from huiyin.core.idempotency import once_per_form
from huiyin.privacy import entrance, services
from huiyin.privacy.forms import AgeForm, GuardianAnswerForm, GuardianForm, ProofForm
from huiyin.privacy.selectors import guardians as reading
from huiyin.privacy.services import proof as proving
from huiyin.privacy.views.centre import somebody


@require_http_methods(["GET", "POST"])
@somebody
@once_per_form
def waiting(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Who is under 14 names a parent or guardian, and sees how it stands."""
    if not contact.is_minor:
        return redirect("privacy_centre")
    form = GuardianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_guardian(contact, form.cleaned_data["address"], by=contact.actor)
            return redirect("guardian_waiting")
        except Refusal as refusal:
            form.refuse(refusal)
    newest = reading.newest_of(contact)
    context = {"form": form, "newest": newest, "nonce": idempotency.forms_nonce()}
    context["address"] = reading.masked_address(newest) if newest else ""
    return render(request, "privacy/waiting.html", context, status=400 if form.errors else 200)


@require_POST
@somebody
@once_per_form
def age(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Somebody says in their privacy centre that they are under 14."""
    form = AgeForm(request.POST)
    if not form.is_valid():
        toasts.tell(request, _("Please choose the year in which you turn 14."), tone="bad")
        return redirect("privacy_centre")
    services.declare_minor(contact, until=form.cleaned_data["age"], by=contact.actor)
    return redirect("guardian_waiting")


@require_http_methods(["GET", "POST"])
@once_per_form
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """The guardian reads what we would do, and says yes or no; later they come back here."""
    limits.spend("follow.address", limits.client(request))
    row = reading.guardianship_behind(key)
    form = GuardianAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _answered(request, form, row)
            return redirect("guardian_answer", key)
        except Refusal as refusal:
            form.refuse(refusal)
    context = {**reading.page_of(row), "form": form, "key": key, "nonce": idempotency.forms_nonce()}
    return render(request, "privacy/guardian.html", context, status=400 if form.errors else 200)


@require_POST
@once_per_form
def withdrawal(request: HttpRequest, key: str) -> HttpResponse:
    """As easy as agreeing was: one press."""
    services.withdraw_agreement(reading.guardianship_behind(key), address=limits.client(request))
    toasts.tell(request, _("Your consent is withdrawn; the account is shut."), tone="good")
    return redirect("guardian_answer", key)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, key: str) -> HttpResponse:
    """Before anything of the child is shown, the guardian's address proves itself by a code."""
    row = reading.answering_behind(key)
    form, sent = ProofForm(request.POST or None), entrance.code_of(request.session)
    if request.method == "POST" and form.is_valid():
        limits.spend("privacy.proof", str(row.contact_id))
        if sent and proving.check_code_of_guardian(row, sent, form.cleaned_data["code"]):
            entrance.let_guardian_in(request.session, row.contact_id, row.id)
            return redirect("privacy_centre")
        form.add_error("code", _("This is not right."))
    context = {"form": form, "key": key, "is_sent": sent is not None, "address": reading.masked_address(row)}
    return render(request, "privacy/guardian_entry.html", context, status=400 if form.errors else 200)


@require_POST
def entry_code(request: HttpRequest, key: str) -> HttpResponse:
    row = reading.answering_behind(key)
    limits.spend("privacy.code", str(row.contact_id))
    entrance.remember_code(request.session, proving.send_code_to_guardian(row).id)
    return redirect("guardian_entry", key)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The guardian is done; this browser knows nothing of the child any more."""
    entrance.leave(request.session)
    return redirect("help_home")


def _answered(request: HttpRequest, form: GuardianAnswerForm, row: Any) -> None:
    if form.cleaned_data["answer"] == "no":
        services.decline(row)
    else:
        version = form.cleaned_data["version"]
        services.agree(row, text_version=version, address=limits.client(request))
