"""Telling what belongs to no class: a small regression over signs of doubt, learnt from rows labelled so.

A rare class of a thousand faces cannot be learnt like the others: what marks it is that nothing fits.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from huiyin.language.classify.numbers import unit
from huiyin.language.classify.tuning import Recipe
from huiyin.language.classify.voices import Voices
from huiyin.language.verdicts import Example

if TYPE_CHECKING:
    from huiyin.language.classify.numbers import Matrix

LABELS = frozenset({"oos", "out_of_scope", "out-of-scope", "超出范围"})
_LEAST = 20
_FOLDS = 4
_NEAREST = 3
# Rows of the classes that take part; beyond them the line no longer moves.
_INSIDE_SEEN = 4_000


def is_outside(label: str) -> bool:
    return label.lower() in LABELS


def strangers(rows: Sequence[Example]) -> frozenset[int]:
    """Places of rows that belong to no class; none when they are too few to tell, and then a class like others."""
    found = frozenset(i for i, row in enumerate(rows) if is_outside(row.label))
    return found if len(found) >= _LEAST else frozenset()


class Outside:
    """How likely a text belongs to no class, and the odds of the classes with that taken off."""

    def __init__(
        self, label: str, weights: "Matrix", bias: float, centres: "Matrix", known: "Matrix"
    ) -> None:
        self.label = label
        self.weights, self.bias = weights, bias
        self.centres, self.known = centres, known

    @classmethod
    def fitted(
        cls,
        recipe: Recipe,
        labels: Sequence[str],
        parts: Sequence[int],
        rows: Sequence[Example],
        vectors: "Matrix",
    ) -> "Outside | None":
        """Learn from rows labelled as outside; None when there are too few of them."""
        import numpy as np
        from sklearn.linear_model import LogisticRegression

        strange = strangers(rows)
        if not strange:
            return None
        marks = np.array([i in strange for i in range(len(rows))])
        keep = _portion(marks)
        signs = _held_out_signs(recipe, labels, parts, [rows[i] for i in keep], vectors[keep], marks[keep])
        model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500).fit(signs, marks[keep])
        name = rows[min(strange)].label
        every = [i for i in range(len(rows)) if i not in strange]
        # Centred as the classifier centres, on all rows of the classes; compared with a portion of them.
        voices = Voices(labels, parts).fit([rows[i] for i in every], vectors[every], ())
        inside = [i for i in keep if not marks[i]]
        read = voices.centred(vectors[inside])
        centres = _centres(read, [rows[i].label for i in inside], labels)
        return cls(name, model.coef_[0], float(model.intercept_[0]), centres, read)

    def joined(self, odds: "Matrix", read: "Matrix") -> "Matrix":
        """Odds of the classes and, last, of none of them."""
        import numpy as np

        doubt = _signs(odds, read, self.centres, self.known) @ self.weights + self.bias
        chance = 1 / (1 + np.exp(-doubt))
        return np.hstack([odds * (1 - chance)[:, None], chance[:, None]])


def _held_out_signs(
    recipe: Recipe,
    labels: Sequence[str],
    parts: Sequence[int],
    rows: Sequence[Example],
    vectors: "Matrix",
    marks: "Matrix",
) -> "Matrix":
    """Signs of doubt as they would be for unseen rows: each fold is judged by the others' classes."""
    import numpy as np
    from sklearn.model_selection import KFold

    signs = np.zeros((len(rows), 5))
    for known, held in KFold(_FOLDS, shuffle=True, random_state=7).split(rows):
        inside = [i for i in known if not marks[i]]
        own = [rows[i] for i in inside]
        voices = Voices(labels, parts, strength=recipe.strength).fit(own, vectors[inside], recipe.heard)
        told = recipe.odds(voices.scores([rows[i].text for i in held], vectors[held], recipe.heard))
        near = voices.centred(vectors[inside])
        centres = _centres(near, [row.label for row in own], labels)
        signs[held] = _signs(told, voices.centred(vectors[held]), centres, near)
    return signs


def _signs(odds: "Matrix", read: "Matrix", centres: "Matrix", known: "Matrix") -> "Matrix":
    """Surety, lead, disorder of the odds; nearness to the best centre and to the nearest known texts."""
    import numpy as np

    ranked = np.sort(odds, axis=1)
    best = np.maximum(ranked[:, -1], 1e-9)
    disorder = -(odds * np.log(np.maximum(odds, 1e-12))).sum(axis=1)
    centred = (read @ centres.T).max(axis=1)
    near = np.sort(read @ known.T, axis=1)[:, -_NEAREST:].mean(axis=1)
    lead = np.log(best) - np.log(np.maximum(ranked[:, -2], 1e-9))
    return np.stack([np.log(best), np.minimum(lead, 10), disorder, 10 * centred, 10 * near], axis=1)


def _centres(read: "Matrix", targets: Sequence[str], labels: Sequence[str]) -> "Matrix":
    import numpy as np

    at = {label: i for i, label in enumerate(labels)}
    sums = np.zeros((len(labels), read.shape[1]))
    np.add.at(sums, [at[label] for label in targets], read)
    return unit(sums)


def _portion(marks: "Matrix") -> "Matrix":
    """All rows outside, and not more inside than the line needs."""
    import numpy as np

    inside = np.flatnonzero(~marks)
    if len(inside) > _INSIDE_SEEN:
        inside = np.random.default_rng(7).choice(inside, _INSIDE_SEEN, replace=False)
    return np.sort(np.concatenate([inside, np.flatnonzero(marks)]))
