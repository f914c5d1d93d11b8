"""Keeping articles alive: who has to look at one again, how often each is opened, which gaps are open."""

from collections import Counter, defaultdict
from contextlib import suppress
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.core import clock, journal, mail
from huiyin.core.actors import SYSTEM, Actor
from huiyin.knowledge import events, readings
from huiyin.knowledge.models import Article, Gap, Reading
from huiyin.knowledge.selectors.care import due_articles, title_of

REMINDED = 500  # articles a day; the rest come the day after


def count_reading(article: Article) -> None:
    """Somebody opened it. Written in bundles, and a database that cannot write now costs a reader nothing."""
    if counts := readings.OPENED.count(article.id):
        with suppress(DatabaseError):
            add_readings(counts, day=clock.now().date())


@transaction.atomic
def add_readings(counts: Counter[UUID], *, day: date) -> None:
    """Add to the counts of a day; an article that is gone meanwhile is left out."""
    for article in Article.objects.filter(id__in=list(counts)).values_list("id", flat=True):
        row, _made = Reading.objects.get_or_create(article_id=article, day=day)
        Reading.objects.filter(id=row.id).update(count=F("count") + counts[article])


def remind_owners() -> int:
    """Tell each owner once of the articles whose day to be looked at again has come; how many articles.

    Events: article.due.
    """
    waiting: dict[User, list[Article]] = defaultdict(list)
    for article in due_articles(unreminded=True).select_related("owner")[:REMINDED]:
        if article.owner:
            waiting[article.owner].append(article)
    for owner, articles in waiting.items():
        _remind(owner, articles)
    return sum(map(len, waiting.values()))


@transaction.atomic
def _remind(owner: User, articles: list[Article]) -> None:
    for article in articles:
        article.reminded_for = article.review_at
        article.save(update_fields=["reminded_for"])
        fact = events.ArticleDue(
            subject=str(article.id), owner=str(owner.id), review_at=str(article.review_at)
        )
        journal.publish(fact, by=SYSTEM)
    if owner.email:
        subject, text = _letter(owner, articles)
        key = f"articles-due:{owner.id}:{clock.now():%Y-%m-%d}"
        mail.send(owner.email, subject, text, key=key, owner=("user", str(owner.id)))


def _letter(owner: User, articles: list[Article]) -> tuple[str, str]:
    """In the owner's own language."""
    with translation.override(owner.language or settings.LANGUAGE_CODE):
        subject = _("Articles to look at again: %(n)s") % {"n": len(articles)}
        lines = [f"- {title_of(article)}: {_address(article)}" for article in articles]
        opening = _("The day that you chose to look at these articles again has come:")
        return subject, "\n".join([opening, "", *lines, ""])


def _address(article: Article) -> str:
    return f"{settings.ORIGIN}{reverse('knowledge_article', args=[article.key])}"


def answer_gap(gap: Gap, article: Article, *, by: Actor) -> None:
    """This article was begun for it. Events: gap.decided."""
    gap.article = article
    _decide(gap, Gap.Status.ANSWERED, by)


def dismiss_gap(gap: Gap, *, by: Actor) -> None:
    """No article is needed for this; asked more often, it does not come back. Events: gap.decided."""
    _decide(gap, Gap.Status.DISMISSED, by)


def reopen_gap(gap: Gap, *, by: Actor) -> None:
    """Back on the list. Events: gap.decided."""
    _decide(gap, Gap.Status.OPEN, by)


@transaction.atomic
def _decide(gap: Gap, status: Gap.Status, by: Actor) -> None:
    gap.status = status
    gap.save()
    article = str(gap.article_id or "")
    journal.publish(events.GapDecided(subject=str(gap.id), status=status, article=article), by=by)
