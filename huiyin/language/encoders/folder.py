"""An encoder that the operator brings: a folder with `model.onnx` and `tokenizer.json`, run on this machine."""

import os
import threading
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.language.encoders.base import Kind, unit
from huiyin.language.encoders.manifest import Broken, Folder, opened
from huiyin.language.normalise import clean

if TYPE_CHECKING:
    from huiyin.language.encoders.base import Matrix

_BATCH = 32
_PADS = ("<pad>", "[PAD]", "<|endoftext|>")
_FED = frozenset({"input_ids", "attention_mask", "token_type_ids"})
_PACKAGES = ("onnxruntime", "tokenizers")


class FolderEncoder:
    """Vectors of whatever size the model has; told apart by the content of its files. Raises Broken."""

    def __init__(self, folder: Folder) -> None:
        self.id = _id(folder)
        self.max_chars = folder.manifest.max_chars
        self._folder = folder
        self._tokenizer = _tokenizer(folder)
        self._session = _session(folder)
        self._inputs = [each.name for each in self._session.get_inputs()]
        if foreign := sorted(set(self._inputs) - _FED):
            raise Broken(f"{folder.model} wants {', '.join(foreign)}, which a text does not give.")
        self._lock = threading.Lock()
        self.dim = int(self._read([""]).shape[1])

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> "Matrix":
        """Unit rows, one a text. What is asked and what is searched get the prefixes of the manifest."""
        import numpy as np

        told = self._folder.manifest
        prefix = told.query_prefix if kind == "query" else told.passage_prefix
        readable = [prefix + clean(text)[: self.max_chars] for text in texts]
        parts = [np.zeros((0, self.dim), dtype=np.float32)]
        with self._lock:
            parts += [self._read(readable[i : i + _BATCH]) for i in range(0, len(readable), _BATCH)]
        return unit(np.vstack(parts))

    def _read(self, texts: list[str]) -> "Matrix":
        read = self._tokenizer.encode_batch(texts)
        fed = {
            "input_ids": _filled([each.ids for each in read]),
            "attention_mask": _filled([each.attention_mask for each in read]),
            "token_type_ids": _filled([each.type_ids for each in read]),
        }
        outputs = self._session.run(None, {name: fed[name] for name in self._inputs})
        return self._pooled(self._wanted(outputs), fed["attention_mask"])

    def _wanted(self, outputs: Sequence[Any]) -> "Matrix":
        """The first output of the shape that the pooling reads: rows of texts, or of tokens."""
        import numpy as np

        pooling = self._folder.manifest.pooling
        found = next((each for each in outputs if np.ndim(each) == (2 if pooling == "none" else 3)), None)
        if found is None:
            raise Broken(f"{self._folder.model} gives nothing that pooling {pooling!r} can read.")
        return np.asarray(found, dtype=np.float32)

    def _pooled(self, output: "Matrix", mask: Any) -> "Matrix":
        """(texts, tokens, numbers) to (texts, numbers), without the tokens that only fill a row up."""
        import numpy as np

        pooling = self._folder.manifest.pooling
        if pooling == "none":
            return output
        if pooling == "cls":
            return output[:, 0]
        if pooling == "last":
            last = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
            return output[np.arange(len(output)), last]
        weights = mask[:, :, None].astype(np.float32)
        return np.asarray((output * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0))


def _filled(rows: list[list[int]]) -> Any:
    """(texts, tokens); texts without any token get one that stands for nothing, as models refuse none at all."""
    import numpy as np

    made = np.array(rows, dtype=np.int64)
    return made if made.size else np.zeros((len(rows), 1), dtype=np.int64)


def chosen() -> Path | None:
    """The folder that the operator named, if any."""
    from django.conf import settings

    named = settings.ENV.embed_folder
    return Path(named).expanduser() if named else None


def identity() -> str:
    """The id of its vectors, without loading it; empty where no folder is named or it is broken."""
    path = chosen()
    try:
        return _id(opened(path)) if path and _is_installed() else ""
    except Broken:
        return ""


def folder() -> FolderEncoder | None:
    """The one folder encoder of this process; None where no folder is named. Raises Broken."""
    path = chosen()
    if path is None:
        return None
    if not _is_installed():
        raise Broken(f"HUIYIN_EMBED_FOLDER needs the packages {' and '.join(_PACKAGES)}.")
    with _loading:
        return _loaded(path)


_loading = threading.Lock()


@cache
def _loaded(path: Path) -> FolderEncoder:
    return FolderEncoder(opened(path))


@cache
def _id(folder: Folder) -> str:
    return f"folder/{folder.name}/{folder.fingerprint()}"


def _is_installed() -> bool:
    return all(find_spec(name) for name in _PACKAGES)


def _tokenizer(folder: Folder) -> Any:
    from tokenizers import Tokenizer

    try:
        made = Tokenizer.from_file(str(folder.tokenizer))
    except Exception as problem:  # the library raises no narrower class
        raise Broken(f"{folder.tokenizer} is no tokenizer: {problem}.") from problem
    # Models count positions by the padding's id, so that it must be the very one they were trained with.
    pad = next((token for token in _PADS if made.token_to_id(token) is not None), None)
    known = made.padding or ({"pad_id": made.token_to_id(pad), "pad_token": pad} if pad else {})
    made.enable_padding(**{**known, "direction": "right", "length": None})
    made.enable_truncation(folder.manifest.max_tokens)
    return made


def _session(folder: Folder) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(folder.model, options, providers=["CPUExecutionProvider"])
    except Exception as problem:  # the library's classes have no parent but this one
        raise Broken(f"{folder.model} is no model that runs here: {problem}.") from problem
