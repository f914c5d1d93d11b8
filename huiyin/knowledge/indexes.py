"""The search indexes of the help centre: by the words themselves, and by how they sound and are mistyped."""

import os
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise

from huiyin.core.ports import search
from huiyin.core.search.text import is_cjk, tokens
from huiyin.knowledge.closeness import FUNCTION_CHARACTERS
from huiyin.language.normalise import simplify

ARTICLES = search.index("articles", fields={"title": 8, "questions": 5, "body": 1}, keys=search.Keys.UUID)
NEAR = search.index("articles_near", keys=search.Keys.UUID)
SHORTEST_MISTYPED = 5
LONGEST_SYLLABLE = 6  # zhuang


def indexed(text: str) -> str:
    """Text as search keeps and asks it: traditional characters as simplified ones, one for one."""
    return text if text.isascii() else simplify(text)


def near(texts: Iterable[str]) -> str:
    """What a mistyped query still shares with these texts: the sound of Chinese, and words one letter short.

    冲值 sounds as 充值; `pasword` and `password` share `pasword` (deletion neighbourhoods after SymSpell).
    """
    parts = (part for text in texts for part in (*sounds(text), *typed_sounds(text), *misspellings(text)))
    return " ".join(dict.fromkeys(parts))


def sounds(text: str) -> list[str]:
    """The pinyin, without tones, of every pair of neighbouring characters that means something."""
    pairs = [(a, b) for a, b in pairwise(tokens(text)) if is_cjk(a) and is_cjk(b)]
    return [
        _reading(first) + _reading(second)
        for first, second in pairs
        if not FUNCTION_CHARACTERS.issuperset((first, second))
    ]


def typed_sounds(text: str) -> list[str]:
    """The same pairs of a text typed in pinyin: `tuikuan` sounds as 退款."""
    words = [word for word in tokens(text) if word.isascii() and word.isalpha()]
    return [first + second for word in words for first, second in pairwise(_syllables(word))]


def misspellings(text: str) -> list[str]:
    """Every longer Latin word, and what is left of it without one of its letters."""
    words = [
        word for word in tokens(text) if word.isascii() and word.isalpha() and len(word) >= SHORTEST_MISTYPED
    ]
    return [*words, *(word[:place] + word[place + 1 :] for word in words for place in range(len(word)))]


def _syllables(word: str) -> list[str]:
    """The word as the fewest syllables of Chinese, or nothing when it is none."""
    known = _all_syllables()
    best: list[list[str] | None] = [[], *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - LONGEST_SYLLABLE), end):
            before, last = best[start], word[start:end]
            if before is not None and last in known and len(before) + 1 < len(best[end] or word + "."):
                best[end] = [*before, last]
    return best[-1] or []


@cache
def _all_syllables() -> frozenset[str]:
    """The four hundred syllables that common characters are read as."""
    return frozenset(_readings([chr(place) for place in range(0x4E00, 0x9FA6)]))


@lru_cache(maxsize=8_192)
def _reading(character: str) -> str:
    return _readings([character])[0]


def _readings(characters: list[str]) -> list[str]:
    """Each character's commonest reading. Loaded at first use, and without phrases, which cost 40 MB."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin

    return lazy_pinyin(characters)
