"""The arithmetic of scores: unit rows, log-probabilities, the one temperature that makes them honest."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[Any]]

_TEMPERATURES = (0.25, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.8, 2.2, 2.7, 3.5, 5.0, 8.0)


def unit(rows: "Matrix") -> "Matrix":
    import numpy as np

    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)


def softmax(scores: "Matrix") -> "Matrix":
    import numpy as np

    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def log_softmax(scores: "Matrix") -> "Matrix":
    import numpy as np

    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def log_loss(scores: "Matrix", truth: "Matrix") -> float:
    """Mean surprise at the truth, of unnormalised log-probabilities."""
    import numpy as np

    return float(-log_softmax(scores)[np.arange(len(truth)), truth].mean())


def best_temperature(scores: "Matrix", truth: "Matrix", among: Sequence[float] = _TEMPERATURES) -> float:
    """The temperature under which held-out scores are least surprised (Guo et al. 2017)."""
    return min(among, key=lambda temperature: log_loss(scores / temperature, truth))
