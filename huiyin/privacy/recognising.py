"""How a person is recognised in words about others, and hidden there.

An address or a number is theirs alone. A name is borne by many: it counts where it stands beside one of those,
or where the text itself uses it as the name of a person. In a restored system the words no longer open; then
whatever looks like an address or a number is compared by its blind index.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, unquote

from huiyin.core.crypto import blind_index
from huiyin.core.persons import Traces
from huiyin.language import pii

HIDDEN = "***"
MOBILE = re.compile(r"(?:\+?86)?(1\d{10})$")
CANDIDATE = re.compile(
    r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+|\+?\d[\d -]{5,}\d|[A-Za-z0-9][A-Za-z0-9_.-]{4,62}[A-Za-z0-9]"
)
# Before these words a name is a person's, whom the recogniser, who knows no names, is careful to believe.
CALLED = "用户|客户|会员|顾客|买家|联系人?|通知|customer|user|client|contact|mr\\.?|mrs\\.?|ms\\.?"
BEFORE, AFTER = r"(?<![A-Za-z0-9_.+-])", r"(?![A-Za-z0-9_])"


class Marks:
    """What tells of some people, compared with texts in one go."""

    SHORTEST = 6  # characters; shorter words are everybody's

    def __init__(self, found: Iterable[Traces]) -> None:
        found = list(found)
        words = {word for traces in found for word in traces.words}
        names = {name for traces in found for name in traces.names}
        self._indexes = {index for traces in found if traces.is_blind for index in traces.indexes}
        self._signs = {spelling for word in words - names if is_telling(word) for spelling in spellings(word)}
        self._names = names
        self._called = _any(names, before=f"(?:{CALLED})\\s*", after="")
        self._sign, self._name = _any(self._signs), _any(self._names | {quote(name) for name in names})

    def __bool__(self) -> bool:
        return bool(self._signs or self._names or self._indexes)

    @property
    def needles(self) -> set[str]:
        """What a text must hold one of to be worth a look; nothing when only indexes tell, and all are."""
        return set() if self._indexes else self._signs | self._names

    def hidden(self, text: str) -> str:
        """The text without these people."""
        bare = self._sign.sub(HIDDEN, text) if self._sign else text
        if self._indexes:
            bare = CANDIDATE.sub(self._compared, bare)
        if self._name and self._name.search(bare) and (bare != text or self._names_a_person(text)):
            bare = self._name.sub(HIDDEN, bare)
        return bare

    def _compared(self, found: re.Match[str]) -> str:
        word = unquote(found[0])
        is_theirs = is_telling(word) and not self._indexes.isdisjoint(_indexes(word))
        return HIDDEN if is_theirs else found[0]

    def _names_a_person(self, text: str) -> bool:
        if self._called and self._called.search(text):
            return True
        spans = (span for span in pii.find(text) if span.label == "NAME")
        return any(text[span.start : span.end] in self._names for span in spans)


def is_telling(word: str) -> bool:
    """Long or odd enough to be nobody else's: an address, eight digits, a code of letters and digits."""
    if "@" in word or len(word) >= 12:
        return True
    digits = sum(sign.isdigit() for sign in word)
    return digits >= 8 or (0 < digits < len(word) >= Marks.SHORTEST)


def spellings(word: str) -> set[str]:
    """A mobile number is written in several ways; in an address of a page signs are escaped."""
    mobile = MOBILE.fullmatch(re.sub(r"[ -]", "", word))
    if not mobile:
        return {word, quote(word, safe="")}
    bare = mobile[1]
    return {word, bare, *(f"{bare[:3]}{gap}{bare[3:7]}{gap}{bare[7:]}" for gap in " -")}


def _any(words: set[str], *, before: str = BEFORE, after: str = AFTER) -> re.Pattern[str] | None:
    """Any of the words, the longest first, none as a part of a longer one."""
    if not words:
        return None
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(f"{before}{re.escape(word)}{after}" for word in ordered), re.IGNORECASE)


@lru_cache(maxsize=50_000)
def _indexes(candidate: str) -> tuple[str, ...]:
    """The blind indexes that a word would have, if it were an address or a number of somebody."""
    if "@" in candidate:
        kinds = ["email", "external_id"]
    else:
        kinds = (
            ["phone", "external_id"] if sum(sign.isdigit() for sign in candidate) >= 7 else ["external_id"]
        )
    return tuple(blind_index(f"identity.{kind}", candidate) for kind in kinds)
