"""An article from first draft to archive. Each writing is a new revision; publishing shows it to readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from huiyin.accounts.models import Product
from huiyin.core import clock, journal, markdown
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.ids import uuid7
from huiyin.knowledge import events
from huiyin.knowledge.indexes import ARTICLES, NEAR, near
from huiyin.knowledge.models import Article, Category, Language, Revision, Variant
from huiyin.knowledge.shelves import BY_KEY

Status = Article.Status
RESERVED = frozenset({"search", "c", "new", "preview"})  # words that the addresses of pages use themselves
PLACE = {"category", "visibility", "product", "owner", "review_at"}
LONGEST_TITLE, LONGEST_BODY, MOST_QUESTIONS, LONGEST_QUESTION = 160, 50_000, 30, 200
# What a state may follow. Published words stay visible until new ones are published; nothing is deleted.
MOVES = {
    Status.REVIEW: {Status.DRAFT},
    Status.PUBLISHED: {Status.DRAFT, Status.REVIEW, Status.PUBLISHED, Status.ARCHIVED},
    Status.ARCHIVED: {Status.DRAFT, Status.REVIEW, Status.PUBLISHED},
}


@dataclass(frozen=True, slots=True)
class Words:
    """What an author writes: a title, Markdown, and how users put the question."""

    title: str
    body: str
    questions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        cleaned = (" ".join(question.split()) for question in self.questions)
        object.__setattr__(self, "title", " ".join(self.title.split()))
        object.__setattr__(self, "body", self.body.replace("\r\n", "\n").strip())
        object.__setattr__(self, "questions", tuple(dict.fromkeys(filter(None, cleaned))))


@transaction.atomic
def draft(
    words: Words,
    *,
    lang: str,
    category: Category,
    key: str = "",
    visibility: str = Article.Visibility.PUBLIC,
    product: Product | None = None,
    by: Actor,
) -> Article:
    """A new article with its first words. Refuses a key that is taken. Events: article.written."""
    id_ = uuid7()
    key = key or slugify(words.title)[:60].strip("-") or f"article-{id_.hex[-8:]}"
    if key != slugify(key) or key in RESERVED:
        raise Invalid("key_invalid", _("Use lower-case letters, digits and hyphens."), field="key")
    if Article.objects.filter(key=key).exists():
        raise Conflict("key_taken", _("Another article has this address already."), field="key")
    article = Article(id=id_, key=key, category=category, visibility=visibility, product=product)
    article.owner_id = UUID(by.id) if by.kind == "user" else None
    article.created_at = article.updated_at = clock.now()
    article.save(force_insert=True)
    write(article, words, lang=lang, by=by)
    return article


@transaction.atomic
def write(article: Article, words: Words, *, lang: str, base: int | None = None, by: Actor) -> Revision:
    """New words in one language; the same words again change nothing. Readers see them after `publish`.

    `base` is the number of the revision the author started from: Conflict when somebody wrote meanwhile.
    Events: article.written.
    """
    check(words)
    variant = _variant(article, lang)
    current = variant.current
    if base is not None and base != (current.number if current else 0):
        message = _("Somebody else wrote this article meanwhile.")
        raise Conflict("article_changed", message, current=_state(current))
    if current and _words(current) == words:
        return current
    return _add_revision(variant, words, by)


@transaction.atomic
def reaffirm(article: Article, *, lang: str, by: Actor) -> Revision:
    """The translation still holds for the original as it is now: a new revision. Events: article.written."""
    variant = _variant(article, lang)
    if variant.current is None:
        raise Invalid("language_absent", _("There are no words in this language yet."), field="lang")
    return _add_revision(variant, _words(variant.current), by)


@transaction.atomic
def roll_back(article: Article, *, lang: str, number: int, by: Actor) -> Revision:
    """The words of an earlier revision once more, as the newest one. Events: article.written."""
    earlier = Revision.objects.filter(variant__article=article, variant__lang=lang, number=number).first()
    if earlier is None:
        raise Invalid("revision_absent", _("There is no such version."), field="number")
    return write(article, _words(earlier), lang=lang, by=by)


@transaction.atomic
def describe(article: Article, values: Mapping[str, Any], *, by: Actor) -> Article:
    """Where it stands and who looks after it, by the names in PLACE. Events: article.described."""
    if unknown := sorted(set(values) - PLACE):
        raise Invalid("field_unknown", _("This field is not known here."), field=unknown[0])
    changed = [name for name, value in values.items() if value != getattr(article, name)]
    if not changed:
        return article
    for name in changed:
        setattr(article, name, values[name])
    _touch(article)
    journal.publish(events.ArticleDescribed(subject=str(article.id), fields=changed), by=by)
    return article


@transaction.atomic
def submit(article: Article, *, by: Actor) -> Article:
    """Ask somebody who may publish to look at it. Events: article.submitted."""
    _move(article, Status.REVIEW)
    journal.publish(events.ArticleSubmitted(subject=str(article.id)), by=by)
    return article


@transaction.atomic
def publish(article: Article, *, by: Actor) -> Article:
    """Show readers the latest words of every language, and let search find them.

    Events: article.published.
    """
    _move(article, Status.PUBLISHED)
    variants = list(article.variants.select_related("current").exclude(current=None).order_by("lang"))
    for variant in variants:
        variant.published = variant.current
        variant.save()
    ARTICLES.put_many((variant.id, _indexed(variant.published)) for variant in variants)
    NEAR.put_many((variant.id, {"text": _near(variant.published)}) for variant in variants)
    langs, numbers = [v.lang for v in variants], [v.published.number for v in variants if v.published]
    fact = events.ArticlePublished(subject=str(article.id), langs=langs, numbers=numbers)
    journal.publish(fact, by=by)
    return article


@transaction.atomic
def archive(article: Article, *, by: Actor) -> Article:
    """Take it from readers and from search; publishing brings it back. Events: article.archived."""
    _move(article, Status.ARCHIVED)
    ids = list(article.variants.values_list("id", flat=True))
    ARTICLES.remove(*ids)
    NEAR.remove(*ids)
    journal.publish(events.ArticleArchived(subject=str(article.id)), by=by)
    return article


def shelve(key: str) -> Category:
    """The category of this key, made when it is not there yet, with the usual names when there are some."""
    slug = slugify(key)[:60]
    if not slug:
        message = _("Name a category by letters, digits and hyphens.")
        raise Invalid("category_invalid", message, field="category")
    if slug in BY_KEY:
        position, preset = BY_KEY[slug]
        named = {"name_zh": preset.zh, "name_en": preset.en, "position": position}
    else:
        named = {"name_zh": slug, "name_en": slug.replace("-", " ").capitalize()}
    return Category.objects.get_or_create(key=slug, defaults=named)[0]


def check(words: Words) -> None:
    """Refuse words that cannot be an article; every wrong field is named at once."""
    wrong = []
    if not words.title:
        wrong.append({"field": "title", "message": _("Please give it a title.")})
    if len(words.title) > LONGEST_TITLE:
        wrong.append({"field": "title", "message": _("At most 160 characters, please.")})
    if not words.body:
        wrong.append({"field": "body", "message": _("Please write the answer.")})
    if len(words.body) > LONGEST_BODY:
        wrong.append({"field": "body", "message": _("At most 50,000 characters, please.")})
    if len(words.questions) > MOST_QUESTIONS or any(len(q) > LONGEST_QUESTION for q in words.questions):
        wrong.append({"field": "questions", "message": _("At most 30 questions of 200 characters, please.")})
    if wrong:
        raise Invalid("article_invalid", _("Some fields are not right."), errors=wrong)


def _variant(article: Article, lang: str) -> Variant:
    if lang not in Language.values:
        raise Invalid("language_unknown", _("Articles are written in zh or en."), field="lang")
    variant, _made = Variant.objects.select_related("current").get_or_create(article=article, lang=lang)
    variant.article = article
    return variant


def _number_of_original(article: Article, lang: str) -> int:
    """The number of the Chinese revision that an English one is written against; 0 for the original."""
    if lang == Language.ZH:
        return 0
    original = article.variants.select_related("current").filter(lang=Language.ZH).first()
    return original.current.number if original and original.current else 0


def _add_revision(variant: Variant, words: Words, by: Actor) -> Revision:
    article, lang = variant.article, variant.lang
    variant.current = Revision.objects.create(
        variant=variant,
        number=variant.current.number + 1 if variant.current else 1,
        title=words.title,
        body=words.body,
        questions=list(words.questions),
        html=markdown.render(words.body, markdown.ARTICLE),
        plain=markdown.plain(words.body),
        translates=_number_of_original(article, lang),
        author_kind=by.kind,
        author_id=by.id,
        author_name=by.name[:80],
        at=clock.now(),
    )
    variant.save()
    _touch(article)
    number = variant.current.number
    journal.publish(events.ArticleWritten(subject=str(article.id), lang=lang, number=number), by=by)
    return variant.current


def _words(revision: Revision) -> Words:
    return Words(revision.title, revision.body, tuple(revision.questions))


def _state(current: Revision | None) -> dict[str, Any]:
    """What stands now, for an author who was overtaken."""
    if current is None:
        return {}
    return {
        "number": current.number,
        "title": current.title,
        "body": current.body,
        "author": current.author_name,
    }


def _move(article: Article, target: Article.Status) -> None:
    if article.status not in MOVES[target]:
        raise Conflict(
            "article_state", _("This cannot be done to the article as it stands."), current=article.status
        )
    article.status = target
    _touch(article)


def _touch(article: Article) -> None:
    article.updated_at = clock.now()
    article.save()


def _indexed(revision: Revision | None) -> dict[str, str]:
    if revision is None:
        return {}
    return {"title": revision.title, "questions": "\n".join(revision.questions), "body": revision.plain}


def _near(revision: Revision | None) -> str:
    return near([revision.title, *revision.questions]) if revision else ""
