"""The one process of a host that holds encoder and classifiers, and answers on a unix socket.

Three threads: asyncio moves frames, one computes, one learns. A lock file makes it the only owner; when it is
killed the kernel frees the lock, and the next owner takes the stale socket's place. Lessons come from the
caller's `Teacher`, so that nothing here knows the database.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import msgspec

from huiyin.language import wire
from huiyin.language.classify import Trial
from huiyin.language.engine import Engine
from huiyin.language.lanes import Lanes, Wanted, Work
from huiyin.language.socketpath import reachable
from huiyin.language.verdicts import Lessons, Question

log = logging.getLogger(__name__)

QUEUE_LIMIT = 1_200
LOOK_EVERY_SECONDS = 20.0
# Corrections come in bursts; one refit may serve many.
REST_BETWEEN_REFITS_SECONDS = 5.0


class Unteachable(Exception):
    """The teacher cannot be asked now; what is known stays, and the packs alone answer at first."""


class Teacher(Protocol):
    """Where lessons come from and where what was fitted goes; called from the learning thread. Raises Unteachable."""

    def version(self) -> str: ...
    def lessons(self) -> Lessons: ...
    def keep(self, trials: list[Trial]) -> None: ...


class Taken(RuntimeError):
    """Another owner lives already."""


class Owner:
    """Serves until `stop`. The engine loads behind the open socket: until then questions hear `loading`."""

    def __init__(
        self,
        path: Path,
        teacher: Teacher,
        engine: Callable[[], Engine] = Engine,
        *,
        look_every: float = LOOK_EVERY_SECONDS,
    ) -> None:
        self.path = path
        self._teacher = teacher
        self._make = engine
        self._look_every = look_every
        self._engine: Engine | None = None
        self._lanes = Lanes(QUEUE_LIMIT)
        self._look = threading.Event()
        self._stopping = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._began = time.monotonic()
        self._answered = 0

    def serve(self) -> None:
        """Run to the end. Raises Taken when another owner holds the lock."""
        with _only_one(self.path.with_suffix(".lock")):
            threads = [threading.Thread(target=run, daemon=True) for run in (self._compute, self._learn)]
            asyncio.run(self._listen(threads))
            for thread in threads:
                thread.join(timeout=5)

    def stop(self) -> None:
        """End gracefully; safe from any thread and from signal handlers."""
        self._stopping.set()
        self._look.set()
        self._lanes.close()
        if self._loop and self._stop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    async def _listen(self, threads: list[threading.Thread]) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_unix_server(self._converse, sock=_bound(self.path))
        for thread in threads:
            thread.start()
        if not self._stopping.is_set():
            await self._stop.wait()
        server.close()
        self.path.unlink(missing_ok=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: frame in, frame out, until the other side goes or talks nonsense."""
        with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError, msgspec.MsgspecError):
            while True:
                size = wire.length(await reader.readexactly(wire.HEADER.size))
                told = await self._reply(wire.message(await reader.readexactly(size)))
                writer.write(wire.frame(told))
                await writer.drain()
        writer.close()

    async def _reply(self, message: wire.Message) -> wire.Answer:
        if isinstance(message, wire.Ask):
            return await self._understand(message)
        if isinstance(message, wire.Embed):
            return await self._embed(message)
        if isinstance(message, wire.Refresh):
            self._look.set()
        return wire.Answer(state=self._state())

    async def _understand(self, ask: wire.Ask) -> wire.Answer:
        told, error = await self._queued(ask.questions, ask.wait_ms, ask.bulk)
        return wire.Answer(told, error=error)

    async def _embed(self, ask: wire.Embed) -> wire.Answer:
        """All rows or none: half a list of vectors helps nobody."""
        # In a thread: one that is asked for the first time loads for seconds, and others must not wait for it.
        engine = self._engine
        encoder = await asyncio.to_thread(engine.embedder, ask.engine) if engine else None
        if engine and encoder is None:
            return wire.Answer(error="absent")
        questions = [Question(text) for text in ask.texts]
        rows, error = await self._queued(questions, ask.wait_ms, ask.bulk, (ask.engine, ask.kind))
        if encoder is None or error or len(rows) < len(questions):
            return wire.Answer(error=error or "late")
        return wire.Answer(rows=rows, model=encoder.id)

    async def _queued(
        self, questions: list[Question], wait_ms: int, bulk: bool, wanted: Wanted | None = None
    ) -> tuple[list[Any], str]:
        """What the computing thread says, in its turn."""
        if self._engine is None:
            return [], "loading"
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[tuple[list[Any], str]] = loop.create_future()

        def done(told: list[Any], error: str) -> None:
            with contextlib.suppress(
                RuntimeError
            ):  # the house closed meanwhile, and nobody waits for this any more
                loop.call_soon_threadsafe(_settle, answer, (told, error))

        deadline = time.monotonic() + wait_ms / 1000
        if not self._lanes.put(Work(questions, deadline, done, bulk, wanted)):
            return [], "busy"
        return await answer

    def _compute(self) -> None:
        """The computing thread: batch after batch."""
        while (batch := self._lanes.take()) is not None:
            if batch[0].bulk:
                self._answer_bulk(batch[0])
            else:
                self._answer(batch)

    def _answer(self, batch: list[Work]) -> None:
        """Works that want the same are computed together."""
        for wanted in dict.fromkeys(work.wanted for work in batch):
            self._answer_alike([work for work in batch if work.wanted == wanted], wanted)

    def _answer_alike(self, batch: list[Work], wanted: Wanted | None) -> None:
        try:
            told = self._computed([q for work in batch for q in work.questions], wanted)
        except (ValueError, ArithmeticError, LookupError, TypeError, MemoryError):
            log.exception("language.batch_failed")
            for work in batch:
                work.done([], "failed")
            return
        for work in batch:
            part, told = told[: len(work.questions)], told[len(work.questions) :]
            self._answered += len(part)
            work.done(part, "")

    def _computed(self, questions: list[Question], wanted: Wanted | None) -> list[Any]:
        assert self._engine is not None
        if wanted is None:
            return self._engine.understand_many(questions)
        return list(self._engine.embed([q.text for q in questions], wanted[1], engine=wanted[0]).rows)

    def _answer_bulk(self, work: Work) -> None:
        """In small steps, with single questions answered between them; at the deadline, what is done by then."""
        told: list[Any] = []
        longest = 0.0
        for portion in work.steps():
            while quick := self._lanes.take_quick():
                self._answer(quick)
            begun = time.monotonic()
            if begun + longest > work.deadline:
                break
            step: list[Any] = []
            self._answer([Work(portion, work.deadline, _into(step), wanted=work.wanted)])
            if not step:
                break
            told += step
            longest = max(longest, time.monotonic() - begun)
        work.done(told, "" if told else "late")

    def _learn(self) -> None:
        """The learning thread: load the engine, then refit whenever the lessons changed."""
        engine = self._make()
        while not self._stopping.is_set():
            self._look.clear()
            try:
                if self._engine is None or self._teacher.version() != engine.version:
                    self._teacher.keep(engine.learn(self._teacher.lessons()))
            except (Unteachable, ValueError):
                log.exception("language.learning_failed")
                if self._engine is None:
                    engine.learn(Lessons())
            self._engine = engine
            self._stopping.wait(min(REST_BETWEEN_REFITS_SECONDS, self._look_every))
            self._look.wait(self._look_every)

    def _state(self) -> dict[str, str | int | float | dict[str, str]]:
        engine = self._engine
        return {
            "ready": int(engine is not None),
            "pid": os.getpid(),
            "version": engine.version if engine else "",
            "engine": engine.encoder.id if engine else "",
            "models": {card.task: card.name for card in engine.cards} if engine else {},
            "waiting": self._lanes.waiting,
            "answered": self._answered,
            "seconds": round(time.monotonic() - self._began, 1),
        }


def _into(step: list[Any]) -> Callable[[list[Any], str], None]:
    return lambda told, _error: step.extend(told)


def _settle(future: "asyncio.Future[Any]", answer: Any) -> None:
    if not future.done():
        future.set_result(answer)


def _bound(path: Path) -> socket.socket:
    """The socket, readable by its owner alone from its first moment on."""
    path.unlink(missing_ok=True)
    fresh = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        with reachable(path) as address:
            fresh.bind(address)
    finally:
        os.umask(mask)
    return fresh


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold the lock file. It frees itself when the process dies, however it dies."""
    with path.open("w", encoding="utf-8") as handle:
        path.chmod(0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise Taken(f"another process holds {path}") from taken
        yield
