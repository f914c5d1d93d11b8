"""Rows of vectors as they are kept, and apart from what all of them share. No table; numpy when it is called."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[Any]]

_FEW = 10


def unpacked(rows: Sequence[bytes]) -> "Matrix":
    """Kept rows of one encoder as a matrix."""
    import numpy as np

    return np.frombuffer(b"".join(rows), dtype=np.float32).reshape(len(rows), -1)


def packed(row: "Matrix") -> bytes:
    import numpy as np

    return np.ascontiguousarray(row, dtype=np.float32).tobytes()


def shared(rows: "Matrix") -> "Matrix":
    """What these texts have in common. Few texts are no measure of all texts, so that little is taken for it."""
    import numpy as np

    return np.asarray(rows.sum(axis=0) / (len(rows) + _FEW), dtype=np.float32)


def apart(rows: "Matrix", mean: "Matrix") -> "Matrix":
    """Unit rows of what sets each text apart from the mean."""
    import numpy as np

    rest = rows - mean
    return np.asarray(rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9), dtype=np.float32)
