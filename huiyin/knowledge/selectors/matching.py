"""Which published words may answer a text, and how near they are: by words, by meaning, and by sound.

Words find what holds them, sentence vectors what says the same in others, and sounds what was mistyped. Without
vectors the words alone decide. `finding` dresses the result for pages.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from huiyin.core.ports import search
from huiyin.knowledge.closeness import Weights, closeness, meaning
from huiyin.knowledge.indexes import ARTICLES, NEAR, indexed, misspellings, near, sounds, typed_sounds
from huiyin.knowledge.models import Variant
from huiyin.knowledge.selectors.articles import readable_variants
from huiyin.knowledge.selectors.meanings import near_meanings

LONGEST_QUERY = 500  # characters; more of a long request says nothing new
CANDIDATES = 24
MEANT = 24
TELLING = 1_000  # articles that hold a word, from which on its place in a body says nothing
EXACT, LOOSE = 0.3, 0.7  # all phrases of the query are there; how close the rest is
CLOSE = 0.22  # below it a search result has nothing to do with the query
ALIKE = 0.5  # share of a mistyped query's pairs that must sound alike
# Cosines of the built-in encoder: unrelated texts reach the lower, the same in other words the upper end.
UNRELATED, SAME = 0.35, 0.95
SAYS_SO = 0.45  # a cosine from which an article may answer without sharing a word
BY_WORDS = 0.25  # the share of words in a nearness that is known by meaning as well


@dataclass(frozen=True, slots=True)
class Found:
    """A published variant that may answer: its words, and how near each measure sees it, 0 to 1.

    `semantic` is the cosine of the nearest phrasing, None where there are no vectors; `score` is for ranking.
    """

    variant: UUID
    article: UUID
    key: str
    lang: str
    visibility: str
    title: str
    questions: tuple[str, ...]
    plain: str
    lexical: float = 0.0
    semantic: float | None = None
    is_exact: bool = False
    score: float = 0.0


def find(text: str, *, user: Any | None = None, vector: bytes = b"", limit: int = 50) -> list[Found]:
    """Whatever may answer the text and this person may read, the best first. Any text is a legal query.

    `vector` is the meaning of the text (`meanings.vector_of`). At most two queries.
    """
    asked = indexed(text[:LONGEST_QUERY])
    known = _candidates(asked, readable_variants(user), vector)
    found = [each for each in known if _may_answer(each)]
    if not any(each.is_exact or each.lexical >= CLOSE for each in found):
        heard = _alike(asked, known)
        found = [*heard, *(each for each in found if each.variant not in {other.variant for other in heard})]
    return _best_first(found)[:limit]


def find_close(text: str, *, vector: bytes = b"", limit: int = 12) -> list[Found]:
    """The same for a longer text that is no query: public articles, by closeness alone, however it sounds."""
    known = _candidates(indexed(text[:LONGEST_QUERY]), readable_variants(None), vector, is_query=False)
    return _best_first(each for each in known if _may_answer(each))[:limit]


def _candidates(
    asked: str, readable: QuerySet[Variant], vector: bytes, *, is_query: bool = True
) -> list[Found]:
    """Those worth a closer look, judged: near by words, by sound or by meaning, and the newest that hold it all.

    Words that many articles hold count only in titles and known questions, where their sounds are looked up:
    ranking all that hold them somewhere would cost a tenth of a second.
    """
    whole = asked if is_query else ""
    meant = dict(sorted(near_meanings(vector).items(), key=lambda pair: -pair[1])[:MEANT])
    rows = search.among(
        readable,
        ARTICLES.near(asked, limit=2 * CANDIDATES, most=TELLING),
        NEAR.near(near([asked]), limit=CANDIDATES),
        ARTICLES.latest(whole, limit=CANDIDATES),
        ARTICLES.these(meant),
    )
    weights = meaning(asked)
    return [_judged(each, weights, meant.get(each.variant)) for each in _read(rows, whole)]


def _best_first(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda each: (-each.score, each.key))


def _judged(candidate: Found, asked: Weights, cosine: float | None) -> Found:
    told = [indexed(phrasing) for phrasing in (candidate.title, *candidate.questions)]
    by_words = closeness(asked, told, indexed(candidate.plain))
    near_by = by_words
    if cosine is not None:
        by_meaning = min(1.0, max(0.0, (cosine - UNRELATED) / (SAME - UNRELATED)))
        near_by = max(by_words, (1 - BY_WORDS) * by_meaning + BY_WORDS * by_words)
    score = (EXACT if candidate.is_exact else 0.0) + LOOSE * near_by
    return replace(candidate, lexical=by_words, semantic=cosine, score=score)


def _may_answer(found: Found) -> bool:
    return found.is_exact or found.lexical >= CLOSE or (found.semantic or 0.0) >= SAYS_SO


def _alike(text: str, known: Iterable[Found]) -> list[Found]:
    """What a mistyped query may have meant: the same sound, or a letter too few or too many."""
    heard, spelt = {*sounds(text), *typed_sounds(text)}, set(misspellings(text))
    found = []
    for candidate in known:
        told = indexed("\n".join((candidate.title, *candidate.questions)))
        sounding = len(heard & set(sounds(told))) / len(heard) if heard else 0.0
        likeness = max(sounding, float(not spelt.isdisjoint(misspellings(told))))
        if likeness >= ALIKE:
            found.append(replace(candidate, score=CLOSE + (1 - CLOSE) * likeness * LOOSE))
    return found


def _read(variants: QuerySet[Variant], query: str) -> list[Found]:
    columns = ("id", "article_id", "article__key", "lang", "article__visibility")
    words = ("published__title", "published__questions", "published__plain")
    rows = variants.annotate(is_exact=ARTICLES.holds(variants, query)).values_list(
        *columns, *words, "is_exact"
    )
    return [
        Found(
            variant,
            article,
            key,
            lang,
            visibility,
            title or "",
            tuple(questions or ()),
            plain or "",
            is_exact=exact,
        )
        for variant, article, key, lang, visibility, title, questions, plain, exact in rows
    ]
