"""What clients sent and what they were promised, kept outside the product, on disk before it counts."""

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """A request that was sent (`acknowledged_at` is 0) or acknowledged; `digest` is that of its words."""

    key: str
    kind: str
    digest: str
    acknowledged_at: float = 0
    status: int = 0
    answer: str = ""


class Ledger:
    """Lines are added by many threads; a line is on disk when `add` returns."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._out = file.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def add(self, line: Line) -> None:
        with self._lock:
            self._out.write(json.dumps(asdict(line)) + "\n")
            self._out.flush()
            os.fsync(self._out.fileno())

    def sent(self, key: str, kind: str, words: str) -> None:
        self.add(Line(key, kind, digest(words)))

    def acknowledged(self, key: str, kind: str, words: str, *, status: int, answer: str) -> None:
        self.add(Line(key, kind, digest(words), time.time(), status, answer))

    def close(self) -> None:
        self._out.close()


def read(file: Path) -> Iterator[Line]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield Line(**json.loads(line))


def digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
