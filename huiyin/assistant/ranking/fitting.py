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

    Matrix = np.ndarray[Any, np.dtype[np.float64]]

RANK_PULL = 0.5
SURE_PULL = 4.0
FOLDS = 5


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
    """Weights of the likenesses, by maximum likelihood of the right article among all (conditional logit)."""
    import numpy as np
    from scipy.optimize import minimize

    taught = [each for each in lessons if each.right is not None]
    start = np.array(prior.rank)
    seen = _seen(kind)

    def loss(weights: "Matrix") -> tuple[float, "Matrix"]:
        total, slope = 0.0, np.zeros_like(weights)
        for each in taught:
            told = each.rows @ weights
            near = np.exp(told - told.max())
            near /= near.sum()
            total -= float(np.log(near[each.right] + 1e-12))
            slope += each.rows.T @ near - each.rows[each.right]
        away = weights - start
        return total + RANK_PULL * float(away @ away), (slope + 2 * RANK_PULL * away) * seen

    bounds = [(0.0, None) if used else (0.0, 0.0) for used in seen]
    best = minimize(loss, start * seen, jac=True, bounds=bounds, method="L-BFGS-B")
    return tuple(round(float(value), 4) for value in best.x)


def fit_sure(sights: Sequence[Sight], prior: Weights) -> tuple[tuple[float, ...], float]:
    """Weights of the confidence, by penalised logistic regression around those in use."""
    import numpy as np
    from scipy.optimize import minimize

    rows = np.array([sight.standing for sight in sights])
    right = np.array([sight.right for sight in sights], float)
    spread = np.maximum(rows.std(axis=0), 1e-3)
    start = np.append(np.array(prior.sure), prior.bias)

    def loss(weights: "Matrix") -> tuple[float, "Matrix"]:
        told = np.clip(rows @ weights[:-1] + weights[-1], -30, 30)
        chance = 1 / (1 + np.exp(-told))
        away = (weights - start)[:-1] * spread
        cost = -float((right * np.log(chance + 1e-12) + (1 - right) * np.log(1 - chance + 1e-12)).sum())
        slope = np.append(rows.T @ (chance - right) + SURE_PULL * away * spread, (chance - right).sum())
        return cost + SURE_PULL / 2 * float(away @ away), slope

    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return tuple(round(float(value), 4) for value in best.x[:-1]), round(float(best.x[-1]), 4)


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
