"""The privacy centre: what is held, what was agreed to, a copy, the end."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts.models import Contact
from huiyin.core import idempotency, limits, persons
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid, NotFound
from huiyin.core.idempotency import once_per_form
from huiyin.privacy import entrance, links, printing, selectors, services
from huiyin.privacy.forms import AgeForm, CorrectionForm, ProofForm
from huiyin.privacy.selectors import centre as reading
from huiyin.privacy.selectors import purposes
from huiyin.privacy.services import proof as proving

CHANNEL = "privacy_centre"
AFTER_PROOF = {"export": "privacy_export", "deletion": "privacy_deletion"}
View = Callable[..., Any]


def somebody(view: View) -> View:
    """The view gets the contact who is here; whoever is nobody learns how to come in."""

    @wraps(view)
    def known(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        contact = _contact(request)
        if contact is None:
            return render(request, "privacy/unknown.html")
        return view(request, contact, *args, **kwargs)

    return known


def proved(then: str) -> Callable[[View], View]:
    """The person has shown within the last quarter of an hour that it is them; else they are asked to."""

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(request: HttpRequest, contact: Contact, *args: Any, **kwargs: Any) -> Any:
            if not entrance.has_proved(request.session, contact.id):
                if found := entrance.guardian(request.session):
                    return redirect("guardian_entry", links.key_of(found))
                return redirect(f"{reverse('privacy_proof')}?{urlencode({'then': then})}")
            return view(request, contact, *args, **kwargs)

        return asked

    return decorate


@require_GET
@somebody
def centre(request: HttpRequest, contact: Contact) -> HttpResponse:
    return _centre(request, contact, CorrectionForm({"name": contact.name, "city": contact.city}))


@require_GET
def by_key(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody without an account comes in by the key of their own request."""
    limits.spend("follow.address", limits.client(request))
    contact = persons.behind(key)
    if contact is None:
        raise NotFound("link_invalid", "")
    entrance.let_in(request.session, contact)
    return redirect("privacy_centre")


@require_POST
@somebody
@once_per_form
def consent(request: HttpRequest, contact: Contact) -> HttpResponse:
    """One switch; on shows the words of its version beside it."""
    purpose = request.POST.get("purpose", "")
    if not purposes.is_known(purpose):
        raise Invalid("purpose_unknown", _("There is no such purpose."), field="purpose")
    how: dict[str, Any] = {"channel": CHANNEL, "address": limits.client(request), "by": contact.actor}
    if request.POST.get("on") == "1":
        version = request.POST.get("version", "")
        services.give_consent(
            contact, purpose, text_version=int(version) if version.isdigit() else None, **how
        )
    else:
        services.withdraw(contact, purpose, **how)
    return redirect(f"{reverse('privacy_centre')}#choices")


