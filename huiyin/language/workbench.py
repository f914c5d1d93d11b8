"""Judging and using classifiers from the command line: fit a task from rows, predict files, score pairs."""

from collections.abc import Iterator, Sequence
from typing import Any

from huiyin.language import detect, sentiment
from huiyin.language.classify import ModelCard, TextClassifier
from huiyin.language.encoders import Embedder
from huiyin.language.engine import Engine
from huiyin.language.rules import understand
from huiyin.language.segment import character_pairs, words
from huiyin.language.verdicts import Example, Verdict

BATCH = 64
# Meaning carries a pair, wording breaks the tie between sentences of one topic.
_MEANING_SHARE = 0.9
_ENOUGH_TO_CENTRE = 50


def fitted(task: str, rows: Sequence[Example], encoder: Embedder) -> tuple[TextClassifier, ModelCard]:
    """A classifier of its own for `task`, from these rows alone, with its cross-validated figures."""
    classifier = TextClassifier(task, encoder.id)
    return classifier, classifier.fit(rows, encoder.encode([row.text for row in rows]))


def verdicts(
    task: str, texts: Sequence[str], engine: Engine, own: TextClassifier | None = None
) -> Iterator[Verdict | None]:
    """A verdict a text, in batches: by the task's own classifier, or by the built-in one."""
    for i in range(0, len(texts), BATCH):
        part = texts[i : i + BATCH]
        if task == "language":
            yield from map(detect.language, part)
        elif own is not None:
            yield from own.predict(part, engine.encoder.encode(part), top=len(own.card.classes))
        elif task == "sentiment":
            told = engine.predict(task, part)
            words_ = [understand(text).sentiment for text in part]
            yield from (sentiment.combined(t, w) if t else w for t, w in zip(told, words_, strict=True))
        else:
            yield from engine.predict(task, part)


def line(id_: Any, verdict: Verdict | None) -> dict[str, Any]:
    """One line of a prediction file."""
    if verdict is None:
        return {"id": id_, "label": None, "confidence": 0.0, "scores": {}}
    return {
        "id": id_,
        "label": verdict.label,
        "confidence": verdict.confidence,
        "scores": verdict.scores(),
    }


def same_meaning(pairs: Sequence[tuple[str, str]], encoder: Embedder) -> Iterator[float]:
    """For each pair 0..1 that both mean the same.

    Vectors are centred on the texts of the file where there are enough: what all of them share tells no pair
    apart (BQ .78 to .81, LCQMC .866 to .871 AUROC).
    """
    import numpy as np

    rows = encoder.encode([text for pair in pairs for text in pair])
    if len(pairs) >= _ENOUGH_TO_CENTRE:
        rows = rows - rows.mean(axis=0)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    for n, (one, other) in enumerate(pairs):
        cosine = float(rows[2 * n] @ rows[2 * n + 1])
        score = _MEANING_SHARE * cosine + (1 - _MEANING_SHARE) * _overlap(one, other)
        yield round(min(max(score, 0.0), 1.0), 4)


def _overlap(one: str, other: str) -> float:
    """Dice coefficient of the texts' words and character pairs."""
    left, right = ({*words(text), *character_pairs(text)} for text in (one, other))
    return 2 * len(left & right) / (len(left) + len(right)) if left or right else 1.0
