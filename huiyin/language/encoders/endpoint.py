"""An encoder elsewhere: any server that speaks OpenAI's embeddings protocol, where the operator names one.

What leaves the house is masked first. A server that is down, slow or wrong costs one time-out, then the breaker
keeps away from it for a while, and the caller does without.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from huiyin.core import egress
from huiyin.core.breaker import Breaker, Shut
from huiyin.language import pii
from huiyin.language.encoders.base import Kind, unit
from huiyin.language.normalise import clean

if TYPE_CHECKING:
    from huiyin.language.encoders.base import Matrix

SECONDS = 8.0
FAILURES_BEFORE_REST = 3
REST_SECONDS = 30.0
_BATCH = 64


class EncoderAway(LookupError):
    """No vectors came: the server is away, late, or answered something else."""


class EndpointEncoder:
    """Vectors from another server, of whatever size its model has."""

    max_chars = 2_000

    def __init__(self, url: str, key: str, model: str, *, allow: Sequence[str] = ()) -> None:
        self.id = f"endpoint/{model}/1"
        self.dim = 0
        self._url, self._key, self._model, self._allow = url.rstrip("/"), key, model, tuple(allow)
        self._breaker = Breaker(failures=FAILURES_BEFORE_REST, seconds=REST_SECONDS)

    def encode(self, texts: Sequence[str], kind: Kind = "passage", *, seconds: float = SECONDS) -> "Matrix":
        """Unit rows, one a text; `seconds` for each request. Raises EncoderAway."""
        import numpy as np

        rows: list[list[float]] = []
        for i in range(0, len(texts), _BATCH):
            masked = [pii.masked(clean(text)[: self.max_chars]) or " " for text in texts[i : i + _BATCH]]
            rows += self._asked(masked, seconds)
        if not rows:
            return np.zeros((0, self.dim), dtype=np.float32)
        try:
            matrix = unit(np.array(rows, dtype=np.float32))
        except ValueError as problem:
            raise EncoderAway("rows of different sizes") from problem
        if self.dim not in (0, matrix.shape[1]):
            raise EncoderAway("another model answers now")
        self.dim = matrix.shape[1]
        return matrix

    def _asked(self, texts: list[str], seconds: float) -> list[list[float]]:
        try:
            return self._breaker.call(self._ask, texts, seconds)
        except Shut as shut:
            raise EncoderAway("left alone for a while") from shut

    def _ask(self, texts: list[str], seconds: float) -> list[list[float]]:
        """One request. The answer's order is its `index`, not its place."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"}
        body = json.dumps({"model": self._model, "input": texts}).encode()
        try:
            answer = egress.request(
                "POST",
                f"{self._url}/embeddings",
                content=body,
                headers=headers,
                allow=self._allow,
                seconds=seconds,
            )
        except egress.EgressError as problem:
            raise EncoderAway(str(problem)) from problem
        if answer.status != 200:
            raise EncoderAway(f"status {answer.status}")
        return _rows(answer.body, len(texts))


def _rows(body: bytes, wanted: int) -> list[list[float]]:
    try:
        listed: list[dict[str, Any]] = json.loads(body)["data"]
        rows = [
            [float(number) for number in each["embedding"]]
            for each in sorted(listed, key=lambda e: e["index"])
        ]
    except (ValueError, KeyError, TypeError) as problem:
        raise EncoderAway("no list of vectors") from problem
    if len(rows) != wanted or not all(rows):
        raise EncoderAway("another number of vectors")
    return rows


@lru_cache(maxsize=1)
def elsewhere() -> EndpointEncoder | None:
    """The server that the operator named, if any."""
    from django.conf import settings

    env = settings.ENV
    if not (env.embed_url and env.embed_model):
        return None
    return EndpointEncoder(env.embed_url, env.embed_key, env.embed_model)


def identity() -> str:
    """The id of its vectors; empty where no server is named."""
    found = elsewhere()
    return found.id if found else ""
