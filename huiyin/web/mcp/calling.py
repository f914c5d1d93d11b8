"""A call carried to its operation, in this process and as the same caller: nothing is decided here.

The operation gets a request of its own with the caller's token, address and language, and asks all that it
always asks: token, scope, role, limits, the fields, the key for repeated calls. So a tool can do no more than
the API.
"""

import io
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from huiyin.core import leaving
from huiyin.core.rest import JSON
from huiyin.web.mcp.rpc import INVALID_PARAMS, Fault
from huiyin.web.mcp.tools import KEY, PREFIX, Tool

OURS = ("/search", "/articles")
BRACED = re.compile(r"\{(\w+)\}")
# What the middleware found out about the caller; nothing of the outer message itself is handed on.
CARRIED = ("id", "client_ip", "user", "session", "LANGUAGE_CODE")


def call(request: HttpRequest, tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What the operation answers, as a tool's result; a refusal is a result that says so."""
    given = dict(arguments)
    key = given.pop(KEY, None)
    path, rest = _path(tool, {**given, **tool.preset})
    inner = _request(request, tool.method, path, rest, key)
    match = resolve(path)
    response: HttpResponse = match.func(inner, *match.args, **match.kwargs)
    return _result(response, is_ours=tool.path.startswith(OURS))


def _path(tool: Tool, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The address with its parameters in it, and what is left for query or body."""
    names = BRACED.findall(tool.path)
    if missing := [name for name in names if not given.get(name)]:
        raise Fault(INVALID_PARAMS, f"Give {missing[0]}.")
    path = BRACED.sub(lambda found: quote(str(given[found[1]]), safe=""), tool.path)
    return PREFIX + path, {name: value for name, value in given.items() if name not in names}


def _request(request: HttpRequest, method: str, path: str, given: dict[str, Any], key: Any) -> HttpRequest:
    is_query = method == "GET"
    body = b"" if is_query else msgspec.json.encode(given)
    environ = {name: value for name, value in request.META.items() if name != "HTTP_IDEMPOTENCY_KEY"}
    environ |= {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": urlencode(_plain(given)) if is_query else "",
        "CONTENT_TYPE": JSON,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    if key is not None:
        environ["HTTP_IDEMPOTENCY_KEY"] = str(key)
    inner = WSGIRequest(environ)
    for name in CARRIED:
        if hasattr(request, name):
            setattr(inner, name, getattr(request, name))
    return inner


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """Values as an address writes them."""
    words = {True: "true", False: "false"}
    return {name: words[value] if isinstance(value, bool) else value for name, value in given.items()}


def _result(response: HttpResponse, *, is_ours: bool) -> dict[str, Any]:
    """What a model reads of people is masked; what we publish ourselves is not."""
    told = msgspec.json.decode(response.content) if response.content else {}
    told = told if is_ours else leaving.tree(told)
    return {
        "content": [{"type": "text", "text": msgspec.json.encode(told).decode()}],
        "structuredContent": told,
        "isError": response.status_code >= 400,
    }
