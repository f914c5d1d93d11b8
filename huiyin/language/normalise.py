"""Text made comparable: broken characters out, NFKC, small letters, simplified Chinese.

The original is never changed: `Normal` keeps where every character stood in it, to show evidence in place.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKS = Path(__file__).parent / "packs"
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_RUNS = re.compile(r"(.)\1{3,}", re.DOTALL)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Normal:
    """Text for matching. `places[i]` is where character i begins in the original; None means one to one."""

    text: str
    places: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that gave `text[start:end]`."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def normal(text: str) -> Normal:
    """Fold for matching; one pass when the folding keeps the length, as it nearly always does."""
    folded = fold(text)
    if len(folded) == len(text):
        return Normal(folded)
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        part = fold(character)
        characters.append(part)
        places.extend([place] * len(part))
    return Normal("".join(characters), tuple(places))


def fold(text: str) -> str:
    """NFKC, lower case, simplified. Lone surrogates become U+FFFD, so the result always encodes."""
    return simplify(unicodedata.normalize("NFKC", encodable(text)).lower())


def simplify(text: str) -> str:
    """Traditional characters to simplified ones, character by character: for matching, not for reading."""
    return text.translate(_traditional())


def encodable(text: str) -> str:
    """Lone surrogates replaced, one character each, so that every place stays where it was."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def clean(text: str) -> str:
    """Text safe for encoders and storage: no lone surrogates, no controls, no invisible characters."""
    return _CONTROLS.sub(" ", _INVISIBLE.sub("", encodable(text)))


def plain(text: str, limit: int) -> str:
    """What classifiers read: folded, runs of one character cut to three, spaces single, at most `limit`."""
    folded = _RUNS.sub(r"\1\1\1", fold(clean(text[: limit * 2])))
    return _SPACES.sub(" ", folded).strip()[:limit]


@cache
def _traditional() -> dict[int, str]:
    lines = (PACKS / "traditional.txt").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line and not line.startswith("#")]
    table: dict[int, str] = {}
    for old, new in zip(rows[::2], rows[1::2], strict=True):
        table.update(zip(map(ord, old), new, strict=True))
    return table
