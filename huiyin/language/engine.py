"""The whole engine in one process: an encoder, one classifier a task, the rules. For the owner, or inline."""

import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from huiyin.language import encoders, packs, priority, rules, sentiment
from huiyin.language.classify import ModelCard, TextClassifier, Trial, frozen, thawed
from huiyin.language.classify.classifier import data_hash
from huiyin.language.classify.trial import Figures, held_figures, is_better
from huiyin.language.encoders import Embedder, Kind, builtin
from huiyin.language.vectors import Vectors, packed
from huiyin.language.verdicts import Example, Lessons, Question, Understanding, Verdict, replace

if TYPE_CHECKING:
    from huiyin.language.classify.numbers import Matrix

log = logging.getLogger(__name__)

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

    def learn(self, lessons: Lessons) -> list[Trial]:
        """Take over what is live, fit a candidate for each task whose rows changed, and let the better one answer."""
        with self._learning:
            trials = []
            for task in dict.fromkeys((*packs.TASKS, *lessons.tasks, *lessons.live)):
                self._take_over(task, lessons)
                rows = [*packs.examples(task), *lessons.tasks.get(task, ())]
                if trial := self._tried(task, rows, lessons):
                    trials.append(trial)
            needed = {row.text for rows in self._all(lessons) for row in rows}
            self._vectors = {text: self._vectors[text] for text in needed if text in self._vectors}
            self.version = lessons.version
            return trials

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
        """The encoder of that name, loaded when it is first asked for; None where this host cannot run it."""
        if name == "builtin":
            return self._encoder
        try:
            return encoders.named(name)
        except encoders.Broken as broken:
            log.warning("language.encoder_broken", extra={"encoder": name, "reason": str(broken)})
            return None

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
        return list(classifier.predict(texts, self._read(classifier.engine, texts, vectors)))

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

    def _take_over(self, task: str, lessons: Lessons) -> None:
        """The version that the installation uses, when it is another one than ours: a start, or a roll back."""
        live = lessons.live.get(task)
        held = self._classifiers.get(task)
        if live and (held is None or held.card.name != live.name):
            chosen = thawed(live.weights)
            if chosen.engine == self._encoder.id or encoders.of_id(chosen.engine):
                self._swap(task, chosen)

    def _tried(self, task: str, rows: Sequence[Example], lessons: Lessons) -> Trial | None:
        """A candidate from these rows against the one in use; None when there is nothing new to try."""
        held, digest = self._classifiers.get(task), data_hash(rows, self._encoder.id)
        is_settled = task in lessons.live and (task in lessons.kept or digest in lessons.tried)
        if len({row.label for row in rows}) < 2 or is_settled or (held and held.card.data_hash == digest):
            return None
        # What the installation does not hold live any more was withdrawn: nothing has to be beaten.
        held = held if task in lessons.live else None
        candidate = TextClassifier(task, self._encoder.id)
        candidate.fit(rows, self._vectors_of([row.text for row in rows]))
        judges = lessons.held.get(task, ())
        read = self._vectors_of([row.text for row in judges]) if judges else None
        own = held_figures(candidate, judges, read) if read is not None else {}
        rival = self._rival_figures(held, judges)
        goes_live = is_better(own, rival)
        if goes_live:
            self._swap(task, candidate)
        return Trial(candidate.card, frozen(candidate), goes_live, own, rival, held.card.name if held else "")

    def _read(self, engine: str, texts: Sequence[str], vectors: "Matrix | None") -> "Matrix":
        """Vectors as that classifier learnt to read them: one that somebody trained may use a better encoder."""
        if engine != self._encoder.id:
            return (encoders.of_id(engine) or self._encoder).encode(texts, "query")
        return self._encoder.encode(texts) if vectors is None else vectors

    def _rival_figures(self, held: TextClassifier | None, judges: Sequence[Example]) -> Figures:
        if held is None or not judges:
            return {}
        texts = [row.text for row in judges]
        own = self._vectors_of(texts) if held.engine == self._encoder.id else None
        return held_figures(held, judges, self._read(held.engine, texts, own))

    def _swap(self, task: str, classifier: TextClassifier) -> None:
        self._classifiers = {**self._classifiers, task: classifier}

    def _vectors_of(self, texts: Sequence[str]) -> "Matrix":
        import numpy as np

        missing = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        for i in range(0, len(missing), _LEARNING_BATCH):
            part = missing[i : i + _LEARNING_BATCH]
            self._vectors.update(zip(part, self._encoder.encode(part), strict=True))
        return np.stack([self._vectors[text] for text in texts])

    @staticmethod
    def _all(lessons: Lessons) -> list[Sequence[Example]]:
        taught = [*lessons.tasks.values(), *lessons.held.values()]
        return [*(packs.examples(task) for task in packs.TASKS), *taught]


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
