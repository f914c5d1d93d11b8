"""How strongly each voice counts, learnt on rows that the voices had not seen.

Every voice is calibrated by itself, the mixture is searched, and the mixture is calibrated again.
"""

import itertools
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from huiyin.language.classify.figures import judged
from huiyin.language.classify.numbers import best_temperature, log_loss, log_softmax, softmax
from huiyin.language.classify.voices import NAMES, Voices
from huiyin.language.verdicts import Example

if TYPE_CHECKING:
    from huiyin.language.classify.numbers import Matrix

# Below these nothing can be held out that would tell anything.
_TOO_FEW, _ROWS_A_LABEL = 8, 1.5
_FOLDS_FEW, _FOLDS_MANY, _MANY = 5, 3, 1_500
# Rows that take part in the search; more of them change the second decimal of a share and cost minutes.
_SEARCHED = 3_500
_STRENGTHS = (3.0, 10.0, 40.0)
_SHARES = (0.0, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Recipe:
    """How loud each voice is, how it is read, and how sure the whole may be."""

    strength: float = 10.0
    shares: dict[str, float] = field(default_factory=lambda: {"meaning": 1.0})
    temperatures: dict[str, float] = field(default_factory=lambda: {"meaning": 1.0})
    temperature: float = 1.0

    @property
    def heard(self) -> list[str]:
        return [name for name in NAMES if self.shares.get(name)]

    def odds(self, scores: dict[str, "Matrix"]) -> "Matrix":
        """Calibrated odds, (texts, labels), of the voices' raw scores."""
        heard = {name: log_softmax(scores[name] / self.temperatures[name]) for name in self.heard}
        return softmax(mixed(heard, self.shares) / self.temperature)


def mixed(heard: dict[str, "Matrix"], shares: dict[str, float]) -> "Matrix":
    """The voices' log-probabilities, each by its share."""
    import numpy as np

    return np.asarray(sum(shares[name] * said for name, said in heard.items() if shares[name]))


def tuned(
    labels: Sequence[str], parts: Sequence[int], rows: Sequence[Example], vectors: "Matrix"
) -> tuple[Recipe, dict[str, float]]:
    """The best recipe for these rows and its cross-validated figures; the default one for too few rows."""
    import numpy as np

    counts = Counter(row.label for row in rows)
    if len(rows) < _TOO_FEW or len(rows) < _ROWS_A_LABEL * len(counts):
        return Recipe(), {"judged_rows": 0.0}
    at = _searched(len(rows))
    own = _Seen(list(labels), parts, [rows[i] for i in at], vectors[at])
    truth = np.array([own.labels.index(row.label) for row in own.rows])
    strength = _strength(own, truth)
    held = _held_out(own, NAMES, strength)
    recipe = _mixture(held, truth, strength)
    figures = judged(recipe.odds(held), truth.tolist())
    return recipe, {**figures, **{f"share_{name}": recipe.shares[name] for name in NAMES}}


@dataclass(frozen=True)
class _Seen:
    """Rows that take part in the search, with their vectors."""

    labels: list[str]
    parts: Sequence[int]
    rows: list[Example]
    vectors: "Matrix"


def _searched(size: int) -> list[int]:
    import numpy as np

    if size <= _SEARCHED:
        return list(range(size))
    return sorted(np.random.default_rng(7).choice(size, _SEARCHED, replace=False).tolist())


def _strength(own: _Seen, truth: "Matrix") -> float:
    """How closely the regression follows its rows, by two folds: the curve is flat, its end is not."""
    losses = {}
    for strength in _STRENGTHS:
        held = _held_out(own, ("meaning",), strength, folds=2)["meaning"]
        losses[strength] = log_loss(held / best_temperature(held, truth), truth)
    return min(losses, key=lambda strength: losses[strength])


def _held_out(own: _Seen, wanted: Sequence[str], strength: float, folds: int = 0) -> dict[str, "Matrix"]:
    """Scores of every row by voices that have not seen it."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    targets = [row.label for row in own.rows]
    wished = folds or (_FOLDS_MANY if len(targets) > _MANY else _FOLDS_FEW)
    most = max(Counter(targets).values())
    splitter = StratifiedKFold(max(2, min(wished, most)), shuffle=True, random_state=7)
    found = {name: np.zeros((len(targets), len(own.labels))) for name in wanted}
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # rare labels miss in some folds: the figures are the more careful for it
        parts = list(splitter.split(own.vectors, targets))
    for known, held in parts:
        voices = Voices(own.labels, own.parts, strength=strength)
        voices.fit([own.rows[i] for i in known], own.vectors[known], wanted)
        told = voices.scores([own.rows[i].text for i in held], own.vectors[held], wanted)
        for name in wanted:
            found[name][held] = told[name]
    return found


def _mixture(held: dict[str, "Matrix"], truth: "Matrix", strength: float) -> Recipe:
    """The shares with the least surprise on held-out rows."""
    temperatures = {name: best_temperature(scores, truth) for name, scores in held.items()}
    heard = {name: log_softmax(scores / temperatures[name]) for name, scores in held.items()}
    best, kept = float("inf"), Recipe(strength)
    for shares in _mixtures():
        said = mixed(heard, shares)
        temperature = best_temperature(said, truth, (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.4))
        loss = log_loss(said / temperature, truth)
        if loss < best:
            best, kept = loss, Recipe(strength, shares, temperatures, temperature)
    return kept


def _mixtures() -> list[dict[str, float]]:
    """All ways to share one among the voices, in coarse steps."""
    found = []
    for spread, words in itertools.product(_SHARES, _SHARES):
        if spread + words <= 1.0:
            found.append({"meaning": round(1.0 - spread - words, 2), "spread": spread, "words": words})
    return found
