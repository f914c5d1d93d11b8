"""Encoders behind one protocol: the built-in one always, better ones where they are installed or configured."""

from huiyin.language.encoders import endpoint as _endpoint
from huiyin.language.encoders import quality as _quality
from huiyin.language.encoders import use as _use
from huiyin.language.encoders.base import Embedder, Kind, unit
from huiyin.language.encoders.endpoint import EndpointEncoder, elsewhere
from huiyin.language.encoders.joined import Joined, parts_of
from huiyin.language.encoders.use import UseEncoder, builtin

__all__ = [
    "Embedder",
    "EndpointEncoder",
    "Joined",
    "Kind",
    "UseEncoder",
    "best",
    "builtin",
    "elsewhere",
    "identity",
    "named",
    "of_id",
    "parts_of",
    "unit",
]


def named(name: str) -> Embedder | None:
    """The encoder that is called so, or None where this host has none."""
    if name == "builtin":
        return builtin()
    if name == "quality":
        return _quality.quality()
    return None


def best() -> Embedder:
    """All that this host has, read together: for fitting and judging, where a second more is no matter."""
    quality = named("quality")
    return Joined([builtin(), quality]) if quality else builtin()


def of_id(engine: str) -> Embedder | None:
    """The encoder that makes vectors of that id here, or None: a kept classifier may outlive its encoder."""
    known = {identity("builtin"): "builtin", identity("quality"): "quality"}
    names = [known.get(part) for part in engine.split("+")]
    found = [encoder for name in names if name and (encoder := named(name))]
    if len(found) < len(names):
        return None
    return found[0] if len(found) == 1 else Joined(found)


def identity(name: str) -> str:
    """The id that vectors of that encoder carry now, told without loading it; empty where there is none."""
    if name == "builtin":
        return _use.identity()
    if name == "quality":
        return _quality.identity()
    return _endpoint.identity() if name == "endpoint" else ""
