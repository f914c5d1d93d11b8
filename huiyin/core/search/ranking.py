"""How well a document answers a query whose phrases it is known to contain. The same on every engine."""

from collections.abc import Sequence

from huiyin.core.search.text import Phrase

TYPICAL_LENGTH = 200  # characters of a field at which a match counts half of one in a title


def score(wanted: Sequence[Phrase], texts: Sequence[str], weights: Sequence[float]) -> float:
    """Sum over phrases and fields of weight x saturated frequency, short fields count more (after BM25F)."""
    total = 0.0
    for text, weight in zip(texts, weights, strict=True):
        if not text:
            continue
        shortness = TYPICAL_LENGTH / (TYPICAL_LENGTH + len(text))
        for phrase in wanted:
            frequency = text.count(phrase.needle)
            total += weight * shortness * frequency / (frequency + 1)
    return total
