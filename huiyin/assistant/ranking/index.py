"""All phrasings of the help centre in memory, by article: vectors in one matrix an encoder, words inverted.

Eight thousand phrasings take about 30 MB and answer a question in some milliseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from huiyin.assistant.ranking.words import Words

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float32]]

# Two texts of one encoder that have nothing to do with each other are so alike, on average and in spread; a small
# help centre tells too little of its own.
USUAL = {"builtin": (0.16, 0.10), "quality": (0.835, 0.024)}
ENOUGH_TO_TELL = 40
SAMPLE = 400


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to ask for an article; `vectors` are float32 rows by the encoder's name."""

    article: str
    text: str
    lang: str = "zh"
    vectors: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the vectors that were there in time."""

    text: str
    vectors: Mapping[str, bytes] = field(default_factory=dict)


class Index:
    """Phrasings, grouped by article. Immutable: a new version is a new index."""

    def __init__(self, phrases: Sequence[Phrase], version: str = "") -> None:
        self.version = version
        ordered = sorted(phrases, key=lambda phrase: phrase.article)
        self.words = Words([phrase.text for phrase in ordered])
        groups = [(article, len(list(group))) for article, group in groupby(ordered, lambda p: p.article)]
        self.articles = [article for article, _count in groups]
        self._starts = _starts([count for _article, count in groups])
        self.matrices = {name: _matrix(ordered, name) for name in USUAL if _has_vectors(ordered, name)}
        self._waiting = {name: _waiting(ordered, name) for name in self.matrices}
        self.scales = {name: _scale(name, m, self._waiting[name]) for name, m in self.matrices.items()}

    def __len__(self) -> int:
        return len(self.articles)

    def likeness(self, name: str, vector: bytes) -> "Matrix":
        """Of each article: how like its nearest phrasing is, in standard deviations above what is usual.

        A phrasing whose vector is still to come counts as usual: unrelated texts of one encoder may be very alike,
        and zero would push whatever is read last below all that has nothing to do with the question.
        """
        import numpy as np

        mean, spread = self.scales[name]
        cosines = self.matrices[name] @ np.frombuffer(vector, dtype=np.float32)
        cosines[self._waiting[name]] = mean
        return (self.nearest(cosines) - mean) / spread

    def nearest(self, scores: "Matrix") -> "Matrix":
        """The best phrasing's score of each article."""
        import numpy as np

        return np.maximum.reduceat(scores, self._starts) if len(scores) else scores


def _starts(counts: Sequence[int]) -> list[int]:
    places, place = [], 0
    for count in counts:
        places.append(place)
        place += count
    return places


def _has_vectors(phrases: Sequence[Phrase], name: str) -> bool:
    return any(phrase.vectors.get(name) for phrase in phrases)


def _matrix(phrases: Sequence[Phrase], name: str) -> "Matrix":
    """One row a phrasing, empty where its vector is still to come."""
    import numpy as np

    width = max(len(phrase.vectors.get(name, b"")) for phrase in phrases)
    rows = b"".join(phrase.vectors.get(name) or bytes(width) for phrase in phrases)
    return np.frombuffer(rows, dtype=np.float32).reshape(len(phrases), -1)


def _waiting(phrases: Sequence[Phrase], name: str) -> list[int]:
    """The places of phrasings without a vector yet."""
    return [place for place, phrase in enumerate(phrases) if not phrase.vectors.get(name)]


def _scale(name: str, matrix: "Matrix", waiting: Sequence[int]) -> tuple[float, float]:
    """Mean and spread of the likeness between phrasings, which mostly belong to different articles."""
    import numpy as np

    there = np.delete(matrix, waiting, axis=0) if waiting else matrix
    if len(there) < ENOUGH_TO_TELL:
        return USUAL[name]
    seen = there[:: max(1, len(there) // SAMPLE)]
    likeness = (seen @ seen.T)[np.triu_indices(len(seen), 1)]
    return float(likeness.mean()), max(float(likeness.std()), 1e-3)
