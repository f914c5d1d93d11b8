"""Judging and using classifiers from the command line: fit a task from rows, predict files, score pairs."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from huiyin.language import detect, packs, sentiment
from huiyin.language.classify import TextClassifier
from huiyin.language.encoders import Embedder, parts_of
from huiyin.language.engine import Engine
from huiyin.language.rules import understand
from huiyin.language.segment import character_pairs, words
from huiyin.language.verdicts import Example, Verdict

if TYPE_CHECKING:
    from huiyin.language.classify.numbers import Matrix

Step = Callable[[int, int], None]
BATCH = 64
# With fewer rows a label than these the samples of a shipped pack help more than they blur.
_FEW_A_LABEL = 25
# Meaning carries a pair, wording breaks the tie between sentences of one topic.
_MEANING_SHARE = 0.9
_ENOUGH_TO_CENTRE = 50


def _silent(done: int, whole: int) -> None:
    """Nobody watches."""


def encoded(texts: Sequence[str], encoder: Embedder, step: Step = _silent) -> "Matrix":
    """Rows of many texts, batch after batch; `step` hears how far it is.

    All are read as questions: texts that are compared with each other must be read alike, and read so the
    quality encoder tells pairs apart better (LCQMC .897 against .867 AUROC).
    """
    import numpy as np

    parts = [np.zeros((0, encoder.dim), dtype=np.float32)]
    for i in range(0, len(texts), BATCH):
        parts.append(encoder.encode(texts[i : i + BATCH], "query"))
        step(min(i + BATCH, len(texts)), len(texts))
    return np.vstack(parts)


def fitted(task: str, rows: Sequence[Example], encoder: Embedder, step: Step = _silent) -> TextClassifier:
    """A classifier of its own for `task`, from these rows and, where they are few, from a pack that knows them."""
    lessons = [*rows, *packs.related(task, {row.label for row in rows})] if _are_few(rows) else list(rows)
    classifier = TextClassifier(task, encoder.id, parts_of(encoder))
    classifier.fit(lessons, encoded([row.text for row in lessons], encoder, step))
    return classifier


def own_verdicts(
    classifier: TextClassifier, texts: Sequence[str], encoder: Embedder, step: Step = _silent
) -> Iterator[Verdict]:
    """A verdict a text, by a classifier that somebody trained, with the score of every label."""
    for i in range(0, len(texts), BATCH):
        part = texts[i : i + BATCH]
        yield from classifier.predict(part, encoder.encode(part, "query"), top=len(classifier.card.classes))
        step(min(i + BATCH, len(texts)), len(texts))


def verdicts(
    task: str, texts: Sequence[str], engine: Engine | None, step: Step = _silent
) -> Iterator[Verdict | None]:
    """A verdict a text, by what is built in; languages need no engine."""
    for i in range(0, len(texts), BATCH):
        part = texts[i : i + BATCH]
        if engine is None:
            yield from map(detect.language, part)
        elif task == "sentiment":
            told = engine.predict(task, part)
            by_words = [understand(text).sentiment for text in part]
            yield from (sentiment.combined(t, w) if t else w for t, w in zip(told, by_words, strict=True))
        else:
            yield from engine.predict(task, part)
        step(min(i + BATCH, len(texts)), len(texts))


def same_meaning(
    pairs: Sequence[tuple[str, str]], encoder: Embedder, step: Step = _silent
) -> Iterator[float]:
    """For each pair 0..1 that both mean the same.

    Vectors are centred on the texts of the file where there are enough: what all of them share tells no pair
    apart (BQ .78 to .81, LCQMC .866 to .871 AUROC). Each encoder's cosines are scaled before they are added.
    """
    import numpy as np

    rows = encoded([text for pair in pairs for text in pair], encoder, step)
    score, at = np.zeros(len(pairs)), 0
    for size in parts_of(encoder):
        score += _cosines(rows[:, at : at + size]) / len(parts_of(encoder))
        at += size
    for (one, other), meant in zip(pairs, score, strict=True):
        value = _MEANING_SHARE * float(meant) + (1 - _MEANING_SHARE) * _overlap(one, other)
        yield round(min(max(value, 0.0), 1.0), 4)


def _cosines(rows: "Matrix") -> "Matrix":
    """Of neighbouring rows, two by two."""
    import numpy as np

    if len(rows) >= 2 * _ENOUGH_TO_CENTRE:
        rows = rows - rows.mean(axis=0)
        rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return np.asarray((rows[::2] * rows[1::2]).sum(axis=1))


def _are_few(rows: Sequence[Example]) -> bool:
    return len(rows) < _FEW_A_LABEL * len({row.label for row in rows})


def _overlap(one: str, other: str) -> float:
    """Dice coefficient of the texts' words and character pairs."""
    left, right = ({*words(text), *character_pairs(text)} for text in (one, other))
    return 2 * len(left & right) / (len(left) + len(right)) if left or right else 1.0
