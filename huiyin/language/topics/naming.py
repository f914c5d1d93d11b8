"""What a group of texts is about, in their own words: those that the rest of the texts does not use."""

import itertools
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from huiyin.language.normalise import PACKS
from huiyin.language.segment import words

_KEYWORDS = 6
_IN_NAME = 3
_READ = 400
_CLAUSES = re.compile(r"[，。！？；：、,.!?;:\n（）()\[\]【】“”\"]+")


@dataclass(frozen=True, slots=True)
class Named:
    """A group in words: a short name, its keywords, how many texts."""

    name: str
    keywords: tuple[str, ...]
    size: int


def named(texts: Sequence[str], groups: Sequence[int]) -> dict[int, Named]:
    """A name for every group, of the words that set it apart (Dunning's G2 against all other texts)."""
    own: dict[int, Counter[str]] = {}
    sizes: Counter[int] = Counter(groups)
    everywhere: Counter[str] = Counter()
    for text, group in zip(texts, groups, strict=True):
        said = terms(text)
        own.setdefault(group, Counter()).update(said)
        everywhere.update(said)
    return {group: _named(own[group], everywhere, size, len(texts)) for group, size in sorted(sizes.items())}


def terms(text: str) -> set[str]:
    """Words of a text and pairs of neighbours within a clause, without those that carry no topic."""
    found: set[str] = set()
    for clause in _CLAUSES.split(text[:_READ]):
        known = words(clause)
        found.update(word for word in known if _carries(word))
        neighbours = itertools.pairwise(known)
        found.update(_joined(one, other) for one, other in neighbours if _carries(one) and _carries(other))
    return found


def surprise(here: int, there: int, size: int, rest: int) -> float:
    """G2 (Dunning 1993) of a term in `here` of `size` texts against `there` of `rest`; 0 when it is rarer here."""
    if here * max(rest, 1) <= there * size:
        return 0.0
    whole = (here + there) / (size + rest)
    return 2 * sum(
        seen * math.log(seen / (whole * of)) for seen, of in ((here, size), (there, rest)) if seen and of
    )


def _named(own: Mapping[str, int], everywhere: Mapping[str, int], size: int, whole: int) -> Named:
    least = 1 if size < 4 else 2
    scored = {
        term: surprise(count, everywhere[term] - count, size, whole - size) * _length_bonus(term)
        for term, count in own.items()
        if count >= least
    }
    ranked = sorted(scored, key=lambda term: (-scored[term], term))
    # Words that the rest uses as much say nothing, unless there is nothing else to say.
    ranked = [term for term in ranked if scored[term] > 0] or ranked
    keywords = _distinct(ranked)[:_KEYWORDS]
    return Named(" · ".join(keywords[:_IN_NAME]), tuple(keywords), size)


def _distinct(ranked: Sequence[str]) -> list[str]:
    """Without terms that only repeat a part of a better one."""
    kept: list[str] = []
    for term in ranked:
        if not any(term in other or other in term for other in kept):
            kept.append(term)
        if len(kept) == _KEYWORDS:
            break
    return kept or list(ranked[:1])


def _length_bonus(term: str) -> float:
    """A pair of words names more than either of them."""
    return 1.3 if " " in term or (len(term) >= 4 and not term.isascii()) else 1.0


@cache
def _empty() -> frozenset[str]:
    """Words that carry no topic, whatever the counts say."""
    lines = (PACKS / "empty_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _carries(word: str) -> bool:
    return word not in _empty() and not word.isdigit() and (len(word) > 1 or not word.isascii())


def _joined(one: str, other: str) -> str:
    return f"{one} {other}" if one.isascii() or other.isascii() else one + other
