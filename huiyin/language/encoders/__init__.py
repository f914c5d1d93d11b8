"""Encoders behind one protocol: the built-in one always, better ones where they are installed or configured."""

from huiyin.language.encoders import endpoint as _endpoint
from huiyin.language.encoders import folder as _folder
from huiyin.language.encoders import quality as _quality
from huiyin.language.encoders import use as _use
from huiyin.language.encoders.base import Embedder, Kind, unit
from huiyin.language.encoders.endpoint import EndpointEncoder, elsewhere
from huiyin.language.encoders.joined import Joined, parts_of
from huiyin.language.encoders.manifest import Broken
from huiyin.language.encoders.use import UseEncoder, builtin

__all__ = [
    "HERE",
    "Broken",
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


# What this very host computes, the quickest first.
HERE = ("builtin", "quality", "folder")


def named(name: str) -> Embedder | None:
    """The encoder that is called so, or None where this host has none. Raises Broken for a folder that is."""
    if name == "builtin":
        return builtin()
    if name == "quality":
        return _quality.quality()
    return _folder.folder() if name == "folder" else None


def best() -> Embedder:
    """All that this host has, read together: for fitting and judging, where a second more is no matter.

    Raises Broken.
    """
    found = [encoder for name in HERE if (encoder := named(name))]
    return Joined(found) if len(found) > 1 else found[0]


def of_id(engine: str) -> Embedder | None:
    """The encoder that makes vectors of that id here, or None: a kept classifier may outlive its encoder."""
    parts = engine.split("+")
    names = [next((name for name in HERE if _may_be(name, part)), None) for part in parts]
    try:
        found = [encoder for name in names if name and (encoder := named(name))]
    except Broken:
        return None
    if len(found) < len(parts):
        return None
    return found[0] if len(found) == 1 else Joined(found)


def identity(name: str) -> str:
    """The id that vectors of that encoder carry now, told without loading it; empty where there is none."""
    if name == "builtin":
        return _use.identity()
    if name == "quality":
        return _quality.identity()
    if name == "folder":
        return _folder.identity()
    return _endpoint.identity() if name == "endpoint" else ""


def _may_be(name: str, part: str) -> bool:
    """Is this its id? The folder's is made of its whole content, so it is asked only about its own kind."""
    return (name != "folder" or part.startswith("folder/")) and identity(name) == part
