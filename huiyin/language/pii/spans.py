"""One find: where, and what kind."""

from collections.abc import Iterable
from typing import NamedTuple

LABELS = (
    *("PHONE", "EMAIL", "ID", "CARD", "PASSPORT", "PLATE", "ADDRESS", "NAME"),
    *("IP", "QQ", "WECHAT", "USCC", "SECRET"),
)


class Span(NamedTuple):
    """Characters `start` to `end`, the end exclusive."""

    start: int
    end: int
    label: str


def apart(found: Iterable[Span]) -> list[Span]:
    """The finds in the order of the text. Where two overlap, the one that was given first stands."""
    kept: list[Span] = []
    for span in found:
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept)
