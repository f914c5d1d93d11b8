"""The contact's own side: one case behind its key, and the list of those opened in this browser."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.accounts.selectors.sites import visitor_of
from huiyin.cases import remembered, selectors, services
from huiyin.cases.models import Case
from huiyin.cases.selectors import follow as following
from huiyin.cases.selectors.detail import masked, shown_of
from huiyin.cases.selectors.own import requests_of
from huiyin.cases.services import telling
from huiyin.conversations.models import Way
from huiyin.core import attachments, idempotency, limits
from huiyin.core.errors import Invalid, Refusal, TooLarge, Unsupported
from huiyin.core.idempotency import once_per_form
from huiyin.core.numbers import whole


@require_GET
def follow(request: HttpRequest, key: str) -> HttpResponse:
    """The page of one case. Reading it records nothing but, in this browser, that the link is known here."""
    limits.spend("follow.address", limits.client(request))
    case = selectors.followed(key)
    remembered.remember(request.session, key)
    return _page(request, case, key)


@require_POST
@once_per_form
def follow_message(request: HttpRequest, key: str) -> HttpResponse:
    limits.spend("follow.address", limits.client(request))
    case = selectors.followed(key)
    by = case.contact.actor
    try:
        files = attachments.store_all(request.FILES.getlist("files"), by=by)
        ids = tuple(file.id for file in files)
        services.hear_again(case, request.POST.get("text", ""), files=ids, by=by)
    except (Invalid, TooLarge, Unsupported) as refusal:
        return _page(request, case, key, refusal=refusal)
    return redirect("follow", key=key)


@require_POST
@once_per_form
def follow_confirmation(request: HttpRequest, key: str) -> HttpResponse:
    limits.spend("follow.address", limits.client(request))
    case = selectors.followed(key)
    said = {"yes": services.confirm, "no": services.dispute}.get(request.POST.get("settled", ""))
    try:
        if said is None:
            raise Invalid("answer_missing", _("Please choose yes or no."), field="settled")
        score, comment = whole(request.POST.get("score", "")), request.POST.get("comment", "")
        said(case, score=score, comment=comment, by=case.contact.actor)
    except Invalid as refusal:
        return _page(request, case, key, refusal=refusal)
    return redirect("follow", key=key)


@require_POST
def follow_notices(request: HttpRequest, key: str) -> HttpResponse:
    """How the user wants to be told of each step from now on, or not at all beside this page."""
    limits.spend("follow.address", limits.client(request))
    case = selectors.followed(key)
    try:
        telling.choose(case, request.POST.get("way", ""), by=case.contact.actor)
    except Invalid as refusal:
        return _page(request, case, key, refusal=refusal)
    return redirect(f"{reverse('follow', args=[key])}#notices")


@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """The requests of whoever is known here, and those whose links were opened in this browser."""
    contact = visitor_of(request.session, request.user)
    own = requests_of(contact, keys=remembered.keys(request.session))
    found = [following.line(case, reverse("follow", args=[key])) for case, key in own]
    known = contact is not None or bool(found)
    return render(request, "cases/request_list.html", {"requests": found, "is_known": known})


def _page(request: HttpRequest, case: Case, key: str, *, refusal: Refusal | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        **following.page(case, shown=shown_of(request.GET)),
        "key": key,
        "ways": _ways(case),
        "nonce": idempotency.forms_nonce(),
        "form_errors": [str(refusal.message)] if refusal else [],
        "draft_text": request.POST.get("text", "") if refusal else "",
    }
    return render(request, "cases/follow.html", context, status=refusal.status if refusal else 200)


def _ways(case: Case) -> list[dict[str, Any]]:
    """Each way of telling this user, its address half hidden, and whether it is the one in use."""
    chosen = telling.way_of(case)
    return [
        {
            "value": way,
            "label": Way(way).label,
            "address": masked(telling.KINDS[Way(way)], address) if address else "",
            "chosen": way == chosen,
        }
        for way, address in telling.ways_of(case.contact).items()
    ]
