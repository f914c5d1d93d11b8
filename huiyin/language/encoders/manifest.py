"""What lies in a folder with an encoder that the operator brings: its files, and how its vectors are made.

Two layouts are read: our own `encoder.json`, and what the sentence-transformers project writes.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

Pooling = Literal["mean", "cls", "last", "none"]

_MODELS = ("model.onnx", "onnx/model.onnx")
_MODES: dict[str, Pooling] = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
    "pooling_mode_lasttoken": "last",
}
_STEPS = frozenset({"Transformer", "Pooling", "Normalize"})
_CHUNK = 1 << 20


class Broken(LookupError):
    """The folder is not as it must be; the message says what is missing and where."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to read texts. `none` is for a model that pools by itself; rows always get length one."""

    pooling: Pooling
    name: str = ""
    query_prefix: str = ""
    passage_prefix: str = ""
    max_tokens: int = 256
    max_chars: int = 400


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of an encoder, all of them there."""

    path: Path
    model: Path
    tokenizer: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        return self.manifest.name or self.path.name

    def fingerprint(self) -> str:
        """Changes with every byte that vectors depend on; a gigabyte takes about a second."""
        digest = hashlib.blake2b(msgspec.json.encode(self.manifest), digest_size=6)
        # Weights over two gigabytes lie beside the model, as model.onnx_data.
        for file in (self.tokenizer, *sorted(self.model.parent.glob("model.onnx*"))):
            with file.open("rb") as source:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
        return digest.hexdigest()


def opened(path: Path) -> Folder:
    """The encoder in this folder. Raises Broken."""
    if not path.is_dir():
        raise Broken(f"{path} is no folder.")
    model = next((path / name for name in _MODELS if (path / name).is_file()), None)
    if model is None:
        raise Broken(f"{path} has no model.onnx.")
    tokenizer = path / "tokenizer.json"
    if not tokenizer.is_file():
        raise Broken(f"{path} has no tokenizer.json.")
    return Folder(path, model, tokenizer, _manifest(path))


def _manifest(path: Path) -> Manifest:
    own = path / "encoder.json"
    if own.is_file():
        return _decoded(own, own.read_bytes())
    if (path / "1_Pooling/config.json").is_file():
        return _of_sentence_transformers(path)
    raise Broken(
        f'{path} says nowhere how tokens become one vector; write encoder.json: {{"pooling": "mean"}}.'
    )


def _of_sentence_transformers(path: Path) -> Manifest:
    foreign = sorted(_foreign_steps(path))
    if foreign:
        raise Broken(
            f"{path / 'modules.json'} asks for {', '.join(foreign)}, which model.onnx does not hold."
        )
    file = path / "1_Pooling/config.json"
    modes = [mode for key, mode in _MODES.items() if _json(file).get(key)]
    if len(modes) != 1:
        raise Broken(f"{file} must choose one of {', '.join(_MODES)}.")
    prompts = _json(path / "config_sentence_transformers.json").get("prompts") or {}
    told = {
        "pooling": modes[0],
        "query_prefix": prompts.get("query", ""),
        "passage_prefix": prompts.get("passage") or prompts.get("document") or "",
        "max_tokens": _json(path / "sentence_bert_config.json").get("max_seq_length") or 256,
    }
    return _decoded(file, msgspec.json.encode(told))


def _foreign_steps(path: Path) -> Iterator[str]:
    """Layers after the model, other than those that we apply ourselves."""
    for step in _json(path / "modules.json", []):
        kind = str(step.get("type", "")).rpartition(".")[2]
        if kind not in _STEPS:
            yield kind


def _json(file: Path, default: Any = None) -> Any:
    """What the file says; an absent one says nothing."""
    if not file.is_file():
        return {} if default is None else default
    try:
        return msgspec.json.decode(file.read_bytes())
    except msgspec.DecodeError as problem:
        raise Broken(f"{file} is no JSON: {problem}.") from problem


def _decoded(file: Path, content: bytes) -> Manifest:
    try:
        found = msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as problem:
        raise Broken(f"{file}: {problem}.") from problem
    if found.max_tokens < 1 or found.max_chars < 1:
        raise Broken(f"{file}: max_tokens and max_chars must be above zero.")
    return found
