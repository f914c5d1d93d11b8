"""The files port: bytes under names that we choose. Its twins are a folder on disk and an S3 bucket."""

import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings


class Files(Protocol):
    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Store whole or not at all; durable when it returns."""

    def open(self, name: str) -> BinaryIO:
        """Read; FileNotFoundError when it is not there."""

    def delete(self, name: str) -> None:
        """Remove; nothing happens when it is not there."""

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Every name with the time of its writing."""


def checked(name: str) -> str:
    """The name, when it is one of ours: `ab/0123...`. Nothing else ever reaches a store."""
    folder, _slash, leaf = name.partition("/")
    if not (folder.isalnum() and leaf.isalnum()):
        raise ValueError(f"Not a name of ours: {name!r}")
    return name


class DiskFiles:
    """Files under one folder, readable by the owner of the process alone."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        target = self._path(name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.writelines(chunks)
                out.flush()
                os.fsync(out.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        _settle(target.parent)

    def open(self, name: str) -> BinaryIO:
        return self._path(name).open("rb")

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        for path in self._root.glob("*/*"):
            if path.is_file():
                yield f"{path.parent.name}/{path.name}", datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def _path(self, name: str) -> Path:
        return self._root / checked(name)


@lru_cache(maxsize=1)
def port() -> Files:
    """The store of this installation, chosen by HUIYIN_STORAGE_URL."""
    if settings.STORAGE_URL:
        from huiyin.core.filestore.s3 import S3Files

        return S3Files(settings.STORAGE_URL)
    return DiskFiles(settings.DATA / "files")


def _settle(folder: Path) -> None:
    """Make the new name in the folder durable as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
