"""What readers see: the articles of a shelf, and one article in the language they asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.urls import reverse

from huiyin.core import attachments
from huiyin.core.errors import NotFound
from huiyin.core.models import Attachment
from huiyin.knowledge import policies
from huiyin.knowledge.models import Article, Language, Revision, Variant
from huiyin.knowledge.selectors.readers import open_to

FILES = "article"  # what owns an article's files


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
    """An article as it is read: the words, their language, and whether the other language has moved on."""

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
    told = variants.select_related("published", "article", "article__category__parent__parent")
    found = {variant.lang: variant for variant in told}
    if not found:
        raise NotFound("article_absent", "")
    chosen = found.get(lang) or next(iter(found.values()))
    other = found.get(Language(chosen.lang).other)
    revision = chosen.published
    assert revision is not None
    is_stale = bool(other and other.published and revision.is_behind(other.published))
    return Reading(chosen.article, revision, chosen.lang, other.lang if other else "", is_stale)


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
