"""What owners have to look after: articles that are due, doubted, behind their other language, or never opened."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from huiyin.core import clock
from huiyin.core.paging import Page, cursor_page
from huiyin.knowledge.models import Article, Deflection, Reading, Review, Variant, Vote

UNUSED_FOR = timedelta(days=90)
COUNTED_FOR = timedelta(days=30)
VOTES_NEEDED = 3  # fewer say nothing
DOUBTED_SHARE = 0.4

LISTS = {
    "waiting": _("Waiting for a second look"),
    "due": _("To look at again"),
    "doubted": _("Doubted by readers"),
    "behind": _("A language is behind"),
    "unused": _("Hardly ever opened"),
}


@dataclass(frozen=True, slots=True)
class Concern:
    """An article on one of the lists, with what its owner needs to know."""

    article: Article
    title: str
    reasons: list[tuple[str, int]]
    opened: int


def concerns(name: str, *, owner: Any | None = None, cursor: str = "", limit: int = 50) -> Page:
    """One list, of all articles or of one owner's. Four queries."""
    rows = _listed(name)
    if owner is not None:
        rows = rows.filter(owner=owner)
    rows = rows.select_related("owner", "category").annotate(opened=_opened())
    page = cursor_page(rows, order=("-updated_at", "-id"), cursor=cursor, limit=limit)
    keys = [article.id for article in page.items]
    titles, reasons = titles_of(keys), _reasons(keys)
    told = [Concern(a, titles.get(a.id, a.key), reasons.get(a.id, []), a.opened) for a in page.items]
    return Page(told, page.next)


def deflected() -> dict[str, int]:
    """What answers beside the request form did in the last thirty days: forms, openings, requests saved. One query."""
    forms = Deflection.objects.filter(offered_at__gte=clock.now() - COUNTED_FOR)
    return forms.aggregate(
        offered=Count("id", filter=~Q(offered=[])),
        opened=Count("id", filter=~Q(opened=[])),
        solved=Count("id", filter=Q(solved_at__isnull=False)),
    )


def concern_counts(*, owner: Any | None = None) -> dict[str, int]:
    """How many articles stand on each list."""
    mine = Q(owner=owner) if owner is not None else Q()
    return {name: _listed(name).filter(mine).count() for name in LISTS}


def due_articles(*, unreminded: bool = False) -> QuerySet[Article]:
    """Articles before readers whose day to be looked at again has come."""
    due = _published().filter(review_at__lte=clock.now().date())
    return due.exclude(reminded_for=F("review_at")) if unreminded else due


def titles_of(articles: list[UUID]) -> dict[UUID, str]:
    """What the desk calls articles: the newest title, the Chinese one first. One query."""
    rows = Variant.objects.filter(article__in=articles, current__isnull=False).order_by("lang")
    return dict(rows.values_list("article", "current__title"))


def title_of(article: Article) -> str:
    return titles_of([article.id]).get(article.id, article.key)


def _published() -> QuerySet[Article]:
    return Article.objects.filter(status=Article.Status.PUBLISHED)


def _listed(name: str) -> QuerySet[Article]:
    if name == "waiting":
        return Article.objects.filter(Exists(_waiting()))
    if name == "due":
        return due_articles()
    if name == "doubted":
        judged = Cast(F("helpful") + F("unhelpful"), FloatField())
        rows = _published().annotate(judged=judged).filter(judged__gte=VOTES_NEEDED)
        return rows.filter(unhelpful__gte=F("judged") * DOUBTED_SHARE)
    if name == "behind":
        return Article.objects.exclude(status=Article.Status.ARCHIVED).filter(Exists(_behind()))
    if name == "unused":
        before = clock.now() - UNUSED_FOR
        read = Reading.objects.filter(article=OuterRef("pk"), day__gte=before.date(), count__gt=0)
        return _published().filter(~Exists(read), created_at__lt=before)
    return Article.objects.none()


def _waiting() -> QuerySet[Review]:
    return Review.objects.filter(article=OuterRef("pk"), verdict=Review.Verdict.OPEN)


def _behind() -> QuerySet[Variant]:
    """A language that does not know what the other one says since."""
    others = Variant.objects.filter(article=OuterRef("article")).exclude(lang=OuterRef("lang"))
    led = Subquery(others.values("current__led_at")[:1])
    return (
        Variant.objects.filter(article=OuterRef("pk"))
        .annotate(led=led)
        .filter(led__gt=F("current__translates"))
    )


def _opened() -> Coalesce:
    """How often an article was opened in the last quarter."""
    since = (clock.now() - UNUSED_FOR).date()
    rows = Reading.objects.filter(article=OuterRef("pk"), day__gte=since).order_by().values("article")
    return Coalesce(Subquery(rows.annotate(n=Sum("count")).values("n")), 0)


def _reasons(articles: list[UUID]) -> dict[UUID, list[tuple[str, int]]]:
    """Why readers were not helped, the commonest reason first. One query."""
    labels = dict(Vote.Reason.choices)
    rows = Vote.objects.filter(article__in=articles, helpful=False).exclude(reason="")
    counted = rows.values_list("article", "reason").annotate(n=Count("id")).order_by("-n")
    found: dict[UUID, list[tuple[str, int]]] = {}
    for article, reason, count in counted:
        found.setdefault(article, []).append((str(labels.get(reason, reason)), count))
    return found
