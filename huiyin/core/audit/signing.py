"""What is signed and how: RFC 8785 canonical JSON under HMAC-SHA256, by a key that is not in the database."""

import hashlib
import hmac
from typing import Any

import rfc8785

from huiyin.core.keyring import KeyringError, audit_key, keyring
from huiyin.core.models.audit import AuditEntry, AuditSegment

ROW = (
    *("id", "at", "actor_kind", "actor_id", "behind_id", "action", "object_kind", "object_id"),
    *("result", "address", "request", "detail", "key_id"),
)
SEGMENT = ("month", "first_seq", "last_seq", "last_seal", "digest", "removed_at", "key_id")


def current_key() -> str:
    return keyring().current


def canonical(value: Any) -> str:
    """One spelling for one value (RFC 8785), so that two honest readers always sign the same bytes."""
    return rfc8785.dumps(value).decode()


def mac(entry: AuditEntry) -> str:
    """The row's own signature, before it has a place in the chain."""
    return _hmac(entry.key_id, {name: getattr(entry, name) for name in ROW})


def seal(before: str, entry: AuditEntry) -> str:
    """The signature of the row at its place: behind the row that was sealed with `before`."""
    content = {name: getattr(entry, name) for name in (*ROW, "mac", "seq", "row")}
    return _hmac(entry.key_id, content, before)


def seal_of_segment(segment: AuditSegment) -> str:
    return _hmac(segment.key_id, {name: getattr(segment, name) for name in SEGMENT}, segment.before)


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _hmac(key_id: str, content: dict[str, Any], before: str = "") -> str:
    """Raises KeyringError for a key that is not on the ring, and CanonicalizationError for what is no JSON."""
    key = audit_key(keyring(), key_id)
    return hmac.new(key, before.encode() + rfc8785.dumps(content), hashlib.sha256).hexdigest()


__all__ = ["KeyringError", "canonical", "current_key", "mac", "same", "seal", "seal_of_segment"]
