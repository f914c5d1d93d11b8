"""One hub per process: encodes a message once, and puts the same bytes on the queue of each stream.

Lives on the event loop; only `tell` may be called from other threads. A bus message that
never came is made up for by reading the tail of the journal once a second.
"""

import asyncio
import contextlib
import json
import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from django.db import DatabaseError, close_old_connections, connection

from huiyin.core import observe
from huiyin.core.live import announce, entrance
from huiyin.core.live.entrance import Pass
from huiyin.core.ports import bus

QUEUE = 100  # frames a stream may lag behind before it is dropped; its client resumes from the journal
MOST_STREAMS = 5_000
BEAT = 15.0
LOOK_AGAIN = 3.0  # a closed door has to be shut everywhere within five seconds
TAIL = 1.0
RELOAD = b'data: {"name":"reload","subject":"","topics":[]}\n\n'
# PostgreSQL gives numbers before it commits, so a lower one may appear later: read some again.
OVERLAP = {"postgresql": 200}

log = structlog.get_logger("huiyin.live")


class Stream:
    """One open connection: its pass, its frames, and the bell that its writer sleeps on."""

    __slots__ = ("bell", "ended", "entry", "frames", "writer")

    def __init__(self, entry: Pass) -> None:
        self.entry = entry
        self.frames: deque[bytes] = deque()
        self.bell = asyncio.Event()
        self.ended = False
        self.writer: asyncio.Task[None] | None = None

    def put(self, frame: bytes) -> None:
        if len(self.frames) >= QUEUE:
            self.drop()
        elif not self.ended:
            self.frames.append(frame)
            self.bell.set()

    def end(self) -> None:
        """Close after what is queued."""
        self.ended = True
        self.bell.set()

    def drop(self) -> None:
        """Close although the client does not read: its writer hangs in the full socket."""
        self.ended = True
        if self.writer:
            self.writer.cancel()


class Hub:
    """The streams of this process, by topic."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.pool = ThreadPoolExecutor(4, thread_name_prefix="live")
        self._by_topic: dict[str, set[Stream]] = defaultdict(set)
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._stopping = threading.Event()
        self._chores: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """On the running loop: listen to the bus and begin the chores."""
        self._loop = asyncio.get_running_loop()
        self._unsubscribe = bus.port().subscribe(self.tell)
        self._chores = [
            self._loop.create_task(self._repeat(BEAT, self._beat)),
            self._loop.create_task(self._repeat(LOOK_AGAIN, self._look_again)),
        ]
        threading.Thread(target=self._read_tail, name="live-tail", daemon=True).start()

    def close(self) -> None:
        """End every stream; their clients come back to the next process."""
        self._stopping.set()
        self._unsubscribe()
        for chore in self._chores:
            chore.cancel()
        for stream in list(self.streams):
            stream.end()
        self.pool.shutdown(wait=False, cancel_futures=True)

    def enter(self, stream: Stream) -> None:
        self.streams.add(stream)
        observe.STREAMS.inc()
        for topic in stream.entry.topics:
            self._by_topic[topic].add(stream)

    def leave(self, stream: Stream) -> None:
        self.streams.discard(stream)
        observe.STREAMS.dec()
        for topic in stream.entry.topics:
            self._by_topic[topic].discard(stream)
            if not self._by_topic[topic]:
                del self._by_topic[topic]

    def tell(self, message: dict[str, Any]) -> None:
        """From any thread: pass a message to all streams that hear one of its topics."""
        with contextlib.suppress(RuntimeError):  # the loop has just closed
            self._loop.call_soon_threadsafe(self._fan_out, message)

    def _fan_out(self, message: dict[str, Any]) -> None:
        if self._is_repeated(message["seq"]):
            return
        heard: dict[Stream, str] = {}
        for topic in message["topics"]:
            for stream in self._by_topic.get(topic, ()):
                heard.setdefault(stream, topic)
        whole = frame(message) if heard else b""
        for stream, topic in heard.items():
            stream.put(whole if stream.entry.session else frame(reduced(message, topic)))

    def _is_repeated(self, seq: int) -> bool:
        """The bus and the journal's tail tell the same; the first one counts. 0 is no journal entry."""
        if seq == 0:
            return False
        if seq in self._seen:
            return True
        self._seen[seq] = None
        if len(self._seen) > 5_000:
            self._seen.popitem(last=False)
        return False

    async def _repeat(self, seconds: float, chore: Any) -> None:
        while True:
            await asyncio.sleep(seconds)
            await chore()

    async def _beat(self) -> None:
        for stream in self.streams:
            stream.put(b": beat\n\n")

    async def _look_again(self) -> None:
        if not self.streams:
            return
        passes = {stream.entry for stream in self.streams}
        try:
            gone = await self._loop.run_in_executor(self.pool, with_connection, entrance.outdated, passes)
        except DatabaseError:
            return  # the next look comes in seconds; a database that is away answers no page either
        for stream in [each for each in self.streams if each.entry in gone]:
            stream.end()

    def _read_tail(self) -> None:
        overlap = OVERLAP.get(connection.vendor, 0)
        last: int | None = None
        while not self._stopping.is_set():
            try:
                last = self._tell_new(last, overlap)
            except DatabaseError as error:
                log.warning("live.tail", error=type(error).__name__)
                close_old_connections()
            self._stopping.wait(TAIL)
        connection.close()

    def _tell_new(self, last: int | None, overlap: int) -> int:
        if last is None or not self.streams:
            return announce.position()
        for message in announce.since(last - overlap, 1_000):
            self.tell(message)
            last = max(last, message["seq"])
        return last


def frame(message: dict[str, Any]) -> bytes:
    """A message as a server-sent event; the journal's number is its id."""
    body = {name: value for name, value in message.items() if name != "seq"}
    number = f"id: {message['seq']}\n" if message["seq"] else ""
    return f"{number}data: {json.dumps(body, separators=(',', ':'))}\n\n".encode()


def reduced(message: dict[str, Any], topic: str) -> dict[str, Any]:
    """What a stream without session hears: that its topic changed, not what we call it inside."""
    return {"seq": message["seq"], "name": "changed", "subject": topic, "topics": [topic]}


def with_connection(work: Any, *arguments: Any) -> Any:
    """Database work on a pool thread: never on a connection that has been cut meanwhile."""
    close_old_connections()
    return work(*arguments)


def missed(entry: Pass, limit: int = 500) -> tuple[list[bytes], int]:
    """The frames that a returning client missed, and where the journal stands. Too many: "reload"."""
    at = announce.position()
    if entry.since is None or entry.since >= at:
        return [], at
    if at - entry.since > limit:
        return [RELOAD], at
    return list(_heard(entry, announce.after(entry.since, limit * 2))), at


def _heard(entry: Pass, messages: Iterable[dict[str, Any]]) -> Iterable[bytes]:
    topics = set(entry.topics)
    for message in messages:
        common = topics.intersection(message["topics"])
        if common:
            yield frame(message if entry.session else reduced(message, min(common)))
