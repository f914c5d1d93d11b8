"""Identifiers: UUIDv7 (RFC 9562), time-ordered so that new rows land together in every index."""

import os
import threading
import time
import uuid
from datetime import datetime

_lock = threading.Lock()
_last_ms = 0
_counter = 0


def uuid7() -> uuid.UUID:
    """A new id, strictly increasing within this process (12-bit counter in `rand_a`)."""
    global _last_ms, _counter
    with _lock:
        ms = time.time_ns() // 1_000_000
        if ms > _last_ms:
            _last_ms, _counter = ms, int.from_bytes(os.urandom(2), "big") & 0x7FF
        else:
            _counter += 1
            if _counter > 0xFFF:
                _last_ms, _counter = _last_ms + 1, 0
        ms, counter = _last_ms, _counter
    tail = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return uuid.UUID(int=(ms & ((1 << 48) - 1)) << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | tail)


def first_of(at: datetime) -> uuid.UUID:
    """The least id of that millisecond: rows made since then have this one or a greater, and no index of their own."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)
