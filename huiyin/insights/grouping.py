"""A pile of texts into named topics, with the days on which one of them swelled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from huiyin.language import detect, encoders
from huiyin.language.topics import Burst, Named, bursts, centred, grouped, named
from huiyin.language.topics.grouping import CUT, CUTS
from huiyin.language.workbench import encoded

_SAMPLED = 200


@dataclass(frozen=True)
class Found:
    """The group of each text, what each group is about, and its bursts."""

    groups: list[int]
    names: dict[int, Named]
    bursts: list[Burst]


def topics(
    texts: Sequence[str],
    days: Sequence[date] | None = None,
    *,
    step: Callable[[int, int], None],
    is_fast: bool = False,
) -> Found:
    """Group texts by meaning; where each has its day, say what swelled when."""
    if not texts:
        return Found([], {}, [])
    encoder = encoders.builtin() if is_fast else encoders.best()
    rows = centred(encoded(texts, encoder, step), encoders.parts_of(encoder))
    groups = grouped(rows, CUTS.get(_language(texts), CUT))
    swollen = bursts(texts, groups, days) if days else []
    return Found(groups, named(texts, groups), swollen)


def sidecar(found: Found) -> dict[str, Any]:
    """The topics in words, the largest first, as the file beside the groups tells them."""
    ranked = sorted(found.names.items(), key=lambda item: (-item[1].size, item[0]))
    return {
        "topics": [
            {"topic": key(group), "name": each.name, "keywords": list(each.keywords), "size": each.size}
            for group, each in ranked
        ],
        "bursts": [
            {
                "day": burst.day.isoformat(),
                "topic": key(burst.group) if burst.group is not None else None,
                "term": burst.term,
                "count": burst.count,
                "expected": burst.expected,
            }
            for burst in found.bursts
        ],
    }


def key(group: int) -> str:
    return f"t{group + 1:04d}"


def _language(texts: Sequence[str]) -> str:
    """What most of a sample is written in."""
    sample = texts[:: max(1, len(texts) // _SAMPLED)]
    told = [detect.language(text).label for text in sample]
    return max(set(told), key=told.count) if told else ""
