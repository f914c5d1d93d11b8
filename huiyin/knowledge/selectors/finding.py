"""Search that answers: words as typed, then what comes close, then what only sounds or is spelt alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.urls import reverse

from huiyin.core.ports.search import Segment
from huiyin.core.search import marks
from huiyin.core.search.text import Phrase, is_cjk, phrases
from huiyin.knowledge.closeness import PAIR, Weights, closeness, meaning
from huiyin.knowledge.indexes import ARTICLES, NEAR, misspellings, near, sounds
from huiyin.knowledge.markdown import plain
from huiyin.knowledge.models import Article, Variant
from huiyin.knowledge.selectors.articles import readable_variants

LONGEST_QUERY = 500  # characters; more of a long request says nothing new
CANDIDATES = 24
EXACT, LOOSE = 0.3, 0.7  # all phrases of the query are there; how close the rest is
CLOSE_ENOUGH = 0.22  # below it an answer offered while typing is more often wrong than right
ALIKE_ENOUGH = 0.5  # share of a mistyped query's pairs that must sound alike
OWN_LANGUAGE = 0.02


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
    text = text[:LONGEST_QUERY]
    exact = {key for key, _ in ARTICLES.ranked(text, limit=4 * CANDIDATES)}
    loose = {key for key, _ in ARTICLES.similar(text, limit=CANDIDATES)}
    asked = meaning(text)
    found = []
    for variant in _variants(exact | loose, user):
        near_by = _closeness(asked, variant)
        if variant.id in exact:
            found.append(_hit(variant, phrases(text), EXACT + LOOSE * near_by))
        elif near_by >= CLOSE_ENOUGH:
            found.append(_hit(variant, _telling(asked), LOOSE * near_by))
    return _best(found or _alike(text, user), lang, limit)


def suggest(text: str, *, lang: str, limit: int = 3) -> list[Hit]:
    """Public articles that may answer a request that is being typed; few and close, or none. Two queries."""
    text = text[:LONGEST_QUERY]
    asked = meaning(text)
    keys = [key for key, _ in ARTICLES.similar(text, limit=CANDIDATES)]
    scored = ((variant, _closeness(asked, variant)) for variant in _variants(keys, None))
    close = [_hit(variant, _telling(asked), score) for variant, score in scored if score >= CLOSE_ENOUGH]
    return _best(close, lang, limit)


def _alike(text: str, user: Any | None) -> list[Hit]:
    """What a mistyped query may have meant: the same sound, or a letter too few or too many."""
    heard, spelt = set(sounds(text)), set(misspellings(text))
    keys = [key for key, _ in NEAR.similar(near([text]), limit=CANDIDATES)]
    found = []
    for variant in _variants(keys, user):
        told = " ".join(_phrasings(variant))
        sounding = len(heard & set(sounds(told))) / len(heard) if heard else 0.0
        spelling = 1.0 if spelt & set(misspellings(told)) else 0.0
        likeness = max(sounding, spelling)
        if likeness >= ALIKE_ENOUGH:
            found.append(_hit(variant, (), CLOSE_ENOUGH * likeness))
    return found


def _variants(keys: Iterable[Any], user: Any | None) -> list[Variant]:
    wanted = [key for key in keys if isinstance(key, UUID)]
    if not wanted:
        return []
    rows = readable_variants(user).filter(id__in=wanted).select_related("article", "published")
    return list(rows.defer("published__html"))


def _closeness(asked: Weights, variant: Variant) -> float:
    assert variant.published is not None
    return closeness(asked, _phrasings(variant), plain(variant.published.body))


def _phrasings(variant: Variant) -> list[str]:
    assert variant.published is not None
    return [variant.published.title, *variant.published.questions]


def _telling(asked: Weights) -> list[Phrase]:
    """The words and pairs worth marking in an article that is close without holding the query."""
    grams = [gram for gram, weight in asked.items() if weight >= PAIR]
    return [Phrase(tuple(gram) if is_cjk(gram[0]) else (gram,)) for gram in grams]


def _hit(variant: Variant, wanted: Sequence[Phrase], score: float) -> Hit:
    revision = variant.published
    assert revision is not None
    body = marks.excerpt(plain(revision.body), wanted)
    return Hit(
        article=str(variant.article_id),
        key=variant.article.key,
        lang=variant.lang,
        title=revision.title,
        snippet="".join(segment.text for segment in body),
        score=round(min(1.0, score), 3),
        is_staff_only=variant.article.visibility == Article.Visibility.STAFF,
        title_segments=tuple(marks.mark(revision.title, wanted)),
        snippet_segments=tuple(body),
    )


def _best(hits: Iterable[Hit], lang: str, limit: int) -> list[Hit]:
    """One hit an article, the reader's language winning a tie; best first."""
    best: dict[str, Hit] = {}
    for hit in hits:
        weighed = replace(hit, score=hit.score + OWN_LANGUAGE) if hit.lang == lang else hit
        if hit.key not in best or weighed.score > best[hit.key].score:
            best[hit.key] = weighed
    ranked = sorted(best.values(), key=lambda hit: (-hit.score, hit.key))[:limit]
    return [replace(hit, score=round(min(1.0, hit.score), 3)) for hit in ranked]
