"""The whole engine in one process: an encoder, one classifier a task, the rules. For the owner, or inline."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from huiyin.language import encoders, packs, priority, rules, sentiment
from huiyin.language.classify import ModelCard, TextClassifier
from huiyin.language.encoders import Embedder, Kind, builtin
from huiyin.language.vectors import Vectors, packed
from huiyin.language.verdicts import Example, Lessons, Question, Understanding, Verdict, replace

if TYPE_CHECKING:
    from huiyin.language.classify import Matrix

# Below this a product that only a classifier saw is not worth showing.
_PRODUCT_FLOOR = 0.35
_BROKEN = frozenset({"bug", "performance"})
# Small, because questions wait for the encoder while lessons are being read.
_LEARNING_BATCH = 16


class Engine:
    """Understands texts in batches. `learn` swaps in fresh classifiers while others keep predicting."""

    def __init__(self, encoder: Embedder | None = None) -> None:
        self._encoder = encoder or builtin()
        self._vectors: dict[str, Matrix] = {}
        self._classifiers: dict[str, TextClassifier] = {}
        self._learning = threading.Lock()
        self.version = ""

    @property
    def encoder(self) -> Embedder:
        return self._encoder

    @property
    def cards(self) -> list[ModelCard]:
        return [classifier.card for classifier in self._classifiers.values()]

    def learn(self, lessons: Lessons) -> list[ModelCard]:
        """Fit every task anew from the packs and what people taught; about a second for a thousand rows."""
        with self._learning:
            fitted = dict(self._classifiers)
            for task in dict.fromkeys((*packs.TASKS, *lessons.tasks)):
                rows = [*packs.examples(task), *lessons.tasks.get(task, ())]
                fitted[task] = self._fitted(task, rows)
            self._vectors = {row.text: self._vectors[row.text] for rows in self._all(lessons) for row in rows}
            self._classifiers, self.version = fitted, lessons.version
            return self.cards

    def understand_many(self, questions: Sequence[Question]) -> list[Understanding]:
        """One understanding a question, complete."""
        if not questions:
            return []
        texts = [question.whole for question in questions]
        vectors = self._encoder.encode(texts)
        categories = self.predict("category", texts, vectors)
        kinds = self.predict("kind", texts, vectors)
        feelings = self.predict("sentiment", texts, vectors)
        products = self.predict("product", texts, vectors)
        return [
            self._understanding(question, vectors[i], categories[i], kinds[i], feelings[i], products[i])
            for i, question in enumerate(questions)
        ]

    def embedder(self, name: str) -> Embedder | None:
        """The encoder of that name, loaded when it is first asked for; None where it is not installed."""
        return self._encoder if name == "builtin" else encoders.named(name)

    def embed(self, texts: Sequence[str], kind: Kind, *, engine: str = "builtin") -> Vectors:
        """Vectors of the texts, in order. Raises LookupError for an encoder that this host has not."""
        encoder = self.embedder(engine)
        if encoder is None:
            raise LookupError(engine)
        return packed(encoder.id, encoder.encode(texts, kind))

    def predict(
        self, task: str, texts: Sequence[str], vectors: "Matrix | None" = None
    ) -> list[Verdict | None]:
        """Verdicts of one task; None where nobody taught it yet."""
        classifier = self._classifiers.get(task)
        if classifier is None or not classifier.taught:
            return [None] * len(texts)
        rows = self._encoder.encode(texts) if vectors is None else vectors
        return list(classifier.predict(texts, rows))

    def _understanding(
        self,
        question: Question,
        vector: "Matrix",
        category: Verdict | None,
        kind: Verdict | None,
        feeling: Verdict | None,
        product: Verdict | None,
    ) -> Understanding:
        base = rules.understand(question.text, subject=question.subject, products=question.products)
        felt = sentiment.combined(feeling, base.sentiment) if feeling else base.sentiment
        about = category or base.category
        said = _kind(kind or base.kind, about, felt)
        learnt = product if product and product.confidence >= _PRODUCT_FLOOR else None
        return replace(
            base,
            sentiment=felt,
            category=about,
            kind=said,
            product=base.product or learnt,
            priority=priority.assess(
                base.urgency, base.impact, kind=said.label, category=about.label, sentiment=felt.label
            ),
            vector=vector.tobytes(),
            vector_model=self._encoder.id,
            complete=True,
        )

    def _fitted(self, task: str, rows: Sequence[Example]) -> TextClassifier:
        import numpy as np

        missing = list(dict.fromkeys(row.text for row in rows if row.text not in self._vectors))
        for i in range(0, len(missing), _LEARNING_BATCH):
            part = missing[i : i + _LEARNING_BATCH]
            self._vectors.update(zip(part, self._encoder.encode(part), strict=True))
        classifier = TextClassifier(task, self._encoder.id)
        if rows:
            classifier.fit(rows, np.stack([self._vectors[row.text] for row in rows]))
        return classifier

    @staticmethod
    def _all(lessons: Lessons) -> list[Sequence[Example]]:
        return [*(packs.examples(task) for task in packs.TASKS), *lessons.tasks.values()]


def _kind(kind: Verdict, category: Verdict, felt: Verdict) -> Verdict:
    """Two verdicts that cannot both be true: praise is no complaint, and what is broken is no suggestion."""
    if kind.label == "complaint" and category.label == "praise" and felt.label == "positive":
        better = "suggestion"
    elif kind.label == "suggestion" and category.label in _BROKEN and felt.label == "negative":
        better = "fault"
    else:
        return kind
    others = tuple((label, odds) for label, odds in kind.scores().items() if label != better)
    return Verdict(better, kind.scores().get(better, 0.4), category.evidence, kind.model, others)
