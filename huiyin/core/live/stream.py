"""The ASGI application at `/live/`: one request, one stream of server-sent events."""

import asyncio
import contextlib
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError

from huiyin.core.errors import Invalid, Refusal, TooMany, Unavailable
from huiyin.core.live import entrance
from huiyin.core.live.entrance import Pass
from huiyin.core.live.hub import MOST_STREAMS, Hub, Stream, missed, with_connection

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
MOST_OF_ONE = 30  # streams of one session or one link
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class LiveApplication:
    """Lets streams in and writes to them until either side ends."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            entry = await self._admit(scope)
        except Refusal as refusal:
            await _refuse(send, refusal)
            return
        stream = Stream(entry)
        self.hub.enter(stream)
        try:
            await self._serve(stream, receive, send)
        finally:
            self.hub.leave(stream)

    async def _admit(self, scope: Scope) -> Pass:
        if len(self.hub.streams) >= MOST_STREAMS:
            raise Unavailable("too_many_streams", "")
        loop = asyncio.get_running_loop()
        try:
            entry: Pass = await loop.run_in_executor(self.hub.pool, with_connection, _admit, scope)
        except DatabaseError as error:
            raise Unavailable("database_away", "") from error
        who = (entry.session, entry.key)
        if sum((each.entry.session, each.entry.key) == who for each in self.hub.streams) >= MOST_OF_ONE:
            raise TooMany("too_many_streams", "", retry_after=30)
        return entry

    async def _serve(self, stream: Stream, receive: Receive, send: Send) -> None:
        """What was missed comes first; what happens meanwhile waits in the queue behind it."""
        loop = asyncio.get_running_loop()
        frames, at = await loop.run_in_executor(self.hub.pool, with_connection, missed, stream.entry)
        start = b"".join([b"retry: 2000\n\n", *frames, b"id: %d\nevent: hello\ndata: {}\n\n" % at])
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": start, "more_body": True})
        writer = stream.writer = loop.create_task(_write(stream, send))
        gone = loop.create_task(_until_gone(receive))
        await asyncio.wait({writer, gone}, return_when=asyncio.FIRST_COMPLETED)
        for task in (writer, gone):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await task


async def _write(stream: Stream, send: Send) -> None:
    while not stream.ended:
        await stream.bell.wait()
        stream.bell.clear()
        if stream.frames:
            chunk = b"".join(stream.frames)
            stream.frames.clear()
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _admit(scope: Scope) -> Pass:
    request = ASGIRequest(scope, io.BytesIO())
    try:
        request.get_host()
    except DisallowedHost as error:
        raise Invalid("bad_host", "") from error
    if request.method != "GET":
        raise Invalid("bad_request", "")
    return entrance.admit(request)


async def _refuse(send: Send, refusal: Refusal) -> None:
    body = json.dumps({"status": refusal.status, "code": refusal.code}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    if "retry_after" in refusal.data or refusal.status == 503:
        headers.append((b"retry-after", str(refusal.data.get("retry_after", 5)).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
