"""JSON-RPC 2.0 as the Model Context Protocol uses it: one message in, one answer or none out."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

Params = Mapping[str, Any]
Method = Callable[[Params], Mapping[str, Any]]
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602


class Fault(Exception):
    """A call that is wrong in itself, before any tool is asked."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Message(msgspec.Struct):
    """A request, a notification (no id), or the client's own answer (no method)."""

    jsonrpc: Literal["2.0"]
    id: str | int | None = None
    method: str = ""
    params: dict[str, Any] = {}


def respond(body: bytes, methods: Mapping[str, Method]) -> bytes | None:
    """The answer to one message; None when it asks for none."""
    try:
        message = msgspec.json.decode(body, type=Message)
    except msgspec.ValidationError as problem:
        return _encoded(None, error={"code": INVALID_REQUEST, "message": str(problem)})
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _encoded(None, error={"code": PARSE_ERROR, "message": "This is not JSON in UTF-8."})
    if message.id is None or not message.method:
        return None
    try:
        return _encoded(message.id, result=_method(message, methods)(message.params))
    except Fault as fault:
        return _encoded(message.id, error={"code": fault.code, "message": fault.message})


def _method(message: Message, methods: Mapping[str, Method]) -> Method:
    found = methods.get(message.method)
    if found is None:
        raise Fault(METHOD_NOT_FOUND, f"There is no method {message.method}.")
    return found


def _encoded(id: str | int | None, **outcome: Any) -> bytes:
    return msgspec.json.encode({"jsonrpc": "2.0", "id": id, **outcome})
