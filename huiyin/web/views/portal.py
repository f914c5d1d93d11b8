"""The help centre's home, the request form, and how the promise stands."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.accounts.selectors.sites import known_as, reach_of, visitor_of
from huiyin.cases import selectors as cases
from huiyin.cases import services
from huiyin.cases.remembered import remember
from huiyin.cases.selectors.detail import masked
from huiyin.cases.services import telling
from huiyin.conversations.models import Way
from huiyin.core import attachments, captcha, i18n, idempotency, limits
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid, Refusal, TooLarge, Unsupported
from huiyin.knowledge import selectors as knowledge
from huiyin.voices.services import Spoken
from huiyin.web import selectors
from huiyin.web.forms import RequestForm

VISITOR = Actor("contact")


@require_GET
def help_home(request: HttpRequest) -> HttpResponse:
    return render(request, "web/help_home.html", selectors.help_home())


@require_GET
def help_search(request: HttpRequest) -> HttpResponse:
    """The address that the search had before; there is one search, that of the help centre."""
    query = urlencode({"q": request.GET.get("q", "").strip()})
    return redirect(f"{reverse('kb_search')}?{query}", permanent=True)


@require_http_methods(["GET", "POST"])
@idempotency.once_per_form
@idempotency.kept_by_view
def request_new(request: HttpRequest) -> HttpResponse:
    """The request form. What was typed is never lost: a refusal shows it again with the field named."""
    form = RequestForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return _sent(request, form)
        except (Invalid, TooLarge, Unsupported) as problem:
            refusal = problem
            field = str(problem.data.get("field", ""))
            form.add_error(field if field in form.fields else None, str(problem.message))
    return _form(request, form, status=refusal.status if refusal else 400 if form.errors else 200)


@require_GET
def request_sent(request: HttpRequest, key: str) -> HttpResponse:
    case = cases.followed(key)
    way = telling.way_of(case)
    address = telling.ways_of(case.contact)[way]
    hits = knowledge.suggest(f"{case.subject} {case.preview}", lang=i18n.short())
    context = {
        "reference": case.reference,
        "follow_url": reverse("follow", args=[key]),
        "promise_at": case.next_due_at,
        "told_at": masked(telling.KINDS[Way(way)], address) if address else "",
        "answers": [{"title": hit.title, "url": hit.url} for hit in hits],
    }
    return render(request, "web/request_sent.html", context)


@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    """Voices past their promise: figures that everybody may see."""
    return render(request, "web/promises.html", selectors.promises())


def _sent(request: HttpRequest, form: RequestForm) -> HttpResponse:
    limits.spend("intake.address", limits.client(request))
    captcha.check(request, purpose="request")
    files = attachments.store_all(request.FILES.getlist("files"), by=VISITOR)
    spoken = form.spoken(language=get_language() or "", attachments=tuple(file.id for file in files))
    spoken = _as_known(request, spoken)
    response: list[HttpResponse] = []

    def finish(taken: services.TakenIn) -> None:
        key = cases.follow_key(taken.case)
        response.append(idempotency.keep(request, redirect("request_sent", key=key)))

    taken = services.hear(spoken, request_key=idempotency.key_of(request), finish=finish, by=VISITOR)
    key = cases.follow_key(taken.case)
    remember(request.session, key)
    return response[0] if response else redirect("request_sent", key=key)


def _as_known(request: HttpRequest, spoken: Spoken) -> Spoken:
    """A visitor whom a site vouches for speaks as that person, whatever address they leave for the answer."""
    contact = visitor_of(request.session, request.user)
    known = known_as(contact) if contact is not None else {}
    return replace(spoken, person=replace(spoken.person, known={**spoken.person.known, **known}))


def _form(request: HttpRequest, form: RequestForm, *, status: int) -> HttpResponse:
    visitor = visitor_of(request.session, request.user)
    context: dict[str, Any] = {
        "form": form,
        "nonce": idempotency.forms_nonce(),
        "opened": captcha.opened(),
        "sent_from": request.GET.get("from", "")[:200],
        "max_mb": attachments.MAX_SIZE // (1024 * 1024),
        "signed_in_as": str(visitor.name) if visitor and reach_of(visitor) else "",
    }
    return render(request, "web/request_new.html", context, status=status)
