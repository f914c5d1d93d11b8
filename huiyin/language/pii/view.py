"""A text as finders read it: one width, no hidden characters, digits for spoken numbers; every place known."""

import re
import unicodedata
from dataclasses import dataclass

HIDDEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f")
NUMERALS = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", "123456789", strict=True)),
    "〇": "0",
    "○": "0",
    "幺": "1",
    "两": "2",
}
SEPARATOR = r"[\s\-‐‑‒–—―.·•_/、~]"
SPOKEN = re.compile(rf"(?:[0-9OolI{''.join(NUMERALS)}]{SEPARATOR}{{0,2}}){{7,}}")
LOOKALIKES = {"O": "0", "o": "0", "l": "1", "I": "1"}


@dataclass(frozen=True)
class View:
    """The text to search, and for each of its characters where it stood in the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a span of the view."""
        return self.starts[start], self.ends[end - 1]


def view(original: str) -> View:
    """NFKC character by character, so that offsets survive; then spoken and look-alike digits as digits."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, char in enumerate(original):
        if char in HIDDEN:
            continue
        for part in unicodedata.normalize("NFKC", char):
            chars.append(part)
            starts.append(at)
            ends.append(at + 1)
    return View(SPOKEN.sub(_as_digits, "".join(chars)), tuple(starts), tuple(ends))


def _as_digits(found: re.Match[str]) -> str:
    """One character for one character. Letters count as digits only among digits."""
    run = found[0]
    if sum(char.isdigit() or char in NUMERALS for char in run) < 7:
        return run
    return "".join(NUMERALS.get(char) or LOOKALIKES.get(char) or char for char in run)
