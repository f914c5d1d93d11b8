"""What the knowledge desk lists: articles in every state, their versions, and what changed between two."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from huiyin.core import clock
from huiyin.core.paging import Page, cursor_page
from huiyin.knowledge.indexes import ARTICLES
from huiyin.knowledge.models import Article, Language, Revision, Variant
from huiyin.knowledge.selectors.articles import articles_for, is_stale, readable_variants


@dataclass(frozen=True, slots=True)
class Row:
    """An article in the desk's list."""

    article: Article
    title: str
    langs: tuple[str, ...]
    is_stale: bool
    is_due: bool
    has_unpublished: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of a comparison: `same`, `added` or `removed`."""

    kind: str
    text: str


def desk_rows(
    user: Any,
    *,
    text: str = "",
    filters: dict[str, str] | None = None,
    lang: str = Language.ZH,
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """Articles in the order of their last change, found by title or content. Two queries."""
    articles = articles_for(user).select_related("category", "owner")
    chosen = {name: value for name, value in (filters or {}).items() if value}
    if text.strip():
        titled = Q(variants__current__title__icontains=text.strip()) | Q(key__icontains=text.strip())
        found = ARTICLES.matching(readable_variants(user), text).values("article")
        articles = articles.filter(id__in=Article.objects.filter(titled | Q(id__in=found)).values("id"))
    articles = articles.filter(**chosen).prefetch_related(_variants())
    page = cursor_page(articles, order=("-updated_at", "-id"), cursor=cursor, limit=limit)
    return Page([_row(article, lang) for article in page.items], page.next)


def latest(article: Article) -> dict[str, Variant]:
    """The variants of an article by language, each with its latest and its published revision. One query."""
    variants = article.variants.select_related("current", "published")
    return {variant.lang: variant for variant in variants}


def revisions_of(article: Article, lang: str) -> QuerySet[Revision]:
    """Every version in one language, the newest first."""
    rows = Revision.objects.filter(variant__article=article, variant__lang=lang)
    return rows.defer("html", "plain", "body").order_by("-number")


def differences(article: Article, *, lang: str, old: int, new: int) -> list[Difference]:
    """The lines of two versions side by side, title and questions included."""
    rows = Revision.objects.filter(variant__article=article, variant__lang=lang, number__in=[old, new])
    texts = {revision.number: _lines(revision) for revision in rows}
    return list(_compared(texts.get(old, []), texts.get(new, [])))


def _variants() -> Prefetch[Any]:
    unread = [f"{which}__{text}" for which in ("current", "published") for text in ("html", "plain", "body")]
    return Prefetch("variants", Variant.objects.select_related("current", "published").defer(*unread))


def _row(article: Article, lang: str) -> Row:
    found = {variant.lang: variant for variant in article.variants.all() if variant.current}
    shown = found.get(lang) or next(iter(found.values()), None)
    english = found.get(Language.EN)
    translated = english.published if english else None
    return Row(
        article=article,
        title=shown.current.title if shown and shown.current else article.key,
        langs=tuple(sorted(found, reverse=True)),
        is_stale=bool(translated and is_stale(translated, found.get(Language.ZH))),
        is_due=bool(article.review_at and article.review_at <= clock.now().date()),
        has_unpublished=any(variant.current_id != variant.published_id for variant in found.values()),
    )


def _lines(revision: Revision) -> list[str]:
    return [
        f"# {revision.title}",
        *(f"? {question}" for question in revision.questions),
        *revision.body.splitlines(),
    ]


def _compared(old: list[str], new: list[str]) -> Iterable[Difference]:
    kinds = {"  ": "same", "+ ": "added", "- ": "removed"}
    for line in difflib.ndiff(old, new):
        if line[:2] in kinds:
            yield Difference(kinds[line[:2]], line[2:])
