"""A language model for tests: a real HTTP server that speaks OpenAI's chat protocol, well or badly, as it is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USAGE = {"prompt_tokens": 120, "completion_tokens": 30}
Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    server: "ModelServer"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, "key": self.headers.get("Authorization"), **asked})
        self.server.behaviour()(self)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def say(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        self.end_headers()

    def piece(self, **part: Any) -> None:
        self.wfile.write(b"data: " + json.dumps(part).encode() + b"\n\n")
        self.wfile.flush()


class ModelServer(ThreadingHTTPServer):
    """Behaves as planned, one behaviour a call, the last one for ever."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plan: list[Behaviour] = []
        self.asked: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def behaviour(self) -> Behaviour:
        return self.plan.pop(0) if len(self.plan) > 1 else self.plan[0]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what these tests want."""


@contextmanager
def serving(*plan: Behaviour) -> Iterator[ModelServer]:
    server = ModelServer()
    server.plan = list(plan)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def streams(text: str, *, pause: float = 0.0) -> Behaviour:
    """The text in pieces of three characters, then the usage."""

    def behave(handler: Handler) -> None:
        handler.begin_stream()
        handler.piece(choices=[{"delta": {"role": "assistant"}, "finish_reason": None}])
        for at in range(0, len(text), 3):
            handler.piece(choices=[{"delta": {"content": text[at : at + 3]}, "finish_reason": None}])
            time.sleep(pause)
        handler.piece(choices=[{"delta": {}, "finish_reason": "stop"}])
        handler.piece(choices=[], usage=USAGE)
        handler.wfile.write(b"data: [DONE]\n\n")

    return behave


def says(text: str, *, ended: str = "stop") -> Behaviour:
    """The text in one JSON document, as servers do that cannot stream."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": ended}
    whole = json.dumps({"choices": [choice], "usage": USAGE}).encode()
    return lambda handler: handler.say(200, whole)


def cuts(text: str) -> Behaviour:
    """Begins to stream and breaks off."""

    def behave(handler: Handler) -> None:
        handler.begin_stream()
        handler.piece(choices=[{"delta": {"content": text}, "finish_reason": None}])

    return behave


def fails(status: int, **headers: str) -> Behaviour:
    return lambda handler: handler.say(status, b'{"error": {"message": "no"}}', **headers)


def sleeps(seconds: float) -> Behaviour:
    return lambda handler: time.sleep(seconds)


def babbles(body: bytes = b"<html>Bad gateway</html>") -> Behaviour:
    return lambda handler: handler.say(200, body)
