"""The cache port: short-lived values and counters, in this process or in Redis. Never the truth."""

import json
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings


class CacheError(Exception):
    """The cache cannot be reached; the caller decides what that means."""


class Cache(Protocol):
    def get(self, key: str) -> bytes | None: ...
    def set(self, key: str, value: bytes, *, ttl: float) -> None: ...
    def delete(self, key: str) -> None: ...
    def add(self, key: str, amount: int, *, ttl: float) -> int:
        """Add to a counter, which ends `ttl` seconds after its first use; answers the new count."""


class MemoryCache:
    """Values of one process; the oldest go when it is full."""

    def __init__(self, *, size: int = 50_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._clock = size, clock
        self._lock = threading.Lock()
        self._values: dict[str, tuple[float, Any]] = {}

    def get(self, key: str) -> bytes | None:
        with self._lock:
            return self._live(key)

    def set(self, key: str, value: bytes, *, ttl: float) -> None:
        with self._lock:
            self._put(key, value, self._clock() + ttl)

    def delete(self, key: str) -> None:
        with self._lock:
            self._values.pop(key, None)

    def add(self, key: str, amount: int, *, ttl: float) -> int:
        with self._lock:
            before = self._live(key)
            ends = self._values[key][0] if before is not None else self._clock() + ttl
            count = int(before or 0) + amount
            self._put(key, count, ends)
            return count

    def _live(self, key: str) -> Any:
        ends, value = self._values.get(key, (0.0, None))
        if value is not None and ends <= self._clock():
            del self._values[key]
            return None
        return value

    def _put(self, key: str, value: Any, ends: float) -> None:
        if key not in self._values and len(self._values) >= self._size:
            self._make_room()
        self._values[key] = (ends, value)

    def _make_room(self) -> None:
        """Drop what has ended; when nothing has, the oldest tenth."""
        moment = self._clock()
        self._values = {k: held for k, held in self._values.items() if held[0] > moment}
        if len(self._values) >= self._size:
            for key in list(self._values)[: self._size // 10 or 1]:
                del self._values[key]


class RedisCache:
    """Values shared by all processes."""

    # One round trip, so that a counter never stays without its end.
    ADD = "local n = redis.call('INCRBY', KEYS[1], ARGV[1]) if redis.call('PTTL', KEYS[1]) < 0 then "
    ADD += "redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return n"

    def __init__(self, url: str, *, prefix: str = "huiyin:") -> None:
        import redis

        self._error = redis.RedisError
        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        self._prefix = prefix
        self._add = self._redis.register_script(self.ADD)

    def get(self, key: str) -> bytes | None:
        return self._ask(lambda: self._redis.get(self._prefix + key))

    def set(self, key: str, value: bytes, *, ttl: float) -> None:
        self._ask(lambda: self._redis.set(self._prefix + key, value, px=int(ttl * 1000)))

    def delete(self, key: str) -> None:
        self._ask(lambda: self._redis.delete(self._prefix + key))

    def add(self, key: str, amount: int, *, ttl: float) -> int:
        return int(self._ask(lambda: self._add(keys=[self._prefix + key], args=[amount, int(ttl * 1000)])))

    def _ask(self, command: Callable[[], Any]) -> Any:
        try:
            return command()
        except self._error as problem:
            raise CacheError(str(problem)) from problem


class JsonSerializer:
    """How Django's own cache keeps values in Redis: as JSON, which is data whoever wrote it."""

    def __init__(self, protocol: int | None = None) -> None:
        """Django hands over the protocol of pickle, which is of no use here."""

    def dumps(self, value: Any) -> Any:
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


@lru_cache(maxsize=1)
def port() -> Cache:
    """The cache of this installation, chosen by HUIYIN_REDIS_URL."""
    return RedisCache(settings.REDIS_URL) if settings.REDIS_URL else MemoryCache()
