"""Sentence vectors as they travel and are kept: float32 unit rows and the id of the encoder that made them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float32]]

_WIDTH = 4  # bytes of a float32


@dataclass(frozen=True, slots=True)
class Vectors:
    """Rows of one encoder. `model` changes whenever vectors do: rows of two models never meet."""

    model: str
    rows: tuple[bytes, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def dim(self) -> int:
        return len(self.rows[0]) // _WIDTH if self.rows else 0

    def matrix(self) -> "Matrix":
        """The rows as a read-only array, (rows, dim); loads numpy."""
        import numpy as np

        return np.frombuffer(b"".join(self.rows), dtype=np.float32).reshape(len(self.rows), self.dim)


def packed(model: str, matrix: "Matrix") -> Vectors:
    """An encoder's array as rows to keep."""
    import numpy as np

    return Vectors(model, tuple(row.tobytes() for row in np.ascontiguousarray(matrix, dtype=np.float32)))


def stacked(model: str, rows: Iterable[bytes]) -> Vectors:
    """Kept rows of one model together again."""
    return Vectors(model, tuple(rows))


def compare(wanted: Vectors, known: Vectors) -> "Matrix":
    """Cosine of each wanted row with each known one, (wanted, known). Raises ValueError across models."""
    if wanted.model != known.model:
        raise ValueError(f"vectors of {wanted.model!r} and of {known.model!r} say nothing about each other")
    import numpy as np

    if not wanted or not known:
        return np.zeros((len(wanted), len(known)), dtype=np.float32)
    return np.asarray(wanted.matrix() @ known.matrix().T)


def scaled(cosines: Sequence[float]) -> list[float]:
    """Scores of one encoder in standard deviations from their mean, so that those of two may be added."""
    if not cosines:
        return []
    mean = sum(cosines) / len(cosines)
    spread = (sum((value - mean) ** 2 for value in cosines) / len(cosines)) ** 0.5
    return [(value - mean) / max(spread, 1e-6) for value in cosines]
