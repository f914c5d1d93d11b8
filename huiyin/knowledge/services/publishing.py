"""The way of an article from draft over a second look to its readers, and into the archive."""

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Forbidden, Invalid
from huiyin.knowledge import events, policies
from huiyin.knowledge.models import Article, Review, Variant
from huiyin.knowledge.services import indexing, phrasings
from huiyin.knowledge.services.articles import touch

Status, Verdict = Article.Status, Review.Verdict
LONGEST_NOTE = 500
# What a state may follow. Published words stay visible until new ones are published; nothing is deleted.
MOVES = {
    Status.DRAFT: {Status.REVIEW},
    Status.REVIEW: {Status.DRAFT},
    Status.PUBLISHED: {Status.DRAFT, Status.REVIEW, Status.PUBLISHED, Status.ARCHIVED},
    Status.ARCHIVED: {Status.DRAFT, Status.REVIEW, Status.PUBLISHED},
}


@transaction.atomic
def submit(article: Article, *, note: str = "", by: Actor) -> Article:
    """Ask somebody else to look at the words that readers do not see yet; asked twice is once.

    A published article keeps its readers meanwhile. Refuses when there is nothing new. Events: article.submitted.
    """
    if article.reviews.filter(verdict=Verdict.OPEN).exists():
        return article
    if article.is_published and _unpublished(article):
        touch(article)
    else:
        _move(article, Status.REVIEW)
    review = Review.objects.create(article=article, asked_by=_person(by), note=_note(note))
    journal.publish(events.ArticleSubmitted(subject=str(article.id), review=str(review.id)), by=by)
    return article


@transaction.atomic
def send_back(article: Article, *, note: str, by: Actor) -> Article:
    """The second look found something: back to the author with a word on what. Events: article.returned."""
    if not note.strip():
        raise Invalid("note_missing", _("Please write what should be different."), field="note")
    review = article.reviews.filter(verdict=Verdict.OPEN).first()
    if review is None:
        raise _misplaced(article)
    _answer(article, Verdict.RETURNED, note, by)
    if article.status == Status.REVIEW:
        _move(article, Status.DRAFT)
    journal.publish(events.ArticleReturned(subject=str(article.id), review=str(review.id)), by=by)
    return article


@transaction.atomic
def publish(article: Article, *, by: Actor) -> Article:
    """Show readers the latest words of every language, and let search find them.

    Refuses words of one's own that nobody else has looked at, unless one answers for the whole service.
    Events: article.published.
    """
    if _is_own_word(article, by) and not policies.can_publish_alone(User.objects.get(id=by.id)):
        message = _("Somebody else has to look at your words before readers see them.")
        raise Forbidden("second_look_missing", message)
    return release(article, by=by)


@transaction.atomic
def release(article: Article, *, by: Actor) -> Article:
    """Publish for a program, whose words were looked at where they come from; the history says if nobody did here.

    Events: article.published.
    """
    is_own_word = _is_own_word(article, by)
    _move(article, Status.PUBLISHED)
    variants = list(article.variants.select_related("current").exclude(current=None).order_by("lang"))
    for variant in variants:
        variant.published = variant.current
        variant.save()
    indexing.put(variants)
    phrasings.put(variants)
    _answer(article, Verdict.PUBLISHED, "", by)
    langs, numbers = [v.lang for v in variants], [v.published.number for v in variants if v.published]
    fact = events.ArticlePublished(
        subject=str(article.id), langs=langs, numbers=numbers, is_own_word=is_own_word
    )
    journal.publish(fact, by=by)
    return article


@transaction.atomic
def archive(article: Article, *, by: Actor) -> Article:
    """Take it from readers and from search; publishing brings it back. Events: article.archived."""
    _move(article, Status.ARCHIVED)
    hidden = list(article.variants.values_list("id", flat=True))
    indexing.remove(hidden)
    phrasings.remove(hidden)
    _answer(article, Verdict.RETURNED, "", by)
    journal.publish(events.ArticleArchived(subject=str(article.id)), by=by)
    return article


def _unpublished(article: Article) -> list[Variant]:
    """The languages whose newest words readers do not see."""
    variants = article.variants.select_related("current").exclude(current=None)
    return [variant for variant in variants if variant.current_id != variant.published_id]


def _is_own_word(article: Article, by: Actor) -> bool:
    """The same person wrote what readers do not see yet."""
    authors = {(v.current.author_kind, v.current.author_id) for v in _unpublished(article) if v.current}
    return by.kind == "user" and (by.kind, by.id) in authors


def _answer(article: Article, verdict: Review.Verdict, answer: str, by: Actor) -> None:
    """Close the open review, if there is one."""
    said = {"verdict": verdict, "answer": _note(answer), "answered_by": _person(by)}
    waiting = article.reviews.filter(verdict=Verdict.OPEN)
    waiting.update(**said, answered_at=clock.now())


def _person(by: Actor) -> User | None:
    return User.objects.filter(id=by.id).first() if by.kind == "user" else None


def _note(text: str) -> str:
    return text.strip()[:LONGEST_NOTE]


def _move(article: Article, target: Article.Status) -> None:
    if article.status not in MOVES[target]:
        raise _misplaced(article)
    article.status = target
    touch(article)


def _misplaced(article: Article) -> Conflict:
    message = _("This cannot be done to the article as it stands.")
    return Conflict("article_state", message, current=article.status)
