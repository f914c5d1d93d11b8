"""Coming in with an account of another service, and linking one to one's own."""

import json
import secrets
import time
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts import arrivals, federation, terms
from huiyin.accounts.federation import Known, Service, Visit
from huiyin.accounts.forms.door import JoinForm
from huiyin.accounts.forms.entering import NEXT, enter
from huiyin.accounts.models import Door
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import linked, registration
from huiyin.accounts.views.common import fresh, wanted
from huiyin.accounts.views.joining import application
from huiyin.core import crypto, limits
from huiyin.core.errors import Invalid, NotFound, Refusal

VISIT, MET = "linked.visit", "linked.met"
GOOD_FOR = 600
SEALED_FOR = b"session\x1flinked"


@require_POST
def linked_start(request: HttpRequest, service: str) -> HttpResponse:
    """To the other service and back, to come in."""
    limits.spend("sign_in.address", limits.client(request))
    request.session[NEXT] = wanted(request)
    return _leave(request, _service(service), purpose="enter")


@require_POST
@fresh
def linked_addition(request: HttpRequest, service: str) -> HttpResponse:
    """To the other service and back, to link it; only right after a proof that it is still the same person."""
    return _leave(request, _service(service), purpose=f"link {request.user.pk}")


@require_GET
def linked_return(request: HttpRequest, service: str) -> HttpResponse:
    """Back again: the state has to be the one that left in this browser, and works once."""
    chosen, kept = _service(service), request.session.pop(VISIT, None)
    state = request.GET.get("state", "")
    if not kept or kept["service"] != chosen.key or time.time() - kept["at"] > GOOD_FOR:
        raise Invalid("visit_over", "")
    visit = Visit(**kept["visit"])
    if not constant_time_compare(state, visit.state):
        raise Invalid("visit_over", "")
    if "code" not in request.GET:
        return redirect("account_login")
    known = federation.finish(chosen, visit, request.GET["code"][:2000])
    if kept["purpose"] == "enter":
        return _met(request, known)
    return _linked(request, known, kept["purpose"])


@require_http_methods(["GET", "POST"])
def linked_join(request: HttpRequest) -> HttpResponse:
    """Nobody here has this account elsewhere yet: agree to the privacy policy, and there is one."""
    if MET not in request.session:
        return redirect("account_login")
    known = Known(**json.loads(crypto.unseal(request.session[MET], SEALED_FOR)))
    service = _service(known.service)
    form = JoinForm(request.POST or None, initial={"name": known.label})
    if request.method == "POST" and form.is_valid():
        try:
            user = registration.sign_up(application(form, linked=known), arrival=arrivals.of(request))
            del request.session[MET]
            return enter(request, user, door=Door.SOCIAL, after=request.session.pop(NEXT, ""))
        except Refusal as refusal:
            form.refuse(refusal)
    context = {
        "form": form,
        "service": federation.title(service),
        "label": known.label,
        "terms": terms.current(),
    }
    return render(request, "accounts/linked_join.html", context, status=400 if form.errors else 200)


@require_GET
def linked_accounts(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    rows, known = doors.linked_accounts_of(user), federation.services()
    names = {key: federation.title(service) for key, service in known.items()}
    context = {
        "rows": [{"row": row, "name": names.get(row.provider, row.provider)} for row in rows],
        "more": [
            button(known[key], "account_linked_addition") for key in known.keys() - {r.provider for r in rows}
        ],
        "tab": "linked",
    }
    return render(request, "accounts/linked_accounts.html", context)


@require_POST
@fresh
def linked_removal(request: HttpRequest, linked_account: UUID) -> HttpResponse:
    user: Any = request.user
    linked.unlink(doors.linked_account_of(user, linked_account), by=user.actor)
    return redirect("account_linked")


def button(service: Service, route: str = "account_linked_start") -> dict[str, str]:
    icon = federation.DIALECTS[service.provider].icon
    return {"url": reverse(route, args=[service.key]), "icon": icon, "name": federation.title(service)}


def _service(key: str) -> Service:
    found = federation.services().get(key)
    if found is None:
        raise NotFound("service_absent", "")
    return found


def _leave(request: HttpRequest, service: Service, *, purpose: str) -> HttpResponse:
    """A page that leads on, since the content policy lets no form of ours end at somebody else's address."""
    visit = Visit(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        callback=f"{settings.ORIGIN}{reverse('account_linked_return', args=[service.key])}",
        in_app="MicroMessenger" in request.headers.get("User-Agent", ""),
    )
    target = federation.begin(service, visit)
    request.session[VISIT] = {
        "service": service.key,
        "visit": asdict(visit),
        "purpose": purpose,
        "at": time.time(),
    }
    context = {"target": target, "service": federation.title(service)}
    return render(request, "accounts/leaving.html", context)


def _met(request: HttpRequest, known: Known) -> HttpResponse:
    row = doors.linked_account(known)
    if row is None:
        request.session[MET] = crypto.seal(json.dumps(asdict(known)).encode(), SEALED_FOR)
        return redirect("account_linked_join")
    linked.note_use(row)
    return enter(request, row.user, door=Door.SOCIAL, after=request.session.pop(NEXT, ""))


def _linked(request: HttpRequest, known: Known, purpose: str) -> HttpResponse:
    """The person who left to link must be the one who comes back."""
    user: Any = request.user
    if not user.is_authenticated or purpose != f"link {user.pk}":
        raise Invalid("visit_over", "")
    linked.link(user, known, by=user.actor)
    return redirect("account_linked")
