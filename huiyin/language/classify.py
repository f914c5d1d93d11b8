"""A text classifier for few rows: sentence vectors with logistic regression, fused with an SVM on words.

Below ten rows a class the class means (prototypes) speak for themselves. The share of the two voices and the
temperature come from 3-fold cross-validation, so that a confidence is a probability of being right
(one temperature, Guo et al. 2017). Vectors in, verdicts out; nothing here loads an encoder.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from huiyin.language.normalise import plain
from huiyin.language.segment import words
from huiyin.language.verdicts import Evidence, Example, Verdict

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[Any]]

FEW_ROWS = 10
_FOLDS = 3
_READ_LIMIT = 600
_MIXES = (0.0, 0.15, 0.3, 0.5, 0.7)
_TEMPERATURES = (0.4, 0.55, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 2.7, 3.5)
_PROTOTYPE_SHARPNESS = 12.0


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a fitted model is and how well it did on rows it had not seen."""

    name: str
    task: str
    engine: str
    rows: int
    classes: tuple[str, ...]
    data_hash: str
    metrics: dict[str, float] = field(default_factory=dict)


def tokens(text: str) -> list[str]:
    """What the word voice reads: words, and pairs of characters for what segmentation misses."""
    read = plain(text, _READ_LIMIT)
    letters = read.replace(" ", "_")
    return words(read) + [f"#{letters[i : i + 2]}" for i in range(len(letters) - 1)]


class TextClassifier:
    """One task. `fit` gives a card; `predict` gives verdicts with nearest samples and words as evidence."""

    def __init__(self, task: str, engine: str) -> None:
        self.task = task
        self.engine = engine
        self.card = ModelCard(f"{task}-untaught", task, engine, 0, (), "")
        self._labels: list[str] = []
        self._rows: list[Example] = []
        self._vectors: Matrix | None = None
        self._voices: _Voices | None = None
        self._mix, self._temperature = 0.0, 1.0

    @property
    def taught(self) -> bool:
        return len(self._labels) > 1

    def fit(self, rows: Sequence[Example], vectors: "Matrix") -> ModelCard:
        """Learn from labelled rows and their vectors, same order. Under two classes nothing is learnt."""
        self._labels = sorted({row.label for row in rows})
        self._rows, self._vectors = list(rows), vectors
        digest = _data_hash(rows, self.engine)
        if not self.taught:
            self.card = ModelCard(f"{self.task}-untaught", self.task, self.engine, len(rows), (), digest)
            return self.card
        metrics = self._tune()
        self._voices = _Voices(self._labels).fit(self._rows, vectors)
        name = f"{self.task}-{digest[:8]}"
        self.card = ModelCard(name, self.task, self.engine, len(rows), tuple(self._labels), digest, metrics)
        return self.card

    def probabilities(self, texts: Sequence[str], vectors: "Matrix") -> "Matrix":
        """Calibrated, one row a text, columns in the order of `card.classes`."""
        assert self._voices is not None
        by_vector, by_words = self._voices.scores(texts, vectors, self._mix > 0)
        return _softmax(_mixed(by_vector, by_words, self._mix) / self._temperature)

    def predict(self, texts: Sequence[str], vectors: "Matrix", top: int = 3) -> list[Verdict]:
        """The best label of each text with its runners-up and the known samples that are nearest."""
        return [
            self._verdict(row, vector, top)
            for row, vector in zip(self.probabilities(texts, vectors), vectors, strict=True)
        ]

    def _verdict(self, row: "Matrix", vector: "Matrix", top: int) -> Verdict:
        order = row.argsort()[::-1]
        label = self._labels[order[0]]
        others = tuple((self._labels[i], round(float(row[i]), 4)) for i in order[1 : top + 1])
        return Verdict(
            label, round(float(row[order[0]]), 4), self._nearest(label, vector), self.card.name, others
        )

    def _nearest(self, label: str, vector: "Matrix") -> tuple[Evidence, ...]:
        """Samples of the chosen label that are closest in meaning."""
        assert self._vectors is not None
        cosines = self._vectors @ vector
        near = [i for i in cosines.argsort()[::-1][:12] if self._rows[i].label == label][:2]
        return tuple(_evidence(self._rows[i], round(float(cosines[i]), 3)) for i in near)

    def _tune(self) -> dict[str, float]:
        """Choose mix and temperature on held-out folds; with too few rows keep the defaults and say so."""
        import numpy as np

        assert self._vectors is not None
        counts = Counter(row.label for row in self._rows)
        if min(counts.values()) < _FOLDS:
            self._mix, self._temperature = 0.0, 1.0
            return {"judged_rows": 0.0}
        by_vector, by_words = self._held_out()
        truth = np.array([self._labels.index(row.label) for row in self._rows])
        allowed = _MIXES if min(counts.values()) >= FEW_ROWS else (0.0,)
        scored = []
        for mix in allowed:
            for temperature in _TEMPERATURES:
                odds = _softmax(_mixed(by_vector, by_words, mix) / temperature)
                scored.append((_log_loss(odds, truth), mix, temperature))
        _loss, self._mix, self._temperature = min(scored)
        odds = _softmax(_mixed(by_vector, by_words, self._mix) / self._temperature)
        return _metrics(odds, truth, len(self._labels)) | {"mix": self._mix, "temperature": self._temperature}

    def _held_out(self) -> tuple["Matrix", "Matrix"]:
        """Scores of every row by models that have not seen it."""
        import numpy as np
        from sklearn.model_selection import StratifiedKFold

        assert self._vectors is not None
        shape = (len(self._rows), len(self._labels))
        by_vector, by_words = np.zeros(shape), np.zeros(shape)
        targets = [row.label for row in self._rows]
        folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=7)
        for known, held in folds.split(self._vectors, targets):
            voices = _Voices(self._labels).fit([self._rows[i] for i in known], self._vectors[known])
            texts = [self._rows[i].text for i in held]
            by_vector[held], by_words[held] = voices.scores(texts, self._vectors[held], True)
        return by_vector, by_words


