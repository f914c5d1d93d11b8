"""What readers see: shelves, their articles, and one article in the language they asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.urls import reverse

from huiyin.core.errors import NotFound
from huiyin.knowledge import policies
from huiyin.knowledge.models import Article, Category, Language, Revision, Variant
from huiyin.knowledge.shelves import icon_of


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with the number of articles that this reader may read there."""

    key: str
    title: str
    count: int
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a list."""

    key: str
    lang: str
    title: str
    category: str
    is_staff_only: bool

    @property
    def url(self) -> str:
        return reverse("kb_article", args=[self.key])


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it is read: the words, their language, and whether the original has moved on."""

    article: Article
    revision: Revision
    lang: str
    other_lang: str
    is_stale: bool


def articles_for(user: Any | None) -> QuerySet[Article]:
    """Articles that this person may know of; everybody outside knows what is published for everybody."""
    if policies.can_read_desk_articles(user):
        return Article.objects.all()
    return Article.objects.filter(status=Article.Status.PUBLISHED, visibility=Article.Visibility.PUBLIC)


def article_for(user: Any | None, key: str) -> Article:
    """The article with this key; NotFound when absent or not for this person."""
    article = articles_for(user).select_related("category", "product", "owner").filter(key=key).first()
    if article is None:
        raise NotFound("article_absent", "")
    return article


def readable_variants(user: Any | None) -> QuerySet[Variant]:
    """Published words that this person may read in the help centre."""
    variants = Variant.objects.filter(article__status=Article.Status.PUBLISHED, published__isnull=False)
    if policies.can_read_desk_articles(user):
        return variants
    return variants.filter(article__visibility=Article.Visibility.PUBLIC)


def reading_for(user: Any | None, key: str, *, lang: str) -> Reading:
    """The article to read, in the wished language or else in the other; NotFound without any. One query."""
    variants = readable_variants(user).filter(article__key=key)
    found = {v.lang: v for v in variants.select_related("published", "article", "article__category")}
    if not found:
        raise NotFound("article_absent", "")
    chosen = found.get(lang) or next(iter(found.values()))
    other = Language(chosen.lang).other
    revision = chosen.published
    assert revision is not None
    stale = is_stale(revision, found.get(Language.ZH)) if chosen.lang != Language.ZH else False
    return Reading(chosen.article, revision, chosen.lang, other if other in found else "", stale)


def is_stale(translation: Revision, original: Variant | None) -> bool:
    """The published original is newer than the one the translation was written against."""
    if original is None or original.published is None:
        return False
    return original.published.number > max(1, translation.translates)


def categories() -> QuerySet[Category]:
    return Category.objects.all()


def category_of(key: str) -> Category:
    category = Category.objects.filter(key=key).first()
    if category is None:
        raise NotFound("category_absent", "")
    return category


def categories_for(user: Any | None) -> list[Shelf]:
    """Shelves with at least one article for this reader. Two queries."""
    rows = readable_variants(user).values("article__category")
    counts = dict(rows.annotate(n=Count("article", distinct=True)).values_list("article__category", "n"))
    return [
        Shelf(
            key=category.key,
            title=category.name,
            count=counts[category.id],
            icon=icon_of(category.key),
            url=reverse("kb_category", args=[category.key]),
        )
        for category in categories()
        if category.id in counts
    ]


def entries_for(user: Any | None, *, category: str, lang: str) -> list[Entry]:
    """All articles of a shelf, by title. One query."""
    rows = readable_variants(user).filter(article__category__key=category)
    return sorted(_entries(rows, lang), key=lambda entry: entry.title)


def popular(user: Any | None, *, lang: str, limit: int = 8) -> list[Entry]:
    """The articles that helped most readers. One query."""
    liked = F("article__helpful") + F("article__solved") - F("article__unhelpful")
    rows = readable_variants(user).order_by(liked.desc(), "-article__updated_at")
    return _entries(rows[: 2 * limit + 2], lang)[:limit]


def _entries(variants: Iterable[Any] | QuerySet[Variant], lang: str) -> list[Entry]:
    """One entry an article, in the wished language when there is one, in the order given."""
    rows = variants.values_list(  # type: ignore[union-attr]
        "article__key", "lang", "published__title", "article__category__key", "article__visibility"
    )
    found: dict[str, Entry] = {}
    for key, language, title, category, visibility in rows:
        if key not in found or language == lang:
            found[key] = Entry(key, language, title, category, visibility == Article.Visibility.STAFF)
    return list(found.values())
