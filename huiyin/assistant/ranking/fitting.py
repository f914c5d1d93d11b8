"""Learning the ranker's weights: a softmax over articles for the order, a logistic curve for the confidence.

Weights are pulled towards those that are in use (a Gaussian prior), so a few judged answers move them a little
and many move them far. The order never learns that more likeness is worse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
    """How the best article stood out, and whether it was right."""

    standing: tuple[float, ...]
    right: bool


def lesson(index: Index, asked: Asked, right: str | None) -> Lesson:
    """The question with its likenesses; an article that is not there answers nothing."""
    place = index.articles.index(right) if right in index.articles else None
    return Lesson(features.likeness(index, asked), asked.text, place)


def fitted(name: str, lessons: dict[str, Sequence[Lesson]]) -> Ranker:
    """A ranker from nothing, one set of weights a mode; confidences are learnt on questions the order never saw."""
    blank = Weights((1.0, 1.0, 2.0, 1.0), (0.0,) * len(features.STANDING), 0.0)
    weights = {}
    for kind, rows in lessons.items():
        rank = fit_rank(rows, kind, blank)
        sure, bias = fit_sure(_unseen(rows, kind, blank), blank)
        weights[kind] = Weights(rank, sure, bias)
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


def fit_sure(sights: Sequence[Sight], prior: Weights) -> tuple[tuple[float, ...], float]:
    """Weights of the confidence, by penalised logistic regression around those in use (Newton's method)."""
    import numpy as np

    rows = np.array([(*sight.standing, 1.0) for sight in sights])
    right = np.array([sight.right for sight in sights], float)
    pull = SURE_PULL * np.square(np.maximum(rows.std(axis=0), 1e-3))
    pull[-1] = FREE_PULL  # the constant follows the data alone
    start = np.array((*prior.sure, prior.bias))
    weights = start.copy()
    for _step in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (chance - right) + pull * (weights - start)
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        weights -= np.clip(step, -LEAP, LEAP)
        if np.abs(step).max() < CLOSE:
            break
    return tuple(round(float(value), 4) for value in weights[:-1]), round(float(weights[-1]), 4)


def sights(lessons: Sequence[Lesson], weights: Weights) -> list[Sight]:
    """How each question's best article stands out with these weights."""
    found = []
    for each in lessons:
        scores = score(each.rows, weights)
        told = features.standing(each.rows, scores, each.text)
        found.append(Sight(tuple(float(value) for value in told), int(scores.argmax()) == each.right))
    return found


def _unseen(lessons: Sequence[Lesson], kind: str, prior: Weights) -> list[Sight]:
    """Sights with weights that did not see their question, fold by fold."""
    found: list[Sight] = []
    for fold in range(FOLDS):
        others = [each for place, each in enumerate(lessons) if place % FOLDS != fold]
        held = [each for place, each in enumerate(lessons) if place % FOLDS == fold]
        rank = fit_rank(others, kind, prior)
        found += sights(held, Weights(rank, prior.sure, prior.bias))
    return found


def _seen(kind: str) -> "Matrix":
    import numpy as np

    there = (*features.SEEN[kind], "words", "cover")
    return np.array([1.0 if name in there else 0.0 for name in features.LIKENESS])
