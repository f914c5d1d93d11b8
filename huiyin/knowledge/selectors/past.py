"""What became of an article, read from the journal and from its reviews."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.core.models import JournalEntry
from huiyin.knowledge import events
from huiyin.knowledge.models import Article, Review

SHOWN = 40
# A saved text, a vote and a request saved stand elsewhere on the page, counted.
UNTOLD = {events.ArticleVoted.name, events.ArticleSolved.name}
ICONS = {
    "article.written": "pencil",
    "article.described": "settings",
    "article.submitted": "eye",
    "article.returned": "corner-up-left",
    "article.published": "check",
    "article.archived": "archive",
    "article.due": "calendar",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to an article."""

    text: str
    who: str
    note: str
    at: datetime
    icon: str


def past_of(article: Article) -> list[Step]:
    """The newest steps first. Two queries."""
    rows = JournalEntry.objects.filter(subject_kind="article", subject=str(article.id))
    entries = list(rows.exclude(name__in=UNTOLD).order_by("-seq")[:SHOWN])
    notes = dict(_notes(article.reviews.all()))
    names = {str(key): str(user) for key, user in people.directory().people.items()}
    return [
        Step(
            text=_sentence(entry),
            who=names.get(entry.actor_id, "") if entry.actor_kind == "user" else "",
            note=notes.get((entry.name, entry.data.get("review", "")), ""),
            at=entry.at,
            icon=ICONS.get(entry.name, "history"),
        )
        for entry in entries
    ]


def _notes(reviews: Iterable[Review]) -> Iterable[tuple[tuple[str, str], str]]:
    """What was said with a step. The journal itself holds no free text."""
    for review in reviews:
        yield (events.ArticleSubmitted.name, str(review.id)), review.note
        yield (events.ArticleReturned.name, str(review.id)), review.answer


def _sentence(entry: JournalEntry) -> str:
    data: dict[str, Any] = entry.data
    if entry.name == events.ArticleWritten.name:
        return _("wrote version %(number)s in %(lang)s") % {
            "number": data.get("number", ""),
            "lang": _("Chinese") if data.get("lang") == "zh" else _("English"),
        }
    if entry.name == events.ArticlePublished.name and data.get("is_own_word"):
        return _("published it, without a second look")
    told = {
        events.ArticleDescribed.name: _("changed its settings"),
        events.ArticleSubmitted.name: _("asked for a second look"),
        events.ArticleReturned.name: _("sent it back"),
        events.ArticlePublished.name: _("published it"),
        events.ArticleArchived.name: _("archived it"),
        events.ArticleDue.name: _("The day to look at it again has come"),
    }
    return told.get(entry.name, entry.name)
