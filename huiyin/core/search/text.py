"""Text as the search engines see it: every CJK character is a token of its own, every other word is one.

Both engines keep the same string, ` 退 款 iphone 15 `, so that a phrase matches in one exactly when it does
in the other.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# Han with its extensions, kana, hangul and the marks 々〆〇: scripts that write without spaces.
CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003fffd"
WORD = rf"[^\W_{CJK}]"
_TOKEN = re.compile(rf"[{CJK}]|{WORD}+")
_CJK_CHARACTER = re.compile(rf"[{CJK}]")

LONGEST_WORD = 64
LONGEST_FIELD = 30_000  # tokens; a tsvector holds 1 MB
LONGEST_QUERY = 64  # tokens; the rest of a longer query is not needed to find the text
SHORTEST_PREFIX = 2  # one letter would match a tenth of the dictionary


def fold(text: str) -> str:
    """Full-width to half-width, compatibility forms to plain ones, case away."""
    return unicodedata.normalize("NFKC", text).casefold()


def tokens(text: str) -> list[str]:
    """The tokens of a text, in order."""
    return [token[:LONGEST_WORD] for token in _TOKEN.findall(fold(text))]


def spaced(text: str) -> str:
    """The text as the engines store it: tokens between single spaces, with one at each end."""
    found = tokens(text)[:LONGEST_FIELD]
    return f" {' '.join(found)} " if found else ""


def is_cjk(token: str) -> bool:
    return len(token) == 1 and _CJK_CHARACTER.match(token) is not None


def grams(words: list[str]) -> list[str]:
    """Words, CJK characters and pairs of neighbouring ones: what an index without positions can look up."""
    pairs = [a + b for a, b in pairwise(words) if is_cjk(a) and is_cjk(b)]
    return list(dict.fromkeys([*words, *pairs]))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that must stand side by side. A word at the end may go on: `refu` finds `refund`."""

    tokens: tuple[str, ...]

    @property
    def open_ended(self) -> bool:
        last = self.tokens[-1]
        return len(last) >= SHORTEST_PREFIX and not is_cjk(last)

    @property
    def needle(self) -> str:
        """What to look for in a stored text."""
        return f" {' '.join(self.tokens)}" + ("" if self.open_ended else " ")


@lru_cache(maxsize=512)
def phrases(query: str) -> tuple[Phrase, ...]:
    """The phrases of a query, all of which must match: one for each run of text without white space."""
    found: list[Phrase] = []
    room = LONGEST_QUERY
    for run in fold(query).split():
        words = tuple(tokens(run))[:room]
        room -= len(words)
        if words:
            found.append(Phrase(words))
    return tuple(dict.fromkeys(found))


def query_grams(text: str) -> list[str]:
    """What a free text is about: its words and its pairs of CJK characters; single characters only alone."""
    words = tokens(text)[: 4 * LONGEST_QUERY]
    found = [gram for gram in grams(words) if not is_cjk(gram) and len(gram) >= SHORTEST_PREFIX]
    return (found or grams(words))[:LONGEST_QUERY]
