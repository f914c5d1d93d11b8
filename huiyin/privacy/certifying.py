"""Certificates of deletion as files: signed with Ed25519, so that whoever holds one can prove what it says.

The key is derived from the one that seals the audit chain, and like that one it outlives the root key's rotation.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from huiyin.core.keyring import KeyringError, audit_key, derive, keyring

KIND = "huiyin.certificate-of-deletion/1"
PURPOSE = "certificate"
SAYS = {
    "zh": "申请人的全部个人数据已被删除，用于打开备份中副本的密钥已被销毁。",
    "en": "All data that named the person who asked for this was erased, and the key that opens copies of it in "
    "backups was destroyed.",
}


def signed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a deletion as a certificate, signed. They name nobody, and so does it."""
    key_id = keyring().current
    body = {"kind": KIND, **facts, "says": SAYS, "key": key_id, "public_key": _public(key_id)}
    return {**body, "signature": base64.b64encode(_key(key_id).sign(_bytes(body))).decode()}


def fault(given: Any) -> str:
    """What is wrong with a certificate, in a word of the code; nothing when it is ours and unchanged."""
    if not isinstance(given, dict) or given.get("kind") != KIND:
        return "not_a_certificate"
    body = {name: value for name, value in given.items() if name != "signature"}
    try:
        signature = base64.b64decode(str(given.get("signature", "")), validate=True)
        _key(str(given.get("key", ""))).public_key().verify(signature, _bytes(body))
    except KeyringError:
        return "key_unknown"
    except (InvalidSignature, binascii.Error):
        return "changed"
    return ""


def _bytes(body: dict[str, Any]) -> bytes:
    """One spelling for what is signed."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _key(key_id: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(audit_key(keyring(), key_id), PURPOSE))


def _public(key_id: str) -> str:
    return _key(key_id).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
