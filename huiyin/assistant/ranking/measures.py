"""How good answers were: precision with its interval, separation, what may be answered at a wanted precision."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from huiyin.language.classify.figures import Told, interval


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval and how many rows it is of."""

    value: float
    low: float
    high: float
    rows: int


def share(hits: int, rows: int) -> Share:
    """Of no rows nothing is known: 0 to 1."""
    low, high = interval(hits, rows)
    return Share(hits / rows if rows else 0.0, low, high, rows)


def precision_at(judged: Told, threshold: float) -> Share:
    """Of the answers that sure: how many were right."""
    told = [right for confidence, right in judged if confidence >= threshold]
    return share(sum(told), len(told))


def answered_at(judged: Told, threshold: float) -> float:
    """The share of all that is answered from this confidence on."""
    return sum(confidence >= threshold for confidence, _right in judged) / len(judged) if judged else 0.0


def threshold_for(judged: Told, precision: float) -> float | None:
    """The lowest confidence from which on answers are right that often; None when none is."""
    ordered = sorted(judged, reverse=True)
    best, right = None, 0
    for place, (confidence, is_right) in enumerate(ordered, 1):
        right += is_right
        is_last_of_its_kind = place == len(ordered) or ordered[place][0] < confidence
        if is_last_of_its_kind and right / place >= precision:
            best = confidence
    return best


def auroc(right: Sequence[float], wrong: Sequence[float]) -> float | None:
    """The chance that something right is surer than something wrong, ties half; None when either is missing.

    scikit-learn's would cost a web process 90 MB and seconds of import.
    """
    if not right or not wrong:
        return None
    ordered = sorted(wrong)
    below = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in right)
    return below / (2 * len(right) * len(wrong))
