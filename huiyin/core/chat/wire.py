"""OpenAI's chat protocol over the guarded client: one question as JSON, the answer whole or as a stream of pieces."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from huiyin.core import egress

ANYWHERE = ("0.0.0.0/0", "::/0")  # the operator chose the model: it may stand in the operator's own network
LATER = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
MAX_TOKENS = 1200
PATH = "/chat/completions"


class ChatError(Exception):
    """No usable answer. `reason` is a stable word for figures and logs."""

    def __init__(self, reason: str, *, can_retry: bool = False, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.can_retry, self.wait = reason, can_retry, wait


@dataclass(frozen=True)
class Endpoint:
    """Where the model is, who pays, and which model."""

    url: str
    key: str
    model: str

    @property
    def address(self) -> str:
        base = self.url.rstrip("/")
        return base if base.endswith(PATH) else base + PATH


@dataclass(frozen=True)
class Question:
    """What is asked: the messages, and the JSON schema that the answer has to fit."""

    messages: Sequence[Mapping[str, str]]
    schema: Mapping[str, Any]
    name: str = "answer"


@dataclass(frozen=True)
class Completion:
    """The model's words, and what they cost."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0


class _Words(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Words | None = None
    delta: _Words | None = None
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Part(msgspec.Struct):
    """A whole answer, or one piece of a streamed one."""

    choices: list[_Choice] = []
    usage: _Usage | None = None


def ask(endpoint: Endpoint, question: Question, *, seconds: float) -> Completion:
    """One attempt. Raises ChatError when no whole answer came in time."""
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream, application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    sent: dict[str, Any] = {"content": body(endpoint, question), "headers": headers}
    try:
        with egress.stream("POST", endpoint.address, **sent, allow=ANYWHERE, seconds=seconds) as flowing:
            _check_status(flowing)
            return _whole(_parts(flowing))
    except egress.Late as problem:
        raise ChatError("late") from problem
    except egress.EgressError as problem:
        raise ChatError("unreachable", can_retry=True) from problem
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise ChatError("junk", can_retry=True) from problem


def body(endpoint: Endpoint, question: Question) -> bytes:
    """The request: no choice left to chance, and an answer that must fit the schema."""
    schema = {"name": question.name, "strict": True, "schema": question.schema}
    return msgspec.json.encode(
        {
            "model": endpoint.model,
            "messages": question.messages,
            "temperature": 0,
            "max_tokens": MAX_TOKENS,
            "stream": True,
            "stream_options": {"include_usage": True},
            "response_format": {"type": "json_schema", "json_schema": schema},
        }
    )


def _check_status(flowing: egress.Flowing) -> None:
    if 200 <= flowing.status < 300:
        return
    wait = flowing.headers.get("retry-after", "")
    seconds = float(wait) if wait.isdecimal() else 0.0
    raise ChatError(f"http_{flowing.status}", can_retry=flowing.status in LATER, wait=seconds)


def _parts(flowing: egress.Flowing) -> Iterator[_Part]:
    """The pieces of a stream; a server that does not stream answers in one piece."""
    if not flowing.headers.get("content-type", "").startswith("text/event-stream"):
        yield msgspec.json.decode(b"".join(flowing.chunks), type=_Part)
        return
    for line in _lines(flowing.chunks):
        data = line.removeprefix(b"data:").strip()
        if line.startswith(b"data:") and data != b"[DONE]":
            yield msgspec.json.decode(data, type=_Part)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    yield rest


def _whole(parts: Iterable[_Part]) -> Completion:
    """The pieces as one; refused when the model did not come to its own end."""
    words: list[str] = []
    usage, ended = _Usage(), ""
    for part in parts:
        usage = part.usage or usage
        for choice in part.choices[:1]:
            piece = choice.delta or choice.message
            words += [piece.content] if piece and piece.content else []
            ended = choice.finish_reason or ended
    if ended != "stop":
        raise ChatError("cut" if ended in {"", "length"} else "withheld", can_retry=not ended)
    return Completion("".join(words), usage.prompt_tokens, usage.completion_tokens)
