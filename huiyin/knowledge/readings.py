"""How often articles are opened, counted in this process and handed on in a bundle.

A page that is only read must not wait for the database's one writer; a process that dies loses half a minute
of counts and nothing else.
"""

import threading
import time
from collections import Counter
from uuid import UUID

HAND_ON_AFTER = 30.0  # seconds


class Tally:
    """Counts by article, safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[UUID] = Counter()
        self._since = time.monotonic()

    def count(self, article: UUID, *, after: float | None = None) -> Counter[UUID]:
        """One more; what has come together when the time to hand it on is over, or nothing."""
        with self._lock:
            self._counts[article] += 1
            now = time.monotonic()
            if now - self._since < (HAND_ON_AFTER if after is None else after):
                return Counter()
            whole, self._counts, self._since = self._counts, Counter(), now
            return whole


OPENED = Tally()