class _Voices:
    """Two opinions on a text: by its vector (logistic regression or prototypes), by its words (SVM)."""

    def __init__(self, labels: list[str]) -> None:
        self._labels = labels
        self._mean: Any = 0.0
        self._weights: Any = None
        self._bias: Any = None
        self._vectoriser: Any = None
        self._svm: Any = None

    def fit(self, rows: Sequence[Example], vectors: "Matrix") -> "_Voices":
        import numpy as np

        counts = Counter(row.label for row in rows)
        targets = np.array([self._labels.index(row.label) for row in rows])
        votes = np.array([row.weight for row in rows])
        self._mean = vectors.mean(axis=0)
        centred = _unit(vectors - self._mean)
        few = len(counts) < len(self._labels) or min(counts.values()) < FEW_ROWS
        if few:
            self._fit_prototypes(centred, targets, votes)
        else:
            self._fit_regression(centred, targets, votes)
        self._fit_words([row.text for row in rows], targets, votes)
        return self

    def scores(self, texts: Sequence[str], vectors: "Matrix", with_words: bool) -> tuple["Matrix", "Matrix"]:
        import numpy as np

        by_vector = _log_softmax(_unit(vectors - self._mean) @ self._weights + self._bias)
        if not with_words or self._svm is None:
            return by_vector, np.zeros_like(by_vector)
        margins = self._svm.decision_function(self._vectoriser.transform(texts))
        if margins.ndim == 1:
            margins = np.stack([-margins, margins], axis=1)
        spread = np.zeros_like(by_vector)
        spread[:, self._svm.classes_] = margins
        return by_vector, _log_softmax(spread * 3.0)

    def _fit_prototypes(self, centred: "Matrix", targets: "Matrix", votes: "Matrix") -> None:
        import numpy as np

        means = np.zeros((len(self._labels), centred.shape[1]))
        np.add.at(means, targets, centred * votes[:, None])
        self._weights = _unit(means).T * _PROTOTYPE_SHARPNESS
        self._bias = np.zeros(len(self._labels))

    def _fit_regression(self, centred: "Matrix", targets: "Matrix", votes: "Matrix") -> None:
        import numpy as np
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=10.0, max_iter=300).fit(centred, targets, sample_weight=votes)
        weights, bias = model.coef_, model.intercept_
        if len(weights) == 1:
            weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
        self._weights, self._bias = weights.T, bias

    def _fit_words(self, texts: Sequence[str], targets: "Matrix", votes: "Matrix") -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        if len(set(targets.tolist())) < 2:
            return
        self._vectoriser = TfidfVectorizer(analyzer=tokens, sublinear_tf=True)
        seen = self._vectoriser.fit_transform(texts)
        self._svm = LinearSVC(C=0.7).fit(seen, targets, sample_weight=votes)


def _evidence(row: Example, cosine: float) -> Evidence:
    if row.is_shipped:
        return Evidence("sample", row.text[:120], weight=cosine)
    return Evidence("taught", row.label, weight=cosine)


def _mixed(by_vector: "Matrix", by_words: "Matrix", mix: float) -> "Matrix":
    return by_vector if mix == 0 else (1 - mix) * by_vector + mix * by_words


def _unit(rows: "Matrix") -> "Matrix":
    import numpy as np

    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)


def _softmax(scores: "Matrix") -> "Matrix":
    import numpy as np

    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _log_softmax(scores: "Matrix") -> "Matrix":
    import numpy as np

    return np.log(np.maximum(_softmax(scores), 1e-12))


def _log_loss(odds: "Matrix", truth: "Matrix") -> float:
    import numpy as np

    return float(-np.log(np.maximum(odds[np.arange(len(truth)), truth], 1e-12)).mean())


def _metrics(odds: "Matrix", truth: "Matrix", classes: int) -> dict[str, float]:
    """Accuracy, macro-F1 and expected calibration error over ten bins, all on held-out rows."""
    import numpy as np

    guess, sure = odds.argmax(axis=1), odds.max(axis=1)
    right = guess == truth
    f1 = []
    for label in range(classes):
        hit = float((right & (truth == label)).sum())
        said, was = float((guess == label).sum()), float((truth == label).sum())
        f1.append(2 * hit / (said + was) if said + was else 0.0)
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [
        abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())
    ]
    return {
        "judged_rows": float(len(truth)),
        "accuracy": round(float(right.mean()), 4),
        "macro_f1": round(sum(f1) / len(f1), 4),
        "calibration_error": round(float(sum(gaps)), 4),
    }


def _data_hash(rows: Sequence[Example], engine: str) -> str:
    digest = hashlib.blake2b(engine.encode(), digest_size=16)
    for line in sorted(f"{row.label}\0{row.weight}\0{row.text}" for row in rows):
        digest.update(line.encode("utf-8", "replace"))
    return digest.hexdigest()
