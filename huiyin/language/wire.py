"""What client and owner say: length-prefixed MessagePack frames of typed messages. Never pickle."""

import struct
from typing import Literal

import msgspec

from huiyin.language.verdicts import Question, Understanding

LARGEST = 32 * 1024 * 1024
HEADER = struct.Struct("!I")


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Understand these within `wait_ms`; bulk questions let single ones go first."""

    questions: list[Question]
    wait_ms: int
    bulk: bool = False


class Embed(msgspec.Struct, frozen=True, tag="embed"):
    """Vectors of these texts by the named encoder within `wait_ms`."""

    texts: list[str]
    kind: Literal["query", "passage"]
    engine: str
    wait_ms: int
    bulk: bool = False


class Refresh(msgspec.Struct, frozen=True, tag="refresh"):
    """There may be new lessons: look now."""


class Status(msgspec.Struct, frozen=True, tag="status"):
    """How are you?"""


class Answer(msgspec.Struct, frozen=True):
    """`error` is empty, or one of loading, busy, late, failed, absent. `state` answers Status, `rows` Embed."""

    understandings: list[Understanding] = []
    rows: list[bytes] = []
    model: str = ""
    error: str = ""
    state: dict[str, str | int | float | dict[str, str]] = {}


Message = Ask | Embed | Refresh | Status

_to_bytes = msgspec.msgpack.Encoder().encode
_message = msgspec.msgpack.Decoder(Message)
_answer = msgspec.msgpack.Decoder(Answer)


def frame(content: Message | Answer) -> bytes:
    """Header and body of one message."""
    body = _to_bytes(content)
    return HEADER.pack(len(body)) + body


def length(header: bytes) -> int:
    """Bytes of the body. Raises ValueError for more than anybody of us would send."""
    (size,) = HEADER.unpack(header)
    if size > LARGEST:
        raise ValueError(f"frame of {size} bytes")
    return int(size)


def message(body: bytes) -> Message:
    return _message.decode(body)


def answer(body: bytes) -> Answer:
    return _answer.decode(body)
