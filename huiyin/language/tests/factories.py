"""Makers for the tests of language: a tiny encoder without weights, and a teacher that needs no database."""

import threading
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from huiyin.language.classify import ModelCard, Trial
from huiyin.language.engine import Engine
from huiyin.language.owner import Owner, Unteachable
from huiyin.language.segment import character_pairs, words
from huiyin.language.verdicts import Lessons, Live


class HashEncoder:
    """Words and character pairs hashed into 256 numbers; `pause` seconds are slept for every call."""

    id = "hash/1"
    dim = 256
    max_chars = 400

    def __init__(self) -> None:
        self.pause = 0.0

    def encode(self, texts: Sequence[str], kind: str = "passage") -> Any:
        time.sleep(self.pause)
        rows = np.full((len(texts), self.dim), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for token in (*words(text), *character_pairs(text)):
                row[zlib.crc32(token.encode()) % self.dim] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class ListTeacher:
    """Lessons from a variable; keeps the cards it is given."""

    def __init__(self) -> None:
        self.now = Lessons()
        self.cards: list[ModelCard] = []
        self.is_away = False

    def version(self) -> str:
        return self.now.version

    def lessons(self) -> Lessons:
        if self.is_away:
            raise Unteachable
        return self.now

    def keep(self, trials: list[Trial]) -> None:
        self.cards += [trial.card for trial in trials]


class FolderTeacher(ListTeacher):
    """Keeps what went live in files, as the database does, so that the next owner need not fit again."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def lessons(self) -> Lessons:
        kept = {file.suffix[1:]: Live(file.stem, file.read_bytes()) for file in self._folder.glob("*-*.*")}
        return Lessons(live=kept)

    def keep(self, trials: list[Trial]) -> None:
        for trial in trials:
            (self._folder / f"{trial.card.name}.{trial.card.task}").write_bytes(trial.weights)


class RunningOwner:
    """An owner in a thread of this process, for the length of a `with`."""

    def __init__(self, path: Path) -> None:
        self.encoder = HashEncoder()
        self.teacher = ListTeacher()
        self.owner = Owner(path, self.teacher, lambda: Engine(self.encoder), look_every=0.05)
        self._thread = threading.Thread(target=self.owner.serve)

    def __enter__(self) -> "RunningOwner":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.encoder.pause = 0.0
        self.owner.stop()
        self._thread.join(timeout=20)
        assert not self._thread.is_alive()


def serve_until_killed(path: str) -> None:
    """The main of a child process: an owner with the tiny encoder."""
    folder = Path(path).parent
    Owner(Path(path), FolderTeacher(folder), lambda: Engine(HashEncoder())).serve()
