"""The bus port: short messages to every process, at once but without promise; the journal is what promises.

Twins: in this process; PostgreSQL NOTIFY; Redis pub/sub. Publishing never waits: a thread sends.
"""

import contextlib
import json
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Protocol

import structlog
from django.conf import settings
from django.db import connection

Message = dict[str, Any]
Receiver = Callable[[Message], None]
CHANNEL = "huiyin"
LARGEST_NOTICE = 7900  # NOTIFY refuses 8,000 bytes
LONGEST_BACKLOG = 10_000

log = structlog.get_logger("huiyin.bus")


class Bus(Protocol):
    def publish(self, message: Message) -> None:
        """Send to all subscribers in all processes, soon. Never raises and never waits."""

    def subscribe(self, receiver: Receiver) -> Callable[[], None]:
        """Call `receiver` for each message, on a thread of the bus; answers how to end it."""

    def close(self) -> None: ...


class LocalBus:
    """Everything is one process."""

    def __init__(self) -> None:
        self._receivers: list[Receiver] = []

    def publish(self, message: Message) -> None:
        for receiver in list(self._receivers):
            receiver(message)

    def subscribe(self, receiver: Receiver) -> Callable[[], None]:
        self._receivers.append(receiver)

        def end() -> None:
            with contextlib.suppress(ValueError):
                self._receivers.remove(receiver)

        return end

    def close(self) -> None:
        self._receivers.clear()


class RemoteBus:
    """What the two networked twins share: a sending thread, a receiving thread, reconnection."""

    def __init__(self) -> None:
        self._local = LocalBus()
        self._outbox: queue.Queue[str] = queue.Queue(LONGEST_BACKLOG)
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._threads: set[str] = set()

    def publish(self, message: Message) -> None:
        self._run("send", self._send_all)
        with contextlib.suppress(queue.Full):  # readers of the journal find it by themselves
            self._outbox.put_nowait(json.dumps(message, separators=(",", ":"), ensure_ascii=False))

    def subscribe(self, receiver: Receiver) -> Callable[[], None]:
        end = self._local.subscribe(receiver)
        self._run("receive", self._receive_all)
        return end

    def close(self) -> None:
        self._closed.set()
        self._local.close()

    def send(self, texts: Iterator[list[str]]) -> None:
        """Connect and send each batch; raises when the connection breaks."""
        raise NotImplementedError

    def receive(self, closed: threading.Event) -> Iterator[str]:
        """Connect and yield each text that comes in; raises when the connection breaks."""
        raise NotImplementedError

    def _run(self, role: str, target: Callable[[], None]) -> None:
        with self._lock:
            if role in self._threads:
                return
            self._threads.add(role)
        threading.Thread(target=target, name=f"bus-{role}", daemon=True).start()

    def _send_all(self) -> None:
        self._reconnecting("send", lambda: self.send(self._batches()))

    def _receive_all(self) -> None:
        self._reconnecting("receive", self._receive_until_cut)

    def _receive_until_cut(self) -> None:
        for text in self.receive(self._closed):
            for message in json.loads(text):
                self._local.publish(message)

    def _reconnecting(self, role: str, work: Callable[[], None]) -> None:
        pause = 0.1
        while not self._closed.is_set():
            began = time.monotonic()
            try:
                work()
            except Exception as error:  # noqa: BLE001 two client libraries, one answer: connect again
                log.warning("bus.cut", error=type(error).__name__, role=role)
            pause = 0.1 if time.monotonic() - began > 5 else min(pause * 2, 3.0)
            self._closed.wait(pause)

    def _batches(self) -> Iterator[list[str]]:
        while not self._closed.is_set():
            try:
                batch = [self._outbox.get(timeout=0.5)]
            except queue.Empty:
                continue
            with contextlib.suppress(queue.Empty):
                while len(batch) < 100:
                    batch.append(self._outbox.get_nowait())
            yield batch


class PostgresBus(RemoteBus):
    """LISTEN and NOTIFY on connections of their own, beside Django's."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        super().__init__()
        self._parameters = parameters

    def send(self, texts: Iterator[list[str]]) -> None:
        with self._connected() as link:
            link.execute("SET synchronous_commit = off")  # a notice need not survive a crash
            for batch in texts:
                for notice in _packed(batch):
                    link.execute("SELECT pg_notify(%s, %s)", [CHANNEL, notice])

    def receive(self, closed: threading.Event) -> Iterator[str]:
        with self._connected() as link:
            link.execute(f"LISTEN {CHANNEL}")
            while not closed.is_set():
                for notice in link.notifies(timeout=0.5):
                    yield notice.payload
                link.execute("SELECT 1")  # a cut connection must be noticed even when nothing comes

    def _connected(self) -> Any:
        import psycopg

        return psycopg.connect(**self._parameters, autocommit=True)


class RedisBus(RemoteBus):
    """Publish and subscribe on Redis or Valkey."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, texts: Iterator[list[str]]) -> None:
        with self._connected() as link:
            for batch in texts:
                link.publish(CHANNEL, f"[{','.join(batch)}]")

    def receive(self, closed: threading.Event) -> Iterator[str]:
        with self._connected() as link, link.pubsub(ignore_subscribe_messages=True) as subscription:
            subscription.subscribe(CHANNEL)
            while not closed.is_set():
                message = subscription.get_message(timeout=0.5)
                if message:
                    yield message["data"].decode()

    def _connected(self) -> Any:
        import redis

        return redis.Redis.from_url(self._url, health_check_interval=10, socket_connect_timeout=3)


def port() -> Bus:
    """The bus of this process; a child of a fork gets its own."""
    return _port(os.getpid())


@lru_cache(maxsize=1)
def _port(process: int) -> Bus:
    if settings.REDIS_URL:
        return RedisBus(settings.REDIS_URL)
    if connection.vendor == "postgresql":
        names = ("dbname", "host", "port", "user", "password", "sslmode", "sslrootcert")
        known = connection.get_connection_params()
        return PostgresBus({name: known[name] for name in names if known.get(name)})
    return LocalBus()


def _packed(batch: list[str]) -> Iterator[str]:
    """Join texts into as few JSON lists as NOTIFY's limit allows; one that is too long alone is left out."""
    held: list[str] = []
    size = 2
    for text in batch:
        length = len(text.encode()) + 1
        if length + 2 > LARGEST_NOTICE:
            continue
        if size + length > LARGEST_NOTICE:
            yield f"[{','.join(held)}]"
            held, size = [], 2
        held.append(text)
        size += length
    if held:
        yield f"[{','.join(held)}]"
