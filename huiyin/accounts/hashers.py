"""Password hashing: Argon2id with the OWASP parameters, one at a time in a process, behind everybody else's work."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.translation import gettext as _

from huiyin.core.errors import Unavailable

T = TypeVar("T")
# Who hashes and who waits for it. Each holds a thread of the server, and a scaled-out worker has four.
LINE = 2
AGAIN_AFTER = 2  # seconds
BEHIND = 10  # steps of niceness

_line = threading.BoundedSemaphore(LINE)


class OwaspArgon2Hasher(Argon2PasswordHasher):
    """19 MiB, 2 passes, 1 lane (OWASP password storage cheat sheet): about 30 ms, where Django's default takes 230.

    Refuses while more people come in than one process can take (`bin/bench accounts` shows what that saves).
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return _in_turn(super().encode, password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        return _in_turn(super().verify, password, encoded)


def _in_turn(work: Callable[..., T], *given: str) -> T:
    if not _line.acquire(blocking=False):
        message = _("Many people are coming in at this moment. Please try again in a few seconds.")
        raise Unavailable("doors_busy", message, retry_after=AGAIN_AFTER)
    try:
        return _hand.submit(work, *given).result()
    finally:
        _line.release()


def _step_back() -> None:
    """Linux schedules threads, not processes: this one alone yields to pages and to the database."""
    if sys.platform == "linux":
        os.nice(BEHIND)


def _open() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="hash", initializer=_step_back)


def _after_fork() -> None:
    """The thread stayed with the parent."""
    global _hand, _line
    _hand, _line = _open(), threading.BoundedSemaphore(LINE)


_hand = _open()
os.register_at_fork(after_in_child=_after_fork)
