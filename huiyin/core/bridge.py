"""Between the event loop and the pages: a WSGI application under ASGI, in a pool of threads.

The body is read on the loop, so that a slow client holds no thread; an answer costs one hop to a thread and back.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import unquote_to_bytes

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

LARGEST_BODY = 256 * 1024 * 1024  # the product's own limits are lower; this one saves the disk
IN_MEMORY = 1024 * 1024
AT_ONCE = 256 * 1024  # bytes of an answer that are taken from the application in one hop
BODY_SILENCE = 30.0
MOST_WAITING = 400
MOST_AT_DOORS = 100
UNNAMED = {"content-length": "CONTENT_LENGTH", "content-type": "CONTENT_TYPE"}


class Refused(Exception):
    """The request is answered here, without the application."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ClientGone(Exception):
    """The client went away before it had sent everything."""


@dataclass
class Answer:
    """What the application said: the head, and the parts still to come."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    result: Any = None
    parts: Iterator[bytes] = field(default_factory=lambda: iter(()))

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers]
        return lambda part: None  # PEP 3333's old `write`, which Django does not use

    def more(self) -> tuple[bytes, bool]:
        """The next bytes, and whether there are others after them. Closes the answer at its end."""
        taken, size = [], 0
        for part in self.parts:
            taken.append(part)
            size += len(part)
            if size >= AT_ONCE:
                return b"".join(taken), True
        self.close()
        return b"".join(taken), False

    def close(self) -> None:
        close, self.result = getattr(self.result, "close", None), None
        if close:
            close()


class Lane:
    """Threads for one kind of request, and how many may be in them or wait for them."""

    def __init__(self, name: str, threads: int, most: int) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most, self._here = most, 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Raises Refused when there is none."""
        if self._here >= self._most:
            raise Refused(503)
        self._here += 1
        try:
            yield
        finally:
            self._here -= 1


class Bridge:
    """The ASGI side of a WSGI application.

    What is posted to a door waits for a thread of its own, so that a crowd which comes in at once takes no thread
    of those who work, and no more than one share of the interpreter.
    """

    def __init__(
        self, application: Callable[..., Any], threads: int, *, doors: Collection[str] = frozenset()
    ) -> None:
        self._application = application
        self._pages = Lane("page", threads, MOST_WAITING)
        self._at_doors = Lane("door", 1, MOST_AT_DOORS)
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_door = scope["method"] == "POST" and _path(scope) in self._doors
        lane = self._at_doors if is_door else self._pages
        try:
            with lane.place():
                body = await _body(scope, receive)
                with body:
                    await self._answer(environ_of(scope, body), send, lane.pool)
        except Refused as refused:
            await _refuse(send, refused.status)
        except ClientGone:
            return

    async def _answer(self, environ: dict[str, Any], send: Send, pool: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        answer, part, more = await loop.run_in_executor(pool, self._call, environ)
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            while more:
                await send({"type": "http.response.body", "body": part, "more_body": True})
                part, more = await loop.run_in_executor(pool, answer.more)
            await send({"type": "http.response.body", "body": part, "more_body": False})
        finally:
            if answer.result is not None:
                await loop.run_in_executor(pool, answer.close)

    def _call(self, environ: dict[str, Any]) -> tuple[Answer, bytes, bool]:
        """On a thread. Most answers end here, so that their clean-up runs on the thread that used the database."""
        answer = Answer()
        answer.result = self._application(environ, answer.start)
        answer.parts = iter(answer.result)
        return answer, *answer.more()


def environ_of(scope: Scope, body: IO[bytes]) -> dict[str, Any]:
    """The request in WSGI's words. A header name with an underscore could pose as one of ours, and is dropped."""
    host, port = scope.get("server") or ("localhost", 80)
    client, client_port = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": _path(scope),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client,
        "REMOTE_PORT": str(client_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" not in name:
            _add_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    environ["CONTENT_LENGTH"] = str(body.seek(0, 2))  # also for a body that came in chunks
    body.seek(0)
    return environ


def _path(scope: Scope) -> str:
    return unquote_to_bytes(scope["raw_path"].split(b"?", 1)[0]).decode("latin-1")


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    key = UNNAMED.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
    joint = "; " if name == "cookie" else ","
    environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value


async def _body(scope: Scope, receive: Receive) -> IO[bytes]:
    """The whole body, on disk when it is large. Raises Refused when too large or too slow."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if not announced.isdigit():
        raise Refused(400)
    if int(announced) > LARGEST_BODY:
        raise Refused(413)
    body: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 the caller closes it
    try:
        while await _took(body, receive):
            if body.tell() > LARGEST_BODY:
                raise Refused(413)
    except BaseException:
        body.close()
        raise
    return body


async def _took(body: IO[bytes], receive: Receive) -> bool:
    """Append the next piece; is there more to come?"""
    try:
        message = await asyncio.wait_for(receive(), BODY_SILENCE)
    except TimeoutError:
        raise Refused(408) from None
    if message["type"] == "http.disconnect":
        raise ClientGone
    body.write(message.get("body", b""))
    return bool(message.get("more_body", False))


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    if status == 503:
        headers.append((b"retry-after", b"2"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
