"""Encoders behind one protocol: the built-in one always, better ones where they are installed or configured."""

from huiyin.language.encoders import quality as _quality
from huiyin.language.encoders import use as _use
from huiyin.language.encoders.base import Embedder, Kind, unit
from huiyin.language.encoders.use import UseEncoder, builtin

__all__ = ["Embedder", "Kind", "UseEncoder", "builtin", "identity", "named", "unit"]


def named(name: str) -> Embedder | None:
    """The encoder that is called so, or None where this host has none."""
    if name == "builtin":
        return builtin()
    if name == "quality":
        return _quality.quality()
    return None


def identity(name: str) -> str:
    """The id that vectors of that encoder carry now, told without loading it; empty where there is none."""
    if name == "builtin":
        return _use.identity()
    return _quality.identity() if name == "quality" else ""
