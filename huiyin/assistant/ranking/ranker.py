"""From likenesses to an order of articles and a calibrated probability that the first one is right."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.assistant.ranking import features
from huiyin.assistant.ranking.index import Asked, Index

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float32]]

SHIPPED = Path(__file__).parent.parent / "packs" / "ranker.json"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """`rank` weighs the likenesses of an article; two curves read how the best one stands out.

    `there` tells how probable it is that any article answers, `sure` that the best one does if any. Weights of
    before there were two know the second alone.
    """

    rank: tuple[float, ...]
    sure: tuple[float, ...]
    bias: float
    there: tuple[float, ...] = ()
    there_bias: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may answer; `score` is its share of the ranker's belief, 0 to 1."""

    article: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """The nearest articles, best first; `confidence` is the chance that the first one is right.

    `mode` says what was looked at, `standing` what the confidence was made of: learning reads both again.
    """

    candidates: tuple[Candidate, ...] = ()
    confidence: float = 0.0
    mode: str = "words"
    standing: tuple[float, ...] = ()


class Ranker:
    """Weights for each mode. Immutable; `name` goes with every answer."""

    def __init__(self, name: str, weights: Mapping[str, Weights]) -> None:
        self.name = name
        self.weights = dict(weights)

    def find(self, index: Index, asked: Asked) -> Found:
        """The articles for a question. An empty index or question finds nothing, with no confidence."""
        if not len(index) or not asked.text.strip():
            return Found()
        kind = features.mode(index, asked)
        weights = self.weights[kind]
        rows = features.likeness(index, asked)
        if not rows.any():
            return Found(mode=kind)
        scores = score(rows, weights)
        told = features.standing(rows, scores, asked.text)
        return Found(
            candidates=_best(index.articles, scores),
            confidence=sure(told, weights),
            mode=kind,
            standing=tuple(round(float(value), 4) for value in told),
        )

    def as_json(self) -> dict[str, Any]:
        return {kind: asdict(weights) for kind, weights in self.weights.items()}


def score(rows: "Matrix", weights: Weights) -> "Matrix":
    """One number an article; differences count, not the numbers."""
    import numpy as np

    return rows @ np.array(weights.rank, np.float32)


def sure(standing: "Matrix | Sequence[float]", weights: Weights) -> float:
    """The calibrated probability that the best article is right: that there is an answer, and that this is it."""
    is_it = _chance(standing, weights.sure, weights.bias)
    return is_it * _chance(standing, weights.there, weights.there_bias) if weights.there else is_it


def from_json(name: str, data: Mapping[str, Any]) -> Ranker:
    """The inverse of `Ranker.as_json`."""
    return Ranker(
        name,
        {
            kind: Weights(
                tuple(each["rank"]),
                tuple(each["sure"]),
                float(each["bias"]),
                tuple(each.get("there", ())),
                float(each.get("there_bias", 0.0)),
            )
            for kind, each in data.items()
        },
    )


@cache
def shipped() -> Ranker:
    """The ranker that comes with the product, fitted on `packs/faq.zh.jsonl` and openly licensed rows alone."""
    data = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return from_json(data["name"], data["weights"])


def _chance(standing: "Matrix | Sequence[float]", weights: Sequence[float], bias: float) -> float:
    import numpy as np

    told = float(np.dot(np.asarray(standing, np.float64), np.array(weights))) + bias
    return float(1 / (1 + np.exp(-np.clip(told, -30, 30))))


def _best(articles: Sequence[str], scores: "Matrix") -> tuple[Candidate, ...]:
    import numpy as np

    order = np.argsort(-scores)[:SHOWN]
    near = np.exp(scores - scores.max())
    whole = float(near.sum())
    return tuple(Candidate(articles[place], round(float(near[place]) / whole, 4)) for place in order)
