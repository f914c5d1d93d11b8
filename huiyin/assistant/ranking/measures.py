"""How good answers were: order, separation, calibration, and how much may be answered at a wanted precision."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z95 = 1.959964
BINS = 10


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval (Wilson 1927) and how many rows it is of."""

    value: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: how sure they were, and how often they were right."""

    confidence: float
    right: float
    rows: int


Judged = Sequence[tuple[float, bool]]  # confidence, and whether it was right


def share(hits: int, rows: int) -> Share:
    """Of no rows nothing is known: 0 to 1."""
    if not rows:
        return Share(0.0, 0.0, 1.0, 0)
    found, square = hits / rows, Z95 * Z95
    middle = (found + square / (2 * rows)) / (1 + square / rows)
    reach = Z95 * sqrt(found * (1 - found) / rows + square / (4 * rows * rows)) / (1 + square / rows)
    return Share(found, max(0.0, middle - reach), min(1.0, middle + reach), rows)


def precision_at(judged: Judged, threshold: float) -> Share:
    """Of the answers that sure: how many were right."""
    told = [right for confidence, right in judged if confidence >= threshold]
    return share(sum(told), len(told))


def answered_at(judged: Judged, threshold: float) -> float:
    """The share of all that is answered from this confidence on."""
    return sum(confidence >= threshold for confidence, _right in judged) / len(judged) if judged else 0.0


def threshold_for(judged: Judged, precision: float) -> float | None:
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
    """The chance that something right is surer than something wrong; None when either is missing."""
    if not right or not wrong:
        return None
    ordered = sorted([(value, 1) for value in right] + [(value, 0) for value in wrong])
    below = ties = 0.0
    total, place = 0.0, 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        here = ordered[place:end]
        ups = sum(is_right for _value, is_right in here)
        ties = len(here) - ups
        total += ups * (below + ties / 2)
        below += ties
        place = end
    return total / (len(right) * len(wrong))


def curve(judged: Judged, bins: int = BINS) -> list[Bin]:
    """Confidence against truth, in bins of equal width; empty ones are left out."""
    groups: list[list[tuple[float, bool]]] = [[] for _bin in range(bins)]
    for confidence, right in judged:
        groups[min(bins - 1, int(confidence * bins))].append((confidence, right))
    return [
        Bin(
            sum(confidence for confidence, _right in group) / len(group),
            sum(right for _confidence, right in group) / len(group),
            len(group),
        )
        for group in groups
        if group
    ]


def calibration_error(judged: Judged) -> float:
    """Expected calibration error: how far confidence and truth lie apart, by rows."""
    return (
        sum(abs(each.confidence - each.right) * each.rows for each in curve(judged)) / len(judged)
        if judged
        else 0.0
    )
