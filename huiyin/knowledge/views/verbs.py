"""The verbs of one article, each a button of its editor: second look, publication, archive, affirmation."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from huiyin.core import i18n, toasts
from huiyin.core.access import requires
from huiyin.core.errors import Invalid
from huiyin.core.numbers import whole
from huiyin.knowledge import policies, selectors, services
from huiyin.knowledge.models import Article, Language


@requires(policies.can_write_articles)
@require_POST
def knowledge_review(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for a second look."""
    note = request.POST.get("note", "")
    return _done(request, key, lambda article, *, by: services.submit(article, note=note, by=by))


@requires(policies.can_publish_articles)
@require_POST
def knowledge_return(request: HttpRequest, key: str) -> HttpResponse:
    """Back to the author, with a word on what should be different."""
    note = request.POST.get("note", "")
    try:
        return _done(request, key, lambda article, *, by: services.send_back(article, note=note, by=by))
    except Invalid as refusal:
        toasts.tell(request, refusal.message, tone="breach")
        return redirect(article_url(selectors.article_for(request.user, key), request.POST.get("lang", "")))


@requires(policies.can_publish_articles)
@require_POST
def knowledge_publication(request: HttpRequest, key: str) -> HttpResponse:
    return _done(request, key, services.publish)


@requires(policies.can_publish_articles)
@require_POST
def knowledge_archive(request: HttpRequest, key: str) -> HttpResponse:
    return _done(request, key, services.archive)


@requires(policies.can_write_articles)
@require_POST
def knowledge_affirmation(request: HttpRequest, key: str) -> HttpResponse:
    """These words still hold although the other language said something new."""
    lang = wished_lang(request.POST.get("behind", ""))
    return _done(request, key, lambda article, *, by: services.reaffirm(article, lang=lang, by=by))


@requires(policies.can_write_articles)
@require_POST
def knowledge_restoration(request: HttpRequest, key: str) -> HttpResponse:
    """An earlier version becomes the newest one."""
    lang, number = request.POST.get("lang", ""), whole(request.POST.get("number", "")) or 0
    return _done(
        request, key, lambda article, *, by: services.roll_back(article, lang=lang, number=number, by=by)
    )


def article_url(article: Article, lang: str) -> str:
    """The editor of an article in one language."""
    return f"{reverse('knowledge_article', args=[article.key])}?lang={wished_lang(lang)}"


def wished_lang(wished: str) -> str:
    """The language asked for, or else the reader's own."""
    return wished if wished in Language.values else i18n.short()


def _done(request: HttpRequest, key: str, service: Callable[..., Any]) -> HttpResponse:
    """One verb on one article, then back to its editor."""
    user: Any = request.user
    article = selectors.article_for(user, key)
    service(article, by=user.actor)
    return redirect(article_url(article, request.POST.get("lang", "")))