@require_POST
@somebody
@once_per_form
def correction(request: HttpRequest, contact: Contact) -> HttpResponse:
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _centre(request, contact, form, status=400)
    services.correct_own(contact, **form.cleaned_data, by=_doer(request, contact))
    return redirect("privacy_centre")


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
@somebody
def proof(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Show that it is you: the password of the account, or a code to an address that we know."""
    then = request.POST.get("then") or request.GET.get("then") or ""
    form = ProofForm(request.POST or None)
    if request.method == "POST":
        limits.spend("privacy.proof", str(contact.id))
        if form.is_valid() and _is_proof(request, contact, form):
            entrance.prove(request.session, contact.id)
            return redirect(AFTER_PROOF.get(then, "privacy_centre"))
        form.add_error("code" if entrance.code_of(request.session) else "password", _("This is not right."))
    return _proof_page(request, contact, form, then)


@require_POST
@somebody
def proof_code(request: HttpRequest, contact: Contact) -> HttpResponse:
    limits.spend("privacy.code", str(contact.id))
    entrance.remember_code(request.session, proving.send_code(contact).id)
    return redirect(f"{reverse('privacy_proof')}?{urlencode({'then': request.POST.get('then', '')})}")


@require_http_methods(["GET", "POST"])
@somebody
@proved("export")
@once_per_form
def export(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Ask for a copy, see how far it is, fetch it."""
    if request.method == "POST":
        services.ask_export(contact, channel=CHANNEL, by=_doer(request, contact))
        return redirect("privacy_export")
    context = {**reading.export_page(contact), "nonce": idempotency.forms_nonce()}
    return render(request, "privacy/export.html", context)


@require_GET
@somebody
@proved("export")
def download(request: HttpRequest, contact: Contact, export_id: UUID) -> FileResponse:
    """The copy itself, for this person alone, while it is kept."""
    found = reading.export_of(contact, export_id)
    name = f"personal-data-{found.made_at:%Y%m%d}.zip"
    return FileResponse(
        services.opened(found), as_attachment=True, filename=name, content_type="application/zip"
    )


@require_http_methods(["GET", "POST"])
@somebody
@proved("deletion")
@once_per_form
def deletion(request: HttpRequest, contact: Contact) -> HttpResponse:
    """What deletion means and what is still owed; the word itself."""
    error = ""
    if request.method == "POST":
        if request.POST.get("understood") == "on":
            services.ask_deletion(contact, channel=CHANNEL, by=_doer(request, contact))
            return redirect("privacy_deletion")
        error = _("Please confirm that you have read what deletion means.")
    context = {**reading.deletion_page(contact), "error": error, "nonce": idempotency.forms_nonce()}
    return render(request, "privacy/deletion.html", context, status=400 if error else 200)


@require_POST
@somebody
def deletion_cancel(request: HttpRequest, contact: Contact) -> HttpResponse:
    erasure = reading.waiting_erasure(contact)
    if erasure is None:
        raise NotFound("deletion_absent", "")
    services.cancel_deletion(erasure, by=_doer(request, contact))
    return redirect("privacy_centre")


@require_GET
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """What was erased and when; it names nobody, and its number is the key to it."""
    return render(request, "privacy/certificate.html", {"erasure": reading.certificate(code)})


@require_GET
def certificate_file(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a signed file to keep; `huiyin privacy verify` tells whether it is ours and unchanged."""
    made = reading.certificate_file(code)
    answer = HttpResponse(
        json.dumps(made, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="deletion-{made["number"][:12]}.json"'
    return answer


@require_GET
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The same on paper, in every language, with the signed file inside."""
    made = reading.certificate_file(code)
    answer = HttpResponse(printing.certificate(made), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="deletion-{made["number"][:12]}.pdf"'
    return answer


def _centre(request: HttpRequest, contact: Contact, form: CorrectionForm, status: int = 200) -> HttpResponse:
    context = {**reading.page(contact), "form": form, "nonce": idempotency.forms_nonce()}
    context |= {"age_form": AgeForm(), "guardian": entrance.guardian(request.session)}
    return render(request, "privacy/centre.html", context, status=status)


def _contact(request: HttpRequest) -> Contact | None:
    """A guardian acts for the child, as long as it is one, whatever account of their own is signed in here."""
    guardian = entrance.guardian(request.session)
    if request.user.is_authenticated and not guardian:
        return services.contact_of(request.user)
    known = entrance.who(request.session)
    contact = selectors.contact_named(known) if known else None
    return None if contact and guardian and not contact.is_minor else contact


def _doer(request: HttpRequest, contact: Contact) -> Actor:
    found = entrance.guardian(request.session)
    return Actor("guardian", str(found)) if found else contact.actor


def _is_proof(request: HttpRequest, contact: Contact, form: ProofForm) -> bool:
    code, given = entrance.code_of(request.session), form.cleaned_data
    if given["code"] and code:
        return proving.check_code(contact, code, given["code"])
    return bool(given["password"]) and proving.check_password(contact, given["password"])


def _proof_page(request: HttpRequest, contact: Contact, form: ProofForm, then: str) -> HttpResponse:
    known = proving.way_of(contact)
    context = {
        "form": form,
        "then": then,
        "has_password": proving.has_password(contact),
        "address": selectors.masked(known) if known else "",
        "is_sent": entrance.code_of(request.session) is not None,
    }
    return render(request, "privacy/proof.html", context, status=400 if form.errors else 200)
