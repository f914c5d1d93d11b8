"""One task's classifier: fitted on labelled rows and their vectors, it gives verdicts with evidence."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from huiyin.language.classify.outside import Outside, strangers
from huiyin.language.classify.tuning import Recipe, tuned
from huiyin.language.classify.voices import Voices
from huiyin.language.verdicts import Evidence, Example, Verdict

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[Any]]

# Changes whenever the same rows would give another classifier.
METHOD = 3
# Samples that are kept to be pointed at; more make a verdict slower and no reason better.
_POINTED_AT = 2_000


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


class TextClassifier:
    """One task. `fit` gives a card; `predict` gives verdicts with nearest samples as evidence."""

    def __init__(self, task: str, engine: str, parts: Sequence[int] = ()) -> None:
        self.task = task
        self.engine = engine
        self.parts = tuple(parts)
        self.card = ModelCard(f"{task}-untaught", task, engine, 0, (), "")
        self.recipe = Recipe()
        self.voices: Voices | None = None
        self.outside: Outside | None = None
        self.known: tuple[list[Example], Matrix] | None = None

    @property
    def taught(self) -> bool:
        return len(self.card.classes) > 1

    def fit(self, rows: Sequence[Example], vectors: "Matrix") -> ModelCard:
        """Learn from labelled rows and their vectors, same order. Under two classes nothing is learnt."""
        digest = data_hash(rows, self.engine)
        strange = strangers(rows)
        inside = [i for i in range(len(rows)) if i not in strange]
        labels = sorted({rows[i].label for i in inside})
        self.parts = self.parts or (vectors.shape[1],)
        if len(labels) < 2:
            self.card = ModelCard(f"{self.task}-untaught", self.task, self.engine, len(rows), (), digest)
            return self.card
        own, read = [rows[i] for i in inside], vectors[inside]
        self.recipe, metrics = tuned(labels, self.parts, own, read)
        self.voices = Voices(labels, self.parts, strength=self.recipe.strength)
        self.voices.fit(own, read, self.recipe.heard)
        self.outside = Outside.fitted(self.recipe, labels, self.parts, rows, vectors)
        self.known = (list(own[-_POINTED_AT:]), read[-_POINTED_AT:])
        classes = (*labels, *([self.outside.label] if self.outside else []))
        name = f"{self.task}-{digest[:8]}"
        self.card = ModelCard(name, self.task, self.engine, len(rows), classes, digest, metrics)
        return self.card

    def probabilities(self, texts: Sequence[str], vectors: "Matrix") -> "Matrix":
        """Calibrated, one row a text, columns in the order of `card.classes`."""
        assert self.voices is not None
        scores = self.voices.scores(texts, vectors, self.recipe.heard)
        odds = self.recipe.odds(scores)
        if self.outside is None:
            return odds
        return self.outside.joined(odds, self.voices.centred(vectors))

    def predict(self, texts: Sequence[str], vectors: "Matrix", top: int = 3) -> list[Verdict]:
        """The best label of each text with its runners-up and the known samples that are nearest."""
        return [
            self._verdict(row, vector, top)
            for row, vector in zip(self.probabilities(texts, vectors), vectors, strict=True)
        ]

    def _verdict(self, row: "Matrix", vector: "Matrix", top: int) -> Verdict:
        order = row.argsort()[::-1]
        labels = self.card.classes
        label = labels[order[0]]
        others = tuple((labels[i], round(float(row[i]), 4)) for i in order[1 : top + 1])
        return Verdict(
            label, round(float(row[order[0]]), 4), self._nearest(label, vector), self.card.name, others
        )

    def _nearest(self, label: str, vector: "Matrix") -> tuple[Evidence, ...]:
        """Samples of the chosen label that are closest in meaning."""
        if self.known is None:
            return ()
        rows, vectors = self.known
        cosines = vectors @ vector
        near = [i for i in cosines.argsort()[::-1][:12] if rows[i].label == label][:2]
        return tuple(_evidence(rows[i], round(float(cosines[i]) / len(self.parts), 3)) for i in near)


def data_hash(rows: Sequence[Example], engine: str) -> str:
    """The same for the same rows in any order."""
    digest = hashlib.blake2b(f"{engine}/{METHOD}".encode(), digest_size=16)
    for line in sorted(f"{row.label}\0{row.weight}\0{row.text}" for row in rows):
        digest.update(line.encode("utf-8", "replace"))
    return digest.hexdigest()


def _evidence(row: Example, cosine: float) -> Evidence:
    if row.is_shipped:
        return Evidence("sample", row.text[:120], weight=cosine)
    return Evidence("taught", row.label, weight=cosine)
