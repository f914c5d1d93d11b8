"""Showing where a query matched: segments of the original text, plain or marked, for templates to escape."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from huiyin.core.search.text import WORD, Phrase, fold, is_cjk, phrases

LONGEST_TEXT = 20_000
LEAD = 24  # characters kept before the first mark of a snippet
# ASCII, Han, full-width forms and common punctuation fold to one character each, and are most of all text.
_ONE_TO_ONE = re.compile("[\x00-\x7f\u2018-\u201d\u3000-\u301f\u4e00-\u9fff\uff01-\uff5e]*")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text as it was written; `marked` when it matched."""

    text: str
    marked: bool


def highlight(text: str, query: str) -> list[Segment]:
    """The whole text in segments, every match of the query's phrases marked."""
    return mark(text, phrases(query))


def mark(text: str, wanted: Iterable[Phrase]) -> list[Segment]:
    """The text in segments, every match of these phrases marked."""
    return _cut(text[:LONGEST_TEXT], _spans(text[:LONGEST_TEXT], wanted))


def snippet(text: str, query: str, *, width: int = 120) -> list[Segment]:
    """The neighbourhood of the first match, or the beginning of the text, marked."""
    return excerpt(text, phrases(query), width=width)


def excerpt(text: str, wanted: Iterable[Phrase], *, width: int = 120) -> list[Segment]:
    """Like `snippet`, for phrases already at hand."""
    text = " ".join(text[:LONGEST_TEXT].split())
    spans = _spans(text, wanted)
    start = max(0, spans[0][0] - LEAD) if spans else 0
    end = min(len(text), start + width)
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]
    segments = _cut(text[start:end], inside)
    before = [Segment("…", False)] if start else []
    after = [Segment("…", False)] if end < len(text) else []
    return before + segments + after


def _spans(text: str, wanted: Iterable[Phrase]) -> list[tuple[int, int]]:
    """Where phrases match, as sorted, merged spans of the original text."""
    folded, origin = _folded(text)
    found = sorted(
        (origin[hit.start()], origin[hit.end() - 1] + 1)
        for phrase in wanted
        for hit in _pattern(phrase).finditer(folded)
    )
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the place it came from."""
    if _ONE_TO_ONE.fullmatch(text):
        return fold(text), range(len(text))
    pieces = [fold(character) for character in text]
    origin = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), origin


def _pattern(phrase: Phrase) -> re.Pattern[str]:
    """Tokens may stand apart by punctuation and spaces; words begin at a word's beginning."""
    body = r"[\W_]*".join(re.escape(token) for token in phrase.tokens)
    head = "" if is_cjk(phrase.tokens[0]) else rf"(?<!{WORD})"
    tail = "" if phrase.open_ended or is_cjk(phrase.tokens[-1]) else rf"(?!{WORD})"
    return re.compile(head + body + tail)


def _cut(text: str, spans: list[tuple[int, int]]) -> list[Segment]:
    segments: list[Segment] = []
    place = 0
    for start, end in spans:
        if start > place:
            segments.append(Segment(text[place:start], False))
        segments.append(Segment(text[start:end], True))
        place = end
    if place < len(text):
        segments.append(Segment(text[place:], False))
    return segments
