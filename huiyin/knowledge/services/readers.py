"""What readers tell us: whether an article helped, what they sought in vain, what saved them a request."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid
from huiyin.knowledge import events
from huiyin.knowledge.models import Article, Deflection, SearchMiss, Vote
from huiyin.language import pii

LONGEST_MISS = 120


@transaction.atomic
def vote(
    article: Article, *, lang: str, voter: str, verdict: str, reason: str = "", comment: str = "", by: Actor
) -> Vote:
    """One reader's word, `yes` or `no`; voting again replaces the earlier word. Events: article.voted."""
    if verdict not in {"yes", "no"}:
        raise Invalid("verdict_invalid", _("Please choose yes or no."), field="helpful")
    if reason and reason not in Vote.Reason.values:
        raise Invalid("reason_invalid", _("Please choose one of the reasons."), field="reason")
    helpful = verdict == "yes"
    before = Vote.objects.filter(article=article, voter=voter).first()
    said = {"helpful": helpful, "lang": lang, "at": clock.now()}
    said |= {"reason": "" if helpful else reason, "comment": "" if helpful else _masked(comment)[:500]}
    now, _made = Vote.objects.update_or_create(article=article, voter=voter, defaults=said)
    _count(article, before, now)
    fact = events.ArticleVoted(subject=str(article.id), lang=lang, helpful=helpful, reason=now.reason)
    journal.publish(fact, by=by)
    return now


@transaction.atomic
def record_miss(text: str, *, lang: str) -> None:
    """A search that found nothing; personal data is masked before it is kept. A blank one is no question."""
    query = _masked(text).casefold()[:LONGEST_MISS]
    if not query:
        return
    known = SearchMiss.objects.filter(query=query, lang=lang)
    if not known.update(count=F("count") + 1, last_at=clock.now()):
        SearchMiss.objects.create(query=query, lang=lang, first_at=clock.now(), last_at=clock.now())


@transaction.atomic
def offer(session: UUID, *, lang: str, articles: Sequence[str]) -> None:
    """These answers (ids) were shown to the person at this request form."""
    form, _made = Deflection.objects.get_or_create(session=session, defaults={"lang": lang})
    added = [article for article in articles if article not in form.offered]
    if added:
        form.offered = [*form.offered, *added][:50]
        form.save()


@transaction.atomic
def record_opened(session: UUID, *, article: Article, lang: str) -> None:
    """The person opened this answer."""
    form, _made = Deflection.objects.get_or_create(session=session, defaults={"lang": lang})
    if str(article.id) not in form.opened:
        form.opened = [*form.opened, str(article.id)][:50]
        form.save()


@transaction.atomic
def record_solved(session: UUID, *, article: Article, lang: str, by: Actor) -> Deflection:
    """The person says that this answer was enough; said twice is once. Events: article.solved."""
    form, _made = Deflection.objects.get_or_create(session=session, defaults={"lang": lang})
    if form.solved_by_id is None:
        form.solved_by, form.solved_at = article, clock.now()
        form.save()
        Article.objects.filter(id=article.id).update(solved=F("solved") + 1)
        journal.publish(events.ArticleSolved(subject=str(article.id), session=str(session)), by=by)
    return form


def _count(article: Article, before: Vote | None, now: Vote) -> None:
    helpful = int(now.helpful) - int(bool(before and before.helpful))
    unhelpful = int(not now.helpful) - int(bool(before and not before.helpful))
    if helpful or unhelpful:
        Article.objects.filter(id=article.id).update(
            helpful=F("helpful") + helpful, unhelpful=F("unhelpful") + unhelpful
        )


def _masked(text: str) -> str:
    """The words with <PHONE_1> for a number: nothing of it is kept, for no erasure could find it here."""
    return " ".join(pii.mask(text).text.split())
