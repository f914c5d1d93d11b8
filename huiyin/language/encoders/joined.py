"""Several encoders read side by side: each sees what the other misses."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from huiyin.language.encoders.base import Embedder, Kind

if TYPE_CHECKING:
    from huiyin.language.encoders.base import Matrix


class Joined:
    """Rows of all parts one after the other; every part a unit row, so the whole is none."""

    def __init__(self, encoders: Sequence[Embedder]) -> None:
        self._encoders = list(encoders)
        self.id = "+".join(encoder.id for encoder in encoders)
        self.parts = tuple(encoder.dim for encoder in encoders)
        self.dim = sum(self.parts)
        self.max_chars = max(encoder.max_chars for encoder in encoders)

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> "Matrix":
        import numpy as np

        return np.hstack([encoder.encode(texts, kind) for encoder in self._encoders])


def parts_of(encoder: Embedder) -> tuple[int, ...]:
    """Where one encoder's numbers end and the next one's begin."""
    parts: tuple[int, ...] = getattr(encoder, "parts", (encoder.dim,))
    return parts
