"""Search that answers: words as typed, then what comes close, then what only sounds or is spelt alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from huiyin.core.ports.search import Segment
from huiyin.core.search import marks
from huiyin.core.search.text import Phrase, is_cjk, phrases
from huiyin.knowledge.closeness import PAIR, Weights, closeness, meaning
from huiyin.knowledge.indexes import ARTICLES, NEAR, misspellings, near, sounds
from huiyin.knowledge.models import Article
from huiyin.knowledge.selectors.articles import readable_variants

LONGEST_QUERY = 500  # characters; more of a long request says nothing new
CANDIDATES = 24
EXACT, LOOSE = 0.3, 0.7  # all phrases of the query are there; how close the rest is
CLOSE = 0.22  # below it a search result has nothing to do with the query
CLOSE_ENOUGH_TO_OFFER = 0.33  # an answer that nobody asked for must be nearer
ALIKE = 0.5  # share of a mistyped query's pairs that must sound alike
OWN_LANGUAGE = 0.1


@dataclass(frozen=True, slots=True)
class Hit:
    """A found article: its words marked where they match, and how well they do, 0 to 1."""

    article: str
    key: str
    lang: str
    title: str
    snippet: str
    score: float
    is_staff_only: bool
    title_segments: tuple[Segment, ...]
    snippet_segments: tuple[Segment, ...]

    @property
    def url(self) -> str:
        return reverse("kb_article", args=[self.key])


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A published variant that may answer, as one row of the database."""

    variant: UUID
    article: UUID
    key: str
    lang: str
    visibility: str
    title: str
    questions: list[str]
    plain: str

    def closeness(self, asked: Weights) -> float:
        return closeness(asked, (self.title, *self.questions), self.plain)


Scored = tuple[float, _Candidate, Sequence[Phrase]]


def search(text: str, *, lang: str, user: Any | None = None, limit: int = 10) -> list[Hit]:
    """The best articles for a query, in both languages, one an article. Any text is a legal query."""
    text = text[:LONGEST_QUERY]
    exact = {key for key, _ in ARTICLES.ranked(text, limit=4 * CANDIDATES)}
    loose = {key for key, _ in ARTICLES.similar(text, limit=CANDIDATES)}
    asked, wanted = meaning(text), phrases(text)
    telling = _telling(asked)
    found: list[Scored] = []
    for candidate in _candidates(exact | loose, user):
        near_by = candidate.closeness(asked)
        if candidate.variant in exact:
            found.append((EXACT + LOOSE * near_by, candidate, wanted))
        elif near_by >= CLOSE:
            found.append((LOOSE * near_by, candidate, telling))
    return _best(found or _alike(text, user), lang, limit)


def suggest(text: str, *, lang: str, limit: int = 3) -> list[Hit]:
    """Public articles that may answer a request that is being typed; few and close, or none. Two queries."""
    text = text[:LONGEST_QUERY]
    asked = meaning(text)
    telling = _telling(asked)
    keys = [key for key, _ in ARTICLES.similar(text, limit=CANDIDATES)]
    scored = [(candidate.closeness(asked), candidate, telling) for candidate in _candidates(keys, None)]
    return _best([found for found in scored if found[0] >= CLOSE_ENOUGH_TO_OFFER], lang, limit)


def _alike(text: str, user: Any | None) -> list[Scored]:
    """What a mistyped query may have meant: the same sound, or a letter too few or too many."""
    heard, spelt = set(sounds(text)), set(misspellings(text))
    keys = [key for key, _ in NEAR.similar(near([text]), limit=CANDIDATES)]
    found: list[Scored] = []
    for candidate in _candidates(keys, user):
        told = "\n".join((candidate.title, *candidate.questions))
        sounding = len(heard & set(sounds(told))) / len(heard) if heard else 0.0
        likeness = max(sounding, float(not spelt.isdisjoint(misspellings(told))))
        if likeness >= ALIKE:
            found.append((CLOSE * likeness, candidate, ()))
    return found


def _candidates(keys: Iterable[Any], user: Any | None) -> list[_Candidate]:
    wanted = list(keys)
    if not wanted:
        return []
    rows = (
        readable_variants(user)
        .filter(id__in=wanted)
        .values_list(
            *("id", "article_id", "article__key", "lang", "article__visibility"),
            *("published__title", "published__questions", "published__plain"),
        )
    )
    return [_Candidate(*row) for row in rows]


def _telling(asked: Weights) -> list[Phrase]:
    """The words and pairs worth marking in an article that is close without holding the query."""
    grams = [gram for gram, weight in asked.items() if weight >= PAIR]
    return [Phrase(tuple(gram) if is_cjk(gram[0]) else (gram,)) for gram in grams]


def _best(found: Iterable[Scored], lang: str, limit: int) -> list[Hit]:
    """One hit an article, the reader's language preferred; best first. Only these are marked."""
    best: dict[UUID, Scored] = {}
    for score, candidate, wanted in found:
        weighed = score + (OWN_LANGUAGE if candidate.lang == lang else 0.0)
        if candidate.article not in best or weighed > best[candidate.article][0]:
            best[candidate.article] = (weighed, candidate, wanted)
    ranked = sorted(best.values(), key=lambda scored: (-scored[0], scored[1].key))
    return [_hit(*scored) for scored in ranked[:limit]]


def _hit(score: float, candidate: _Candidate, wanted: Sequence[Phrase]) -> Hit:
    body = marks.excerpt(candidate.plain, wanted)
    return Hit(
        article=str(candidate.article),
        key=candidate.key,
        lang=candidate.lang,
        title=candidate.title,
        snippet="".join(segment.text for segment in body),
        score=round(min(1.0, score), 3),
        is_staff_only=candidate.visibility == Article.Visibility.STAFF,
        title_segments=tuple(marks.mark(candidate.title, wanted)),
        snippet_segments=tuple(body),
    )
