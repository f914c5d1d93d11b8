"""Search that answers: what `matching` found, one hit an article, its words marked where they match."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from huiyin.core.ports.search import Segment
from huiyin.core.search import marks
from huiyin.core.search.text import Phrase, is_cjk, phrases
from huiyin.knowledge.closeness import PAIR, meaning
from huiyin.knowledge.indexes import indexed
from huiyin.knowledge.models import Article
from huiyin.knowledge.selectors.matching import LONGEST_QUERY, Found, find, find_close
from huiyin.knowledge.selectors.meanings import vector_of

__all__ = ["Found", "Hit", "find", "search", "suggest", "vector_of"]

CLOSE_ENOUGH_TO_OFFER = 0.33  # an answer that nobody asked for must be nearer
MEANT_ENOUGH_TO_OFFER = 0.62
OWN_LANGUAGE = 0.1
ELLIPSIS = "…"


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


def search(text: str, *, lang: str, user: Any | None = None, limit: int = 10) -> list[Hit]:
    """The best articles for a query, in both languages, one an article. Any text is a legal query."""
    asked = indexed(text[:LONGEST_QUERY])
    wanted, telling = phrases(asked), _telling(asked)
    found = find(text, user=user, vector=vector_of(text))
    return [_hit(each, wanted if each.is_exact else telling) for each in _best(found, lang, limit)]


def suggest(text: str, *, lang: str, vector: bytes = b"", limit: int = 3) -> list[Hit]:
    """Public articles that may answer a request that is being typed; few and close, or none.

    By words, and by meaning where the caller has the text's vector: nobody waits for one here.
    """
    telling = _telling(indexed(text[:LONGEST_QUERY]))
    found = [each for each in find_close(text, vector=vector) if _is_worth_offering(each)]
    return [_hit(each, telling) for each in _best(found, lang, limit)]


def _is_worth_offering(found: Found) -> bool:
    return found.lexical >= CLOSE_ENOUGH_TO_OFFER or (found.semantic or 0.0) >= MEANT_ENOUGH_TO_OFFER


def _best(found: Iterable[Found], lang: str, limit: int) -> list[Found]:
    """One an article, the reader's language preferred; best first."""
    best: dict[UUID, tuple[float, Found]] = {}
    for each in found:
        weighed = each.score + (OWN_LANGUAGE if each.lang == lang else 0.0)
        if each.article not in best or weighed > best[each.article][0]:
            best[each.article] = (weighed, each)
    ranked = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].key))
    return [each for _weighed, each in ranked[:limit]]


def _telling(asked: str) -> list[Phrase]:
    """The words and pairs worth marking in an article that is close without holding the query."""
    grams = [gram for gram, weight in meaning(asked).items() if weight >= PAIR]
    return [Phrase(tuple(gram) if is_cjk(gram[0]) else (gram,)) for gram in grams]


def _hit(found: Found, wanted: Sequence[Phrase]) -> Hit:
    body = _excerpt(found.plain, wanted)
    return Hit(
        article=str(found.article),
        key=found.key,
        lang=found.lang,
        title=found.title,
        snippet="".join(segment.text for segment in body),
        score=round(min(1.0, found.score), 3),
        is_staff_only=found.visibility == Article.Visibility.STAFF,
        title_segments=_as_written(found.title, marks.mark(indexed(found.title), wanted)),
        snippet_segments=body,
    )


def _excerpt(text: str, wanted: Sequence[Phrase]) -> tuple[Segment, ...]:
    text = " ".join(text[: marks.LONGEST_TEXT].split())
    found = marks.excerpt(indexed(text), wanted)
    inner = [segment for segment in found if segment.text != ELLIPSIS]
    shown = "".join(segment.text for segment in inner)
    cut = _as_written(text[indexed(text).find(shown) :], inner)
    head = found[:1] if found and found[0].text == ELLIPSIS else []
    tail = found[-1:] if len(found) > 1 and found[-1].text == ELLIPSIS else []
    return (*head, *cut, *tail)


def _as_written(text: str, found: Iterable[Segment]) -> tuple[Segment, ...]:
    """The segments with the characters of the original, traditional ones among them: one for one."""
    segments, place = [], 0
    for segment in found:
        segments.append(Segment(text[place : place + len(segment.text)], segment.marked))
        place += len(segment.text)
    return tuple(segments)
