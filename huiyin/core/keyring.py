"""The key file: root keys by id, the current one, and the changes that rotation makes to it."""

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

RELOAD_AFTER = 1.0  # seconds until a running process sees a new key; rotation waits longer than this
INDEX_PURPOSE = "blind-index"
AUDIT_PURPOSE = "audit"


class KeyringError(Exception):
    """The key file does not hold what is asked of it."""


@dataclass(frozen=True)
class Keyring:
    """Root keys of this installation. Data keys are derived from them by purpose and never stored."""

    root: dict[str, bytes]
    current: str
    index: bytes
    rotated_at: float = 0.0
    audit: dict[str, bytes] = field(default_factory=dict)


_cached: tuple[float, tuple[int, int], Keyring] | None = None


def keyring() -> Keyring:
    """The ring, read again soon after its file changed, so that a rotation reaches running processes."""
    global _cached
    moment = time.monotonic()
    if _cached and moment - _cached[0] < RELOAD_AFTER:
        return _cached[2]
    stat = Path(settings.KEYRING_FILE).stat()
    mark = (stat.st_mtime_ns, stat.st_ino)
    ring = _cached[2] if _cached and _cached[1] == mark else _parse(_read())
    _cached = (moment, mark, ring)
    return ring


def add_root_key() -> str:
    """Put a fresh root key on the ring and make it current; answers its id."""
    with _changing() as body:
        key_id = f"k{max(int(name[1:]) for name in body['root']) + 1}"
        # The blind index keeps its own key from the first rotation on: equal values must stay equal.
        body.setdefault("index", _parse(body).index.hex())
        body["root"][key_id] = secrets.token_hex(32)
        body["current"] = key_id
        body["rotated_at"] = time.time()
    return key_id


def drop_root_key(key_id: str, *, unless: Callable[[], str]) -> None:
    """Take a root key off the ring, unless `unless`, asked under the file's lock, answers a reason."""
    with _changing() as body:
        if key_id not in body["root"]:
            raise KeyringError(f"Key {key_id!r} is not on the ring.")
        if key_id == body["current"]:
            raise KeyringError(f"Key {key_id!r} is the current key.")
        if reason := unless():
            raise KeyringError(reason)
        # What the retired key signed must stay provable; its audit key opens nothing.
        body.setdefault("audit", {})[key_id] = audit_key(_parse(body), key_id).hex()
        del body["root"][key_id]


def forget() -> None:
    """Read the file again at the next use (after this process changed it)."""
    global _cached
    _cached = None


def derive(secret: bytes, purpose: str) -> bytes:
    """A 256-bit key for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"huiyin:" + purpose.encode()).derive(secret)


def audit_key(ring: Keyring, key_id: str) -> bytes:
    """The key that signs audit rows under this root key, also after that one was retired."""
    if key_id in ring.root:
        return _derived_audit(ring.root[key_id])
    if key_id not in ring.audit:
        raise KeyringError(f"Audit key {key_id!r} is not on the ring.")
    return ring.audit[key_id]


@lru_cache(maxsize=64)
def _derived_audit(root: bytes) -> bytes:
    return derive(root, AUDIT_PURPOSE)


def _read() -> dict[str, Any]:
    body: dict[str, Any] = json.loads(Path(settings.KEYRING_FILE).read_text(encoding="utf-8"))
    return body


def _parse(body: dict[str, Any]) -> Keyring:
    root = {name: bytes.fromhex(value) for name, value in body["root"].items()}
    if body["current"] not in root or any(len(key) != 32 for key in root.values()):
        raise KeyringError("The key file needs 256-bit root keys, one of them current.")
    index = bytes.fromhex(body["index"]) if "index" in body else derive(root[min(root)], INDEX_PURPOSE)
    audit = {name: bytes.fromhex(value) for name, value in body.get("audit", {}).items()}
    return Keyring(root, body["current"], index, body.get("rotated_at", 0.0), audit)


@contextlib.contextmanager
def _changing() -> Iterator[dict[str, Any]]:
    """The file's content for change: one changer at a time, replaced whole or not at all."""
    file = Path(settings.KEYRING_FILE)
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        body = _read()
        yield body
        fresh = file.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(body, out)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    forget()
