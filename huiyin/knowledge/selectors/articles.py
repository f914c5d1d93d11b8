"""What readers see: shelves, their articles, and one article in the language they asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.urls import reverse

from huiyin.core import attachments
from huiyin.core.errors import NotFound
from huiyin.core.models import Attachment
from huiyin.knowledge import policies
from huiyin.knowledge.models import Article, Category, Language, Revision, Variant
from huiyin.knowledge.selectors.readers import open_to
from huiyin.knowledge.shelves import icon_of

FILES = "article"  # what owns an article's files


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
    """Articles that this person may know of; everybody outside knows what is published for them."""
    if policies.can_read_desk_articles(user):
        return Article.objects.all()
    return Article.objects.filter(open_to(user))


def article_for(user: Any | None, key: str) -> Article:
    """The article with this key; NotFound when absent or not for this person."""
    article = articles_for(user).select_related("category", "product", "owner").filter(key=key).first()
    if article is None:
        raise NotFound("article_absent", "")
    return article


def readable_variants(user: Any | None) -> QuerySet[Variant]:
    """Published words that this person may read in the help centre."""
    return Variant.objects.filter(open_to(user, "article__"), published__isnull=False)


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


def files_of(article: Article) -> list[Attachment]:
    """The files of an article, oldest first."""
    return attachments.of([(FILES, str(article.id))]).get((FILES, str(article.id)), [])


def file_for(user: Any | None, key: str, file_id: UUID) -> Attachment:
    """A file of an article that this person may read. Absent and forbidden look alike."""
    variants = readable_variants(user).filter(article__key=key).select_related("article")
    variant = variants.first()
    article = variant.article if variant else article_for(user, key)
    found = next((file for file in files_of(article) if file.id == file_id), None)
    if found is None:
        raise NotFound("file_absent", "")
    return found
