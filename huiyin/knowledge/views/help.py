"""The help centre for readers: shelves, articles, search, and whether it helped. Reading records nothing."""

import secrets
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from huiyin.core import attachments, i18n, limits
from huiyin.core.actors import Actor
from huiyin.knowledge import selectors, services
from huiyin.knowledge.models import Vote
from huiyin.knowledge.services import care

READER_COOKIE = "reader"
YEAR = 365 * 24 * 3600
FOUND, TYPED = 20, 5


@require_GET
def kb_home(request: HttpRequest) -> HttpResponse:
    lang = i18n.short()
    context = {
        "shelves": selectors.categories_for(request.user),
        "popular": selectors.popular(request.user, lang=lang),
    }
    return render(request, "knowledge/kb_home.html", context)


@require_GET
def kb_category(request: HttpRequest, key: str) -> HttpResponse:
    category = selectors.category_of(key)
    context = {
        "category": category,
        "path": selectors.lineage(category.parent),
        "shelves": selectors.categories_for(request.user, within=category),
        "entries": selectors.entries_for(request.user, category=key, lang=i18n.short()),
    }
    return render(request, "knowledge/kb_category.html", context)


@require_GET
def kb_search(request: HttpRequest) -> HttpResponse:
    """Answers to words, as a page or, for somebody who is still typing, as its part."""
    limits.spend("search.address", limits.client(request))
    text = request.GET.get("q", "").strip()
    lang = i18n.short()
    hits = selectors.search(text, lang=lang, user=request.user, limit=FOUND) if text else []
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    shown = TYPED if is_part else FOUND
    if text and not hits and not is_part:
        services.record_miss(text, lang=lang)
    context = {"q": text, "hits": hits[:shown], "count": len(hits), "has_more": len(hits) > shown}
    return render(request, f"knowledge/kb_search.html{'#found' if is_part else ''}", context)


@require_GET
def kb_article(request: HttpRequest, key: str) -> HttpResponse:
    wished = request.GET.get("in", "") or i18n.short()
    reading = selectors.reading_for(request.user, key, lang=wished)
    care.count_reading(reading.article)
    context = {
        "reading": reading,
        "article": reading.article,
        "path": selectors.lineage(reading.article.category),
        "revision": reading.revision,
        "html_lang_of_text": "zh-Hans" if reading.lang == "zh" else "en",
        "is_other_language": reading.lang != i18n.short(),
        "files": [
            {"name": file.name, "size": file.size, "url": reverse("kb_file", args=[key, file.id])}
            for file in selectors.files_of(reading.article)
        ],
        "voted": request.GET.get("voted", ""),
        "reasons": Vote.Reason.choices,
    }
    return render(request, "knowledge/kb_article.html", context)


@require_GET
def kb_file(request: HttpRequest, key: str, file_id: UUID) -> HttpResponse:
    """A file of an article, for whoever may read the article; the address behind it is good for an hour."""
    limits.spend("files.read", limits.client(request))
    return redirect(attachments.signed_url(selectors.file_for(request.user, key, file_id)))


@require_POST
def kb_vote(request: HttpRequest, key: str) -> HttpResponse:
    """Yes or no; after a no, the page asks for the reason, and the second answer completes the first."""
    limits.spend("case.update", limits.client(request))
    reading = selectors.reading_for(request.user, key, lang=request.POST.get("lang", ""))
    voter = request.COOKIES.get(READER_COOKIE, "")[:40] or secrets.token_urlsafe(24)
    said = services.vote(
        reading.article,
        lang=reading.lang,
        voter=voter,
        verdict=request.POST.get("helpful", ""),
        reason=request.POST.get("reason", ""),
        comment=request.POST.get("comment", ""),
        by=Actor("contact"),
    )
    is_done = said.helpful or "reason" in request.POST
    response = redirect(_voted_url(key, reading.lang, "thanks" if is_done else "no"))
    response.set_cookie(
        READER_COOKIE, voter, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.SECURE_SITE
    )
    return response


def _voted_url(key: str, lang: str, voted: str) -> str:
    query: dict[str, Any] = {"in": lang, "voted": voted}
    return f"{reverse('kb_article', args=[key])}?{urlencode(query)}#helpful"
