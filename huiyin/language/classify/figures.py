"""How well verdicts fit the truth: accuracy with its interval, macro-F1, confidence against truth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huiyin.language.classify.numbers import Matrix

_Z = 1.96
_BINS = 10

Told = Sequence[tuple[float, bool]]  # how sure a verdict was, and whether it was right


@dataclass(frozen=True, slots=True)
class Bin:
    """Verdicts of like confidence: how sure they were, and how often they were right."""

    confidence: float
    right: float
    rows: int


def interval(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927): honest for few rows and near 0 and 1."""
    if of == 0:
        return 0.0, 1.0
    share, square = right / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def judged(odds: "Matrix", truth: Sequence[int]) -> dict[str, float]:
    """Figures of calibrated odds (rows, classes) against the truth, -1 for a class that is unknown here."""
    import numpy as np

    was = np.asarray(truth)
    guess, sure = odds.argmax(axis=1), odds.max(axis=1)
    right = guess == was
    low, high = interval(int(right.sum()), len(was))
    return {
        "judged_rows": float(len(was)),
        "accuracy": round(float(right.mean()), 4),
        "accuracy_low": low,
        "accuracy_high": high,
        "macro_f1": round(_macro_f1(guess, was), 4),
        "calibration_error": round(
            calibration_error(list(zip(sure.tolist(), right.tolist(), strict=True))), 4
        ),
    }


def curve(told: Told, bins: int = _BINS) -> list[Bin]:
    """Confidence against truth, in bins of equal width; empty ones are left out."""
    groups: list[list[tuple[float, bool]]] = [[] for _bin in range(bins)]
    for confidence, right in told:
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


def calibration_error(told: Told) -> float:
    """Mean gap between confidence and hit rate over the bins, weighted by their rows; 0 when nothing was told."""
    gaps = (abs(each.confidence - each.right) * each.rows for each in curve(told))
    return sum(gaps) / max(len(told), 1)


def _macro_f1(guess: "Matrix", was: "Matrix") -> float:
    """Over the classes that occur among the judged rows."""
    scores = []
    for label in sorted(set(was.tolist())):
        hit = float(((guess == label) & (was == label)).sum())
        said, there = float((guess == label).sum()), float((was == label).sum())
        scores.append(2 * hit / (said + there))
    return sum(scores) / len(scores)
