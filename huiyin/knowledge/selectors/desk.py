"""What the knowledge desk lists: articles in every state, their versions, and what changed between two."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from huiyin.core import clock
from huiyin.core.paging import Page, cursor_page
from huiyin.knowledge import policies
from huiyin.knowledge.differing import Difference, compared
from huiyin.knowledge.indexes import ARTICLES
from huiyin.knowledge.models import Article, Language, Review, Revision, Variant, Vote
from huiyin.knowledge.selectors.articles import articles_for, readable_variants


@dataclass(frozen=True, slots=True)
class Row:
    """An article in the desk's list."""

    article: Article
    title: str
    langs: tuple[str, ...]
    behind: str
    is_due: bool
    has_unpublished: bool
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Doubts:
    """What readers missed: reasons with their counts, and the newest comments with their times."""

    counts: list[tuple[str, int]]
    comments: list[tuple[str, datetime]]


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
    sees_drafts = policies.can_read_desk_articles(user)
    waiting = Review.objects.filter(article=OuterRef("pk"), verdict=Review.Verdict.OPEN)
    articles = articles_for(user).select_related("category", "owner").annotate(is_waiting=Exists(waiting))
    chosen = {name: value for name, value in (filters or {}).items() if value}
    if text.strip():
        wanted = Q(id__in=ARTICLES.matching(readable_variants(user), text).values("article"))
        if sees_drafts:
            wanted |= Q(id__in=Variant.objects.filter(_titled(text.strip())).values("article"))
        articles = articles.filter(wanted)
    articles = articles.filter(**chosen).prefetch_related(_variants())
    page = cursor_page(articles, order=("-updated_at", "-id"), cursor=cursor, limit=limit)
    return Page([_row(article, lang, sees_drafts) for article in page.items], page.next)


def latest(article: Article) -> dict[str, Variant]:
    """The variants of an article by language, each with its latest and its published revision. One query."""
    variants = article.variants.select_related("current", "published")
    return {variant.lang: variant for variant in variants}


def revisions_of(article: Article, lang: str) -> QuerySet[Revision]:
    """Every version in one language, the newest first."""
    rows = Revision.objects.filter(variant__article=article, variant__lang=lang)
    return rows.defer("html", "plain", "body").order_by("-number")


def differences(article: Article, *, lang: str, old: int, new: int) -> list[Difference]:
    """What changed between two versions, title and questions included."""
    rows = Revision.objects.filter(variant__article=article, variant__lang=lang, number__in=[old, new])
    texts = {revision.number: _lines(revision) for revision in rows}
    return list(compared(texts.get(old, []), texts.get(new, [])))


def behind(variants: dict[str, Variant]) -> str:
    """The language whose newest words do not know what the other one says since, or nothing."""
    newest = {lang: variant.current for lang, variant in variants.items() if variant.current}
    for lang, revision in newest.items():
        other = newest.get(Language(lang).other)
        if other and revision.is_behind(other):
            return lang
    return ""


def open_review(article: Article) -> Review | None:
    """The second look that somebody asked for and nobody has given yet."""
    waiting = article.reviews.filter(verdict=Review.Verdict.OPEN)
    return waiting.select_related("asked_by").first()


def doubts_of(article: Article) -> Doubts:
    """Why readers were not helped. Two queries."""
    doubts = article.votes.filter(helpful=False)
    counts = doubts.exclude(reason="").values_list("reason").annotate(n=Count("id")).order_by("-n")
    labels = dict(Vote.Reason.choices)
    return Doubts(
        counts=[(str(labels.get(reason, reason)), count) for reason, count in counts],
        comments=list(doubts.exclude(comment="").order_by("-at").values_list("comment", "at")[:5]),
    )


def _variants() -> Prefetch[Any]:
    unread = [f"{which}__{text}" for which in ("current", "published") for text in ("html", "plain", "body")]
    return Prefetch("variants", Variant.objects.select_related("current", "published").defer(*unread))


def _titled(text: str) -> Q:
    return Q(current__title__icontains=text) | Q(article__key__icontains=text)


def _row(article: Article, lang: str, sees_drafts: bool) -> Row:
    which = "current" if sees_drafts else "published"
    found = {variant.lang: variant for variant in article.variants.all() if getattr(variant, which)}
    shown = found.get(lang) or next(iter(found.values()), None)
    return Row(
        article=article,
        title=getattr(shown, which).title if shown else article.key,
        langs=tuple(sorted(found, reverse=True)),
        behind=behind(found),
        is_due=bool(article.review_at and article.review_at <= clock.now().date()),
        has_unpublished=any(variant.current_id != variant.published_id for variant in found.values()),
        is_waiting=getattr(article, "is_waiting", False),
    )


def _lines(revision: Revision) -> list[str]:
    return [
        f"# {revision.title}",
        *(f"? {question}" for question in revision.questions),
        *revision.body.splitlines(),
    ]
