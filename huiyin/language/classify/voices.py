"""Opinions on a text: two by its vector (regression, discriminant), one by its words. Scores, not odds.

With few rows a class the means of the classes (prototypes) speak in place of the regression.
"""

import itertools
import warnings
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from huiyin.language.classify.numbers import unit
from huiyin.language.normalise import plain
from huiyin.language.segment import words
from huiyin.language.verdicts import Example

if TYPE_CHECKING:
    from huiyin.language.classify.numbers import Matrix

FEW_ROWS = 5
NAMES = ("meaning", "spread", "words")
_READ_LIMIT = 600
_SHARPNESS = 12.0
_SHRINKAGE = 0.4
_LETTERS = (2, 3, 4)
_WORDS_KEPT = 30_000


def tokens(text: str) -> list[str]:
    """What the word voice reads: words, pairs of neighbouring words, and runs of letters inside them."""
    read = plain(text, _READ_LIMIT)
    known = words(read)
    letters = read.replace(" ", "_")
    runs = [
        f"#{letters[i : i + n]}"
        for n in _LETTERS[: 3 if read.isascii() else 1]
        for i in range(len(letters) - n + 1)
    ]
    return known + [f"{one} {other}" for one, other in itertools.pairwise(known)] + runs


class Voices:
    """All opinions, fitted on the same rows. `scores` gives one matrix (texts, labels) a voice."""

    def __init__(self, labels: Sequence[str], parts: Sequence[int], *, strength: float = 10.0) -> None:
        self.labels = list(labels)
        self.parts = tuple(parts)
        self.strength = strength
        self.arrays: dict[str, Matrix] = {}
        self.vocabulary: dict[str, int] = {}

    def fit(self, rows: Sequence[Example], vectors: "Matrix", wanted: Sequence[str] = NAMES) -> "Voices":
        import numpy as np

        targets = np.array([self.labels.index(row.label) for row in rows])
        votes = np.array([row.weight for row in rows])
        self.arrays["mean"] = vectors.mean(axis=0)
        read = self.centred(vectors)
        if "meaning" in wanted:
            self._fit_meaning(read, targets, votes)
        if "spread" in wanted:
            self._fit_spread(read, targets)
        if "words" in wanted and len(set(targets.tolist())) > 1:
            self._fit_words([row.text for row in rows], targets, votes)
        return self

    def scores(self, texts: Sequence[str], vectors: "Matrix", wanted: Sequence[str]) -> dict[str, "Matrix"]:
        """Raw scores of the wanted voices; one that was not fitted is silent."""
        import numpy as np

        read = self.centred(vectors)
        found = {}
        for name in wanted:
            if name == "words":
                found[name] = self._by_words(texts)
            elif f"{name}.weights" in self.arrays:
                found[name] = read @ self.arrays[f"{name}.weights"] + self.arrays[f"{name}.bias"]
            else:
                found[name] = np.zeros((len(texts), len(self.labels)))
        return found

    def centred(self, vectors: "Matrix") -> "Matrix":
        """Each encoder's part without what all texts share, every part of the same length."""
        import numpy as np

        bare, parts, at = vectors - self.arrays["mean"], [], 0
        for size in self.parts:
            parts.append(unit(bare[:, at : at + size]))
            at += size
        return np.hstack(parts) / len(parts) ** 0.5

    def _fit_meaning(self, read: "Matrix", targets: "Matrix", votes: "Matrix") -> None:
        import numpy as np
        from sklearn.linear_model import LogisticRegression

        counts = Counter(targets.tolist())
        if len(counts) < len(self.labels) or min(counts.values()) < FEW_ROWS:
            means = np.zeros((len(self.labels), read.shape[1]))
            np.add.at(means, targets, read * votes[:, None])
            self._keep("meaning", unit(means) * _SHARPNESS, np.zeros(len(self.labels)))
            return
        model = LogisticRegression(C=self.strength, max_iter=200, tol=1e-3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a step short of the optimum is as good, and calibrated as it is
            model.fit(read, targets, sample_weight=votes)
        weights, bias = model.coef_, model.intercept_
        if len(weights) == 1:
            weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
        self._keep("meaning", weights, bias)

    def _fit_spread(self, read: "Matrix", targets: "Matrix") -> None:
        """Linear discriminant with a shrunken covariance: sees along which lines the classes scatter."""
        import numpy as np

        size = len(self.labels)
        counts = np.bincount(targets, minlength=size)
        means = np.zeros((size, read.shape[1]))
        np.add.at(means, targets, read)
        means /= np.maximum(counts, 1)[:, None]
        rest = read - means[targets]
        scatter = rest.T @ rest / max(len(read) - size, 1)
        even = np.trace(scatter) / len(scatter)
        scatter = (1 - _SHRINKAGE) * scatter + _SHRINKAGE * even * np.eye(len(scatter))
        weights = np.linalg.solve(scatter, means.T).T
        bias = -0.5 * (means * weights).sum(axis=1) + np.log(np.maximum(counts, 0.1) / len(read))
        self._keep("spread", weights, bias)

    def _fit_words(self, texts: Sequence[str], targets: "Matrix", votes: "Matrix") -> None:
        import numpy as np
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        least = 2 if len(texts) > 2_000 else 1
        reader = TfidfVectorizer(analyzer=tokens, sublinear_tf=True, min_df=least, max_features=_WORDS_KEPT)
        seen = reader.fit_transform(texts)
        model = LinearSVC(C=0.7, tol=1e-3).fit(seen, targets, sample_weight=votes)
        weights, bias = model.coef_, model.intercept_
        if len(weights) == 1:
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        spread, biases = np.zeros((len(self.labels), weights.shape[1])), np.full(len(self.labels), -1.5)
        spread[model.classes_], biases[model.classes_] = weights, bias
        self._keep("words", spread, biases)
        self.arrays["words.rarity"] = reader.idf_
        self.vocabulary = reader.vocabulary_

    def _by_words(self, texts: Sequence[str]) -> "Matrix":
        import numpy as np

        if not self.vocabulary:
            return np.zeros((len(texts), len(self.labels)))
        seen = self._counted(texts)
        return np.asarray(seen @ self.arrays["words.weights"] + self.arrays["words.bias"])

    def _counted(self, texts: Sequence[str]) -> Any:
        """TF-IDF rows, as the vectoriser made them when it was fitted."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        reader = TfidfVectorizer(analyzer=tokens, sublinear_tf=True, vocabulary=self.vocabulary)
        reader.idf_ = self.arrays["words.rarity"]
        return reader.transform(texts)

    def _keep(self, name: str, weights: "Matrix", bias: "Matrix") -> None:
        self.arrays[f"{name}.weights"] = weights.T.astype("float32")
        self.arrays[f"{name}.bias"] = bias.astype("float32")
