"""The queue before the encoder: single questions before bulk ones, bounded, late ones dropped."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from huiyin.language.verdicts import Question

Wanted = tuple[str, Literal["query", "passage"]]  # the encoder's name, and as what it reads the texts

QUICK_BATCH = 32
# Bulk work goes in steps of so many texts or characters: a single question waits for at most one step.
BULK_STEP = 16
BULK_STEP_CHARACTERS = 1_200


@dataclass(slots=True)
class Work:
    """Questions of one frame, the moment after which nobody waits for them, and where the answer goes.

    With `wanted` set, vectors are asked for and not understandings.
    """

    questions: list[Question]
    deadline: float
    done: Callable[[list[Any], str], None]
    bulk: bool = False
    wanted: Wanted | None = None

    def steps(self) -> Iterator[list[Question]]:
        """The questions in order, in portions of bounded cost."""
        portion: list[Question] = []
        characters = 0
        for question in self.questions:
            portion.append(question)
            characters += min(len(question.text), BULK_STEP_CHARACTERS)
            if len(portion) >= BULK_STEP or characters >= BULK_STEP_CHARACTERS:
                yield portion
                portion, characters = [], 0
        if portion:
            yield portion


class Lanes:
    """Bounded by questions, not by frames. `take` blocks until there is work or `close` was called."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._quick: deque[Work] = deque()
        self._bulk: deque[Work] = deque()
        self._waiting = 0
        self._bell = threading.Condition()
        self._closed = False

    @property
    def waiting(self) -> int:
        return self._waiting

    def put(self, work: Work) -> bool:
        """False when the queue is full: better a quick no than a late yes."""
        with self._bell:
            if self._closed or (self._waiting and self._waiting + len(work.questions) > self._limit):
                return False
            (self._bulk if work.bulk else self._quick).append(work)
            self._waiting += len(work.questions)
            self._bell.notify()
            return True

    def take(self) -> list[Work] | None:
        """The next works, quick ones together; None after `close`. Late ones are told so and left out."""
        with self._bell:
            while True:
                while not (self._quick or self._bulk or self._closed):
                    self._bell.wait()
                if self._closed:
                    return None
                if batch := self._next(self._quick or self._bulk):
                    return batch

    def take_quick(self) -> list[Work]:
        """The single questions that wait now, without waiting for more."""
        with self._bell:
            return self._next(self._quick) if self._quick else []

    def close(self) -> None:
        with self._bell:
            self._closed = True
            self._bell.notify_all()

    def _next(self, lane: deque[Work]) -> list[Work]:
        batch: list[Work] = []
        size = 0
        while lane and (not batch or size + len(lane[0].questions) <= QUICK_BATCH):
            work = lane.popleft()
            self._waiting -= len(work.questions)
            if work.deadline < time.monotonic():
                work.done([], "late")
                continue
            batch.append(work)
            size += len(work.questions)
            if work.bulk:
                break
        return batch
