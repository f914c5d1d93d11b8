"""Answers beside the request form: offered while one types, opened, and the word that one of them was enough.

All by POST: what a person types may hold personal data and must not stand in the addresses that logs keep.
"""

from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.core import i18n, limits
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid
from huiyin.knowledge import selectors, services


@require_POST
def request_answers(request: HttpRequest) -> HttpResponse:
    """Up to three answers to what is being typed; nothing when none is close."""
    limits.spend("search.address", limits.client(request))
    session, lang = _session(request), i18n.short()
    text = request.POST.get("text", "")
    hits = selectors.suggest(text, lang=lang, vector=selectors.vector_of(text))
    if hits:
        services.offer(session, lang=lang, articles=[hit.article for hit in hits])
    context = {"hits": hits, "session": request.POST["session"]}
    return render(request, "knowledge/request_answers.html", context)


@require_POST
def request_answer_opened(request: HttpRequest) -> HttpResponse:
    limits.spend("search.address", limits.client(request))
    article = selectors.article_for(None, request.POST.get("article", ""))
    services.record_opened(_session(request), article=article, lang=i18n.short())
    return HttpResponse(status=204)


@require_POST
def request_answer_solved(request: HttpRequest) -> HttpResponse:
    """No request is needed any more: say thanks, and leave the way back open."""
    limits.spend("search.address", limits.client(request))
    article = selectors.article_for(None, request.POST.get("article", ""))
    services.record_solved(_session(request), article=article, lang=i18n.short(), by=Actor("contact"))
    return render(request, "knowledge/request_answered.html", {"article": article})


def _session(request: HttpRequest) -> UUID:
    """The form's own random mark, as an id. Refuses one that is too short to be random."""
    mark = request.POST.get("session", "")
    if not 8 <= len(mark) <= 200:
        raise Invalid("session_invalid", _("Please reload the page."), field="session")
    return uuid5(NAMESPACE_URL, mark)
