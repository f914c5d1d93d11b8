"""What changed between two texts: line by line, and inside a line that was only touched up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

TOUCHED_UP = 0.5  # share of a line that stays, from which on the rest is worth marking
LONGEST_MARKED = 2_000  # characters of a line that are compared one by one


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a line; `changed` when the other version has others in their place."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of a comparison: `same`, `added` or `removed`."""

    kind: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    """Every line of both, in order; where a line became another, the old one stands before the new one."""
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield from (_whole("same", line) for line in new[c:d])
            continue
        for before, after in zip_longest(old[a:b], new[c:d]):
            yield from _changed(before, after)


def _changed(before: str | None, after: str | None) -> Iterable[Difference]:
    if before is None or after is None or max(len(before), len(after)) > LONGEST_MARKED:
        return _apart(before, after)
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    if matcher.ratio() < TOUCHED_UP:
        return _apart(before, after)
    removed: list[Piece] = []
    added: list[Piece] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        is_changed = kind != "equal"
        removed += [Piece(before[a:b], is_changed)] if b > a else []
        added += [Piece(after[c:d], is_changed)] if d > c else []
    return Difference("removed", tuple(removed)), Difference("added", tuple(added))


def _apart(before: str | None, after: str | None) -> list[Difference]:
    lines = (("removed", before), ("added", after))
    return [_whole(kind, line) for kind, line in lines if line is not None]


def _whole(kind: str, line: str) -> Difference:
    return Difference(kind, (Piece(line, False),))
