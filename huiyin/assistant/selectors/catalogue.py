"""The help centre as the assistant reads it: phrasings of public articles in memory, read anew when they change."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from huiyin.assistant.models import Phrasing
from huiyin.assistant.ranking.index import Index, Phrase
from huiyin.knowledge.models import GIVEN, Article, Revision, Variant
from huiyin.knowledge.selectors import phrasings

LOOK_EVERY_SECONDS = 2.0
PASSAGE = 480


@dataclass(frozen=True, slots=True)
class Passage:
    """What an article says, as far as an answer quotes it."""

    article: str
    key: str
    title: str
    text: str
    body: str
    lang: str


class _Shelf:
    """The one index of this process. While one thread reads anew, the others go on with what they have."""

    def __init__(self) -> None:
        self._index: Index | None = None
        self._looked_at = 0.0
        self._reading = threading.Lock()
        self._database = ""

    def index(self) -> Index:
        database = str(settings.DATABASES["default"]["NAME"])
        fresh = database == self._database and time.monotonic() - self._looked_at < LOOK_EVERY_SECONDS
        if fresh or not self._reading.acquire(blocking=database != self._database):
            return self._index or Index([])
        try:
            version = _version()
            if self._index is None or version != self._index.version or database != self._database:
                self._index = Index(_phrases(), version)
            self._looked_at, self._database = time.monotonic(), database
        finally:
            self._reading.release()
        return self._index or Index([])

    def forget(self) -> None:
        self._looked_at = 0.0


_shelf = _Shelf()


def index() -> Index:
    """Phrasings as they stood at most two seconds ago."""
    return _shelf.index()


def forget_index() -> None:
    """Look again at the next question; for those who have just changed a phrasing."""
    _shelf.forget()


def learnt() -> QuerySet[Phrasing]:
    """What visitors taught."""
    return Phrasing.objects.filter(kind=Phrasing.Kind.LEARNT)


def passages(articles: Sequence[str], *, lang: str) -> list[Passage]:
    """The words of public articles, in the order given and in the wished language where there is one."""
    rows = Revision.objects.filter(
        id__in=Variant.objects.filter(**_PUBLIC, article_id__in=articles).values("published")
    ).values_list("variant__article_id", "variant__article__key", "title", "plain", "body", "variant__lang")
    found: dict[str, Passage] = {}
    for article, key, title, text, body, written_in in rows:
        if str(article) not in found or written_in == lang:
            found[str(article)] = Passage(str(article), key, title, text, body, written_in)
    return [found[article] for article in articles if article in found]


def ids_given() -> dict[str, str]:
    """What files call each article: the id that an import gave it, else its key."""
    rows = Article.objects.values_list("id", "key", "origin")
    return {
        str(id): origin.removeprefix(GIVEN) if origin.startswith(GIVEN) else key for id, key, origin in rows
    }


_PUBLIC = {
    "article__status": Article.Status.PUBLISHED,
    "article__visibility": Article.Visibility.PUBLIC,
}


def _version() -> str:
    return f"{phrasings.phrasings_version()} {phrasings.version_of(learnt())}"


def _phrases() -> list[Phrase]:
    """What articles bring along, and what was learnt."""
    found = (*phrasings.public_phrasings(), *phrasings.phrased(learnt()))
    return [Phrase(each.article, each.text, each.lang, each.vectors) for each in found]
