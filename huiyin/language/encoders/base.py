"""What every encoder is: texts in, unit rows out, and a name for the space that the rows live in."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float32]]

Kind = Literal["query", "passage"]


class Embedder(Protocol):
    """Turns texts into unit rows. `id` changes whenever the vectors do, so that old and new never mix."""

    id: str
    dim: int
    max_chars: int

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> "Matrix": ...


def unit(rows: "Matrix") -> "Matrix":
    """Rows of length one, as float32 without gaps; a row of zeros stays one."""
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.ascontiguousarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)
