"""The web side of the engine: asks the owner over its socket within a budget, and is silent when it cannot.

One connection a thread. Whatever goes wrong (no owner, a slow one, a full queue, a broken frame) answers
None; the caller then has the rules. After some time-outs in a row the owner is left alone for a moment, so
that a stuck one costs a few requests their budget and not every one.
"""

import os
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from huiyin.language import wire
from huiyin.language.socketpath import reachable
from huiyin.language.vectors import Vectors
from huiyin.language.verdicts import Question, Understanding

TIMEOUTS_BEFORE_REST = 3
REST_SECONDS = 2.0
_BULK_CHUNK = 100
# More texts than these are work for a job and let single questions go first.
_QUICK_TEXTS = 8
# The owner stops a bulk earlier than we stop waiting, so that what it has done still arrives.
_OWNERS_SHARE = 0.9


class Client:
    """Talks to the owner that listens on `path`; safe for threads and after a fork."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._timeouts = 0
        self._rest_until = 0.0

    def understand(self, question: Question, *, budget_ms: int) -> Understanding | None:
        """One understanding, or None when the owner did not give it in time."""
        deadline = time.monotonic() + budget_ms / 1000
        told = self._ask(wire.Ask([question], budget_ms), deadline)
        return told.understandings[0] if told and told.understandings else None

    def understand_many(self, questions: Sequence[Question], *, budget_ms: int) -> list[Understanding | None]:
        """One answer a question, in order; None for those that the budget did not reach."""
        deadline = time.monotonic() + budget_ms / 1000
        answers: list[Understanding | None] = []
        for i in range(0, len(questions), _BULK_CHUNK):
            part = list(questions[i : i + _BULK_CHUNK])
            left_ms = int((deadline - time.monotonic()) * 1000 * _OWNERS_SHARE)
            told = self._ask(wire.Ask(part, left_ms, bulk=True), deadline) if left_ms > 0 else None
            begun = told.understandings if told else []
            answers += [*begun, *[None] * (len(part) - len(begun))]
        return answers

    def embed(
        self, texts: Sequence[str], kind: Literal["query", "passage"], *, engine: str, budget_ms: int
    ) -> Vectors | None:
        """Vectors of all texts, or None when the budget did not reach or there is no such encoder."""
        deadline = time.monotonic() + budget_ms / 1000
        rows: list[bytes] = []
        model = ""
        for i in range(0, len(texts), _BULK_CHUNK):
            part = list(texts[i : i + _BULK_CHUNK])
            left_ms = int((deadline - time.monotonic()) * 1000 * _OWNERS_SHARE)
            bulk = len(texts) > _QUICK_TEXTS
            told = self._ask(wire.Embed(part, kind, engine, left_ms, bulk), deadline) if left_ms > 0 else None
            if told is None or (model and told.model != model):
                return None
            rows += told.rows
            model = told.model
        return Vectors(model, tuple(rows))

    def refresh(self, *, budget_ms: int = 500) -> bool:
        """Tell the owner that there are new lessons; False when nobody heard it."""
        told = self._ask(wire.Refresh(), time.monotonic() + budget_ms / 1000)
        return told is not None and not told.error

    def status(self, *, budget_ms: int = 500) -> dict[str, str | int | float | dict[str, str]] | None:
        """The owner's own account of itself, or None when there is none."""
        told = self._ask(wire.Status(), time.monotonic() + budget_ms / 1000)
        return told.state if told else None

    def close(self) -> None:
        """Let go of this thread's connection."""
        held: socket.socket | None = getattr(self._local, "socket", None)
        self._local.socket = None
        if held is not None:
            held.close()

    def _ask(self, message: wire.Message, deadline: float) -> wire.Answer | None:
        if time.monotonic() < self._rest_until:
            return None
        try:
            told = self._exchange(wire.frame(message), deadline)
        except TimeoutError:
            self.close()
            self._count_timeout()
            return None
        except (OSError, ValueError, msgspec.MsgspecError):
            self.close()
            return None
        self._timeouts = 0
        return None if told.error else told

    def _exchange(self, frame: bytes, deadline: float) -> wire.Answer:
        """One question, one answer. A kept line may lead to an owner that is gone: then once more, afresh."""
        if self._kept() is not None:
            try:
                return self._talk(frame, deadline)
            except TimeoutError:
                raise
            except OSError:
                self.close()
        self._connect(deadline)
        return self._talk(frame, deadline)

    def _talk(self, frame: bytes, deadline: float) -> wire.Answer:
        held: socket.socket = self._local.socket
        held.settimeout(_left(deadline))
        held.sendall(frame)
        size = wire.length(self._read(held, wire.HEADER.size, deadline))
        return wire.answer(self._read(held, size, deadline))

    def _read(self, held: socket.socket, size: int, deadline: float) -> bytes:
        body = bytearray()
        while len(body) < size:
            held.settimeout(_left(deadline))
            part = held.recv(min(size - len(body), 1 << 20))
            if not part:
                raise ConnectionResetError("the owner closed the line")
            body += part
        return bytes(body)

    def _kept(self) -> socket.socket | None:
        if getattr(self._local, "pid", None) != os.getpid():
            self._local.socket = None
        return getattr(self._local, "socket", None)

    def _connect(self, deadline: float) -> None:
        fresh = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            fresh.settimeout(_left(deadline))
            with reachable(self.path) as address:
                fresh.connect(address)
        except BaseException:
            fresh.close()
            raise
        self._local.socket, self._local.pid = fresh, os.getpid()

    def _count_timeout(self) -> None:
        self._timeouts += 1
        if self._timeouts >= TIMEOUTS_BEFORE_REST:
            self._timeouts = 0
            self._rest_until = time.monotonic() + REST_SECONDS


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the budget is used up")
    return left
