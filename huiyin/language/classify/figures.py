"""How well verdicts fit the truth: accuracy with its interval, macro-F1, calibration error."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huiyin.language.classify.numbers import Matrix

_Z = 1.96


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
        "calibration_error": round(_calibration_error(right, sure), 4),
    }


def _macro_f1(guess: "Matrix", was: "Matrix") -> float:
    """Over the classes that occur among the judged rows."""
    scores = []
    for label in sorted(set(was.tolist())):
        hit = float(((guess == label) & (was == label)).sum())
        said, there = float((guess == label).sum()), float((was == label).sum())
        scores.append(2 * hit / (said + there))
    return sum(scores) / len(scores)


def _calibration_error(right: "Matrix", sure: "Matrix") -> float:
    """Mean gap between confidence and hit rate over ten bins, weighted by their rows."""
    import numpy as np

    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [
        abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())
    ]
    return float(sum(gaps))
