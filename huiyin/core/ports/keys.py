"""The key store port: one wrapped data key per person, kept apart from the data that it opens.

A destroyed key leaves its subject behind, so that nobody makes it again. Beside the keys stands the ledger of
erasures: what a restored system has to forget once more before it serves.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as it is kept: sealed under the root key of that id. Empty when it was destroyed."""

    subject: str
    body: bytes
    root: str

    @property
    def is_destroyed(self) -> bool:
        return not self.body


@dataclass(frozen=True, slots=True)
class Erasure:
    """A line of the ledger: who was erased, by ids that name nobody any more."""

    id: str
    contact: str
    user: str
    at: datetime


class KeyStore(Protocol):
    """Every call is a transaction of its own, durable when it returns."""

    def read(self, subject: str) -> Wrapped | None: ...

    def read_all(self, subjects: Sequence[str]) -> list[Wrapped]:
        """The keys of those who are known, in one question."""

    def add(self, keys: Sequence[Wrapped]) -> None:
        """Keep new keys; a subject that is known, or was destroyed, stays as it is."""

    def destroy(self, subjects: Sequence[str]) -> None:
        """Forget the keys for good, and remember that these subjects have none."""

    def generation(self) -> int:
        """A number that grows whenever keys are destroyed."""

    def under_other_root(self, root: str, limit: int) -> list[Wrapped]:
        """Some live keys that are wrapped under another root key."""

    def rewrap(self, pairs: Sequence[tuple[Wrapped, Wrapped]]) -> None:
        """Replace each key, unless it changed since it was read."""

    def counts(self) -> dict[str, int]:
        """How many live keys each root key wraps."""

    def enter(self, erasure: Erasure) -> None:
        """Add a line to the ledger; the same id twice is once."""

    def erasures(self) -> list[Erasure]:
        """The ledger, oldest first."""

    def purge(self) -> None:
        """Take what destroyed keys left on the disk off it; shut for others meanwhile."""

    def close(self) -> None: ...


@lru_cache(maxsize=1)
def port() -> KeyStore:
    """The key store of this installation, chosen by HUIYIN_KEYS_URL."""
    url: str = settings.KEYS_URL
    if url.startswith("postgres"):
        from huiyin.core.keystore.postgres import PostgresKeys

        return PostgresKeys(url)
    from huiyin.core.keystore.sqlite import SqliteKeys

    return SqliteKeys(url.removeprefix("sqlite://"))


_changing = threading.Lock()


def forget() -> None:
    """Open the store afresh at its next use (after the settings changed)."""
    with _changing:
        if port.cache_info().currsize:
            port().close()
        port.cache_clear()
