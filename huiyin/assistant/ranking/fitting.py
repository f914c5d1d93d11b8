"""Learning the ranker's weights: a softmax over articles for the order, two logistic curves for the confidence.

One curve says whether any article answers, the other whether the best one does if any: one alone mixes a question
that nobody wrote for with one whose article came second, and is less sure of good answers than it could be.

Weights are pulled towards those that are in use (a Gaussian prior), so a few judged answers move them a little
and many move them far. The order never learns that more likeness is worse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from huiyin.assistant.ranking import features
from huiyin.assistant.ranking.index import Asked, Index
from huiyin.assistant.ranking.ranker import Ranker, Weights, score

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float32]]

RANK_PULL = 0.5
SURE_PULL = 4.0
FREE_PULL = 1e-3
FOLDS = 5
STEPS, CLOSE, LEAP = 60, 1e-5, 2.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question against one help centre; `right` is the place of its article, or None when none answers it."""

    rows: "Matrix"
    text: str
    right: int | None


@dataclass(frozen=True, slots=True)
class Sight:
    """How the best article stood out, whether it was right, and whether any article would have been."""

    standing: tuple[float, ...]
    right: bool
    is_answerable: bool = True


def lesson(index: Index, asked: Asked, right: str | None) -> Lesson:
    """The question with its likenesses; an article that is not there answers nothing."""
    place = index.articles.index(right) if right in index.articles else None
    return Lesson(features.likeness(index, asked), asked.text, place)


def fitted(name: str, lessons: Mapping[str, Sequence[Lesson]]) -> Ranker:
    """A ranker from nothing, one set of weights a mode; confidences are learnt on questions the order never saw."""
    blank = Weights((1.0, 1.0, 2.0, 1.0), (0.0,) * len(features.STANDING), 0.0)
    weights = {}
    for kind, rows in lessons.items():
        ranked = replace(blank, rank=fit_rank(rows, kind, blank))
        weights[kind] = fit_confidence(_unseen(rows, kind, blank), ranked)
    return Ranker(name, weights)


def fit_rank(lessons: Sequence[Lesson], kind: str, prior: Weights) -> tuple[float, ...]:
    """Weights of the likenesses, by maximum likelihood of the right article among all (conditional logit).

    Newton's method on a convex loss; what falls below zero is put back there.
    """
    import numpy as np

    taught = [each for each in lessons if each.right is not None]
    start, used = np.array(prior.rank) * _seen(kind), np.flatnonzero(_seen(kind))
    weights = start.copy()
    for _step in range(STEPS):
        slope = 2 * RANK_PULL * (weights - start)
        bend = 2 * RANK_PULL * np.eye(len(weights))
        for each in taught:
            told = each.rows @ weights
            near = np.exp(told - told.max())
            near /= near.sum()
            mean = each.rows.T @ near
            slope += mean - each.rows[each.right]
            bend += (each.rows * near[:, None]).T @ each.rows - np.outer(mean, mean)
        step = np.linalg.solve(bend[np.ix_(used, used)], slope[used])
        weights[used] = np.maximum(weights[used] - step, 0.0)
        if np.abs(step).max() < CLOSE:
            break
    return tuple(round(float(value), 4) for value in weights)


def fit_confidence(sights: Sequence[Sight], prior: Weights) -> Weights:
    """The same order with a confidence learnt anew; without an answerable question only that curve stays."""
    start = prior.there or (0.0,) * len(features.STANDING)
    answerable = [(sight.standing, sight.is_answerable) for sight in sights]
    there, there_bias = _curve(answerable, (*start, prior.there_bias))
    sure, bias = prior.sure, prior.bias
    right = [(sight.standing, sight.right) for sight in sights if sight.is_answerable]
    if right:
        sure, bias = _curve(right, (*sure, bias))
    return Weights(prior.rank, sure, bias, there, there_bias)


def sights(lessons: Sequence[Lesson], weights: Weights) -> list[Sight]:
    """How each question's best article stands out with these weights."""
    found = []
    for each in lessons:
        scores = score(each.rows, weights)
        told = features.standing(each.rows, scores, each.text)
        standing = tuple(float(value) for value in told)
        found.append(Sight(standing, int(scores.argmax()) == each.right, each.right is not None))
    return found


def _curve(
    told: Sequence[tuple[tuple[float, ...], bool]], prior: Sequence[float]
) -> tuple[tuple[float, ...], float]:
    """Weights and constant, by penalised logistic regression around those in use (Newton's method)."""
    import numpy as np

    rows = np.array([(*standing, 1.0) for standing, _is_so in told])
    is_so = np.array([is_so for _standing, is_so in told], float)
    pull = SURE_PULL * np.square(np.maximum(rows.std(axis=0), 1e-3))
    pull[-1] = FREE_PULL  # the constant follows the data alone
    start = np.array(prior)
    weights = start.copy()
    for _step in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (chance - is_so) + pull * (weights - start)
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        weights -= np.clip(step, -LEAP, LEAP)
        if np.abs(step).max() < CLOSE:
            break
    return tuple(round(float(value), 4) for value in weights[:-1]), round(float(weights[-1]), 4)


def _unseen(lessons: Sequence[Lesson], kind: str, prior: Weights) -> list[Sight]:
    """Sights with weights that did not see their question, fold by fold."""
    found: list[Sight] = []
    for fold in range(FOLDS):
        others = [each for place, each in enumerate(lessons) if place % FOLDS != fold]
        held = [each for place, each in enumerate(lessons) if place % FOLDS == fold]
        found += sights(held, replace(prior, rank=fit_rank(others, kind, prior)))
    return found


def _seen(kind: str) -> "Matrix":
    import numpy as np

    there = (*features.SEEN[kind], "words", "cover")
    return np.array([1.0 if name in there else 0.0 for name in features.LIKENESS])
