"""The words of an article, each writing a new revision, and where it stands. Readers see what `publishing` shows."""

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
from huiyin.knowledge.models import Article, Category, Language, Revision, Variant

# Words that the addresses of pages use themselves.
RESERVED = frozenset({"search", "c", "new", "preview", "care", "gaps", "categories", "exchange"})
PLACE = {"category", "visibility", "product", "owner", "review_at"}
LONGEST_TITLE, LONGEST_BODY, MOST_QUESTIONS, LONGEST_QUESTION = 160, 50_000, 30, 200


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
def draft_once(origin: str, words: Words, *, lang: str, category: Category, by: Actor) -> Article:
    """The article that was made of this very thing, drafted now when there is none yet. Events: article.written."""
    known = Article.objects.filter(origin=origin).first()
    if known:
        return known
    article = draft(words, lang=lang, category=category, by=by)
    article.origin = origin
    touch(article)
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
    """These words still hold although the other language said something new: a new revision, or none when it
    did not. Events: article.written.
    """
    variant = _variant(article, lang)
    current, other = variant.current, _other(variant)
    if current is None:
        raise Invalid("language_absent", _("There are no words in this language yet."), field="lang")
    if other is None or not current.is_behind(other):
        return current
    return _add_revision(variant, _words(current), by)


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
    touch(article)
    journal.publish(events.ArticleDescribed(subject=str(article.id), fields=changed), by=by)
    return article


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


def touch(article: Article) -> None:
    """Save it as changed now."""
    article.updated_at = clock.now()
    article.save()


def _other(variant: Variant) -> Revision | None:
    """The newest words of the other language."""
    others = variant.article.variants.select_related("current").exclude(lang=variant.lang)
    return next((other.current for other in others), None)


def _led_at(before: Revision | None, other: Revision | None, number: int) -> int:
    """A revision leads unless it follows: the first words beside another language, or words that were behind."""
    follows = other is not None and (before is None or before.is_behind(other))
    if not follows:
        return number
    return before.led_at if before else 0


def _add_revision(variant: Variant, words: Words, by: Actor) -> Revision:
    article, lang, other = variant.article, variant.lang, _other(variant)
    number = variant.current.number + 1 if variant.current else 1
    variant.current = Revision.objects.create(
        variant=variant,
        number=number,
        title=words.title,
        body=words.body,
        questions=list(words.questions),
        html=markdown.render(words.body, markdown.ARTICLE),
        plain=markdown.plain(words.body),
        translates=other.number if other else 0,
        led_at=_led_at(variant.current, other, number),
        author_kind=by.kind,
        author_id=by.id,
        author_name=by.name[:80],
        at=clock.now(),
    )
    variant.save()
    touch(article)
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
