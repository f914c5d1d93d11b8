"""Sealing and blind indexes: AES-256-GCM bound to its place (NIST SP 800-38D), HMAC-SHA256 for equality.

A sealed text reads `<version>.<key>.<base64 of nonce, ciphertext and tag>`. Under `v2` the key is a person's
own and named by that person's id; under `v1` it belongs to the purpose and is named by its root key. The
associated data names table, column, row and person, so that a value moved to another place does not open.
"""

import base64
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import idna
import phonenumbers
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from huiyin.core import personkeys
from huiyin.core.keyring import Keyring, KeyringError, derive, keyring

VERSION = "v1"
OF_PERSON = "v2"
NONCE = 12  # bytes; random, safe for 2^32 messages a key
FIELD_PURPOSE = "field"


class Unsealable(Exception):
    """The sealed text is damaged, stands in another place, or its key is gone."""


class Erased(Unsealable):
    """The person's key was destroyed: what it sealed is gone for good."""


def seal(plain: bytes, place: bytes, *, person: str = "") -> str:
    """Encrypt under the person's key, else under the current key of the purpose; bound to its place."""
    nonce = os.urandom(NONCE)
    if person:
        cipher, version, key_id = personkeys.cipher_for_sealing(person), OF_PERSON, person
    else:
        ring = keyring()
        cipher, version, key_id = _cipher(_ring_key(ring, ring.current)), VERSION, ring.current
    body = nonce + cipher.encrypt(nonce, plain, _bound(place, person))
    return f"{version}.{key_id}.{base64.b64encode(body).decode()}"


def unseal(sealed: str, place: bytes) -> bytes:
    """The plain bytes. Raises Unsealable when anything does not fit, Erased when the person was erased."""
    try:
        version, key_id, text = sealed.split(".")
        body = base64.b64decode(text, validate=True)
        if base64.b64encode(body).decode() != text:
            raise Unsealable("The value was written by somebody else.")
        person = key_id if version == OF_PERSON else ""
        return _opener(version, key_id).decrypt(body[:NONCE], body[NONCE:], _bound(place, person))
    except (InvalidTag, ValueError, KeyringError) as problem:
        raise Unsealable("The value does not open: damaged, moved, or its key is gone.") from problem


def person_of(sealed: str) -> str:
    """Whose key a sealed text names; empty for a key of the purpose."""
    version, key_id, _text = sealed.split(".")
    return key_id if version == OF_PERSON else ""


def blind_index(name: str, value: str) -> str:
    """A keyed fingerprint for equality look-ups: 43 characters; equal for values that mean the same.

    `name` says whose index it is and, by its last part, how to normalise: `identity.email`, `identity.phone`.
    """
    text = normalise(name.rsplit(".", 1)[-1], value)
    key = _index_key(keyring().index, name)
    digest = hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def normalise(kind: str, value: str) -> str:
    """One spelling for values that mean the same: NFKC, case and space; addresses by their own rules."""
    text = unicodedata.normalize("NFKC", value).casefold().strip()
    return NORMALISERS.get(kind, str)(text)


def email(text: str) -> str:
    """The domain in its IDNA form; the local part as it is. What is no address stays as it is."""
    local, at, domain = text.rpartition("@")
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode()}" if at else text
    except idna.IDNAError:
        return text


def phone(text: str) -> str:
    """E.164, China by default; service numbers such as 95xxx, which no plan knows, by their digits."""
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return text
    if phonenumbers.is_possible_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return "".join(c for c in text if c.isdigit())


NORMALISERS: dict[str, Callable[[str], str]] = {"email": email, "phone": phone}


def _opener(version: str, key_id: str) -> AESGCM:
    if version == VERSION:
        return _cipher(_ring_key(keyring(), key_id))
    if version != OF_PERSON:
        raise Unsealable(f"Unknown version {version!r}.")
    found = personkeys.cipher(key_id)
    if found is None:
        raise Erased("The person's key was destroyed.")
    return found


def _bound(place: bytes, person: str) -> bytes:
    return place + b"\x1f" + person.encode() if person else place


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _ring_key(ring: Keyring, key_id: str) -> bytes:
    if key_id not in ring.root:
        raise KeyringError(f"Key {key_id!r} is not on the ring.")
    return _derived(ring.root[key_id])


@lru_cache(maxsize=64)
def _derived(root: bytes) -> bytes:
    return derive(root, FIELD_PURPOSE)


@lru_cache(maxsize=64)
def _index_key(index: bytes, name: str) -> bytes:
    return hmac.new(index, name.encode(), hashlib.sha256).digest()
