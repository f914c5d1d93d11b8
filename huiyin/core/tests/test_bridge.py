"""The bridge: a WSGI application under ASGI, with bodies, streams, refusals and clients that go away."""

import asyncio
import threading
from typing import Any

import pytest

from huiyin.core import bridge
from huiyin.core.bridge import Bridge


class Pages:
    """An application that tells what it was asked, and whether its answer was closed."""

    def __init__(self, *parts: bytes) -> None:
        self.parts, self.environ, self.body, self.closed = parts, {}, b"", False

    def __call__(self, environ: dict[str, Any], start: Any) -> "Pages":
        self.environ, self.body = environ, environ["wsgi.input"].read()
        start("201 Created", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return self

    def __iter__(self):
        return iter(self.parts)

    def close(self) -> None:
        self.closed = True


SCOPE = {
    "type": "http", "method": "POST", "raw_path": b"/", "query_string": b"", "headers": [],
    "http_version": "1.1", "server": ("127.0.0.1", 8000), "client": ("203.0.113.9", 5), "scheme": "http",
}  # fmt: skip


def ask(pages, *messages, path=b"/", query=b"", headers=(), doors=frozenset()):
    sent, waiting = [], list(messages or [{"type": "http.request", "body": b""}])

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    scope = {**SCOPE, "raw_path": path, "query_string": query, "headers": list(headers)}
    asyncio.run(Bridge(pages, 2, doors=doors)(scope, receive, send))
    return sent


def test_ask_when_answered_then_head_body_and_close():
    pages = Pages(b"hal", b"lo")
    start, body = ask(pages)
    assert (start["status"], body["body"], body["more_body"]) == (201, b"hallo", False)
    assert start["headers"] == [
        (b"content-type", b"text/plain"),
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2"),
    ]
    assert pages.closed


def test_ask_when_the_body_comes_in_pieces_then_it_is_whole_with_its_length():
    pages = Pages()
    pieces = [
        {"type": "http.request", "body": b"x" * 700_000, "more_body": more} for more in (True, True, False)
    ]
    ask(pages, *pieces)
    assert (len(pages.body), pages.environ["CONTENT_LENGTH"]) == (2_100_000, "2100000")


def test_ask_when_the_path_is_encoded_then_wsgi_sees_its_bytes():
    pages = Pages()
    ask(pages, path=b"/kb/%E5%9B%9E%E9%9F%B3%FF/?x", query=b"q=\xe5%9B")
    assert pages.environ["PATH_INFO"].encode("latin-1") == "/kb/回音".encode() + b"\xff/"
    assert pages.environ["QUERY_STRING"] == "q=\xe5%9B"


def test_ask_when_headers_repeat_or_pose_then_joined_or_dropped():
    pages = Pages()
    ask(pages, headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-forwarded-for", b"1.1.1.1"),
                        (b"x_forwarded_for", b"6.6.6.6"), (b"accept", b"a"), (b"accept", b"b")])  # fmt: skip
    told = {name: pages.environ[name] for name in ("HTTP_COOKIE", "HTTP_X_FORWARDED_FOR", "HTTP_ACCEPT")}
    assert told == {"HTTP_COOKIE": "a=1; b=2", "HTTP_X_FORWARDED_FOR": "1.1.1.1", "HTTP_ACCEPT": "a,b"}


def test_ask_when_the_answer_is_long_then_it_comes_in_parts():
    pages = Pages(*[b"y" * 100_000] * 10)
    _start, *bodies = ask(pages)
    assert sum(len(body["body"]) for body in bodies) == 1_000_000
    assert max(len(body["body"]) for body in bodies) < 400_000
    assert [body["more_body"] for body in bodies] == [True] * (len(bodies) - 1) + [False]
    assert pages.closed


def test_ask_when_the_client_went_away_then_the_application_is_not_called():
    pages = Pages()
    half = {"type": "http.request", "body": b"half", "more_body": True}
    assert ask(pages, half, {"type": "http.disconnect"}) == []
    assert pages.environ == {}


@pytest.mark.parametrize(("announced", "status"), [(b"99999999999", 413), (b"-5", 400), (b"abc", 400)])
def test_ask_when_the_announced_length_is_wrong_then_refused(announced, status):
    pages = Pages()
    assert ask(pages, headers=[(b"content-length", announced)])[0]["status"] == status
    assert pages.environ == {}


def test_ask_when_the_body_grows_too_large_then_413(monkeypatch):
    monkeypatch.setattr(bridge, "LARGEST_BODY", 10)
    assert (
        ask(Pages(), {"type": "http.request", "body": b"12345678901", "more_body": True})[0]["status"] == 413
    )


def test_ask_when_the_application_raises_then_the_server_hears_of_it():
    def broken(environ, start):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(broken)


def test_ask_when_too_many_wait_then_503_with_retry_after(monkeypatch):
    monkeypatch.setattr(bridge, "MOST_WAITING", 0)
    start = ask(Pages())[0]
    assert (start["status"], dict(start["headers"])[b"retry-after"]) == (503, b"2")


def test_ask_when_a_crowd_is_at_the_door_then_pages_are_answered_all_the_same():
    opened, told = threading.Event(), []

    def house(environ, start):
        if environ["REQUEST_METHOD"] == "POST":
            opened.wait(30)
        told.append(environ["REQUEST_METHOD"])
        start("200 OK", [])
        return [b""]

    async def visit(bridge, method, path):
        scope = {**SCOPE, "method": method, "raw_path": path}
        sent = []

        async def receive():
            return {"type": "http.request", "body": b""}

        async def send(message):
            sent.append(message)

        await bridge(scope, receive, send)
        return sent[0]["status"]

    async def crowd():
        bridge = Bridge(house, 2, doors={"/desk/sign-in/"})
        waiting = [asyncio.create_task(visit(bridge, "POST", b"/desk/sign-in/")) for _ in range(20)]
        await asyncio.sleep(0)
        pages = [await visit(bridge, "GET", b"/desk/sign-in/") for _ in range(3)]
        opened.set()
        return pages, await asyncio.gather(*waiting)

    pages, doors = asyncio.run(crowd())
    assert (pages, doors) == ([200] * 3, [200] * 20)
    assert told == ["GET"] * 3 + ["POST"] * 20


def test_ask_when_too_many_are_at_the_door_then_503_and_pages_go_on(monkeypatch):
    monkeypatch.setattr(bridge, "MOST_AT_DOORS", 0)
    assert ask(Pages(), path=b"/in/", doors={"/in/"})[0]["status"] == 503
    assert ask(Pages(), path=b"/out/", doors={"/in/"})[0]["status"] == 201
