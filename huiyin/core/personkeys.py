"""A random data key for each person, so that destroying one key makes all that it sealed unreadable, backups too.

The store keeps it wrapped under a key derived from the root. Unwrapped keys live in this process for half a
minute; every two seconds of use it asks whether keys were destroyed, and forgets them all when they were.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

from huiyin.core.errors import Conflict
from huiyin.core.ids import uuid7
from huiyin.core.keyring import Keyring, KeyringError, derive, keyring
from huiyin.core.ports import keys
from huiyin.core.ports.keys import Wrapped

PURPOSE = "person-key"
KEPT_FOR = 30.0
ASK_EVERY = 2.0
MOST = 20_000
REWRAP_BATCH = 500
NONCE = 12
MOST_AHEAD = 64
BUSY = 1.0  # seconds between two subjects that count as many

_minting = threading.Lock()
_ready: deque[UUID] = deque()
_batch, _minted_at = 1, 0.0
_lock = threading.Lock()
_held: dict[str, tuple[float, AESGCM | None]] = {}
_generation = -1
_asked_at = 0.0


def name_of(subject: object) -> str:
    """How the store spells a subject: 32 hex digits."""
    return subject.hex if isinstance(subject, UUID) else UUID(str(subject)).hex


def mint(subjects: Iterable[object]) -> None:
    """Make the keys of new subjects, committed before the data that they will seal. Known ones stay as they are.

    A key whose data never came is harmless: it opens nothing.
    """
    made = {name_of(subject): AESGCM.generate_key(256) for subject in subjects}
    if not made:
        return
    ring = keyring()
    keys.port().add([_wrap(ring, subject, key) for subject, key in made.items()])


def fresh() -> UUID:
    """A new subject whose key is kept already. While many are asked for, one sync of the disk makes some of them."""
    global _batch, _minted_at
    with _minting:
        if not _ready:
            is_busy = time.monotonic() - _minted_at < BUSY
            _batch = min(2 * _batch, MOST_AHEAD) if is_busy else 1
            made = [uuid7() for _ in range(_batch)]
            mint(made)
            _ready.extend(made)
            _minted_at = time.monotonic()
        return _ready.popleft()


def cipher_for_sealing(subject: str) -> AESGCM:
    """The person's cipher, made when it is not there yet. Refuses who was erased."""
    if not _is_held(subject) and keys.port().read(subject) is None:
        mint([subject])
    found = cipher(subject)
    if found is None:
        raise Conflict("person_erased", _("This person's data was erased; nothing can be added to it."))
    return found


def cipher(subject: str) -> AESGCM | None:
    """The person's cipher; nothing when the key was destroyed. Raises KeyringError when there never was one."""
    _drop_when_keys_were_destroyed()
    known = _held.get(subject)
    if known and known[0] > time.monotonic():
        return known[1]
    before = _generation
    wrapped = keys.port().read(subject)
    if wrapped is None:
        raise KeyringError(f"There is no key of {subject}.")
    return _keep([wrapped], before)[0]


def hold(subjects: Iterable[str]) -> None:
    """Read the keys that a list is about to need with one question, not one each."""
    _drop_when_keys_were_destroyed()
    before = _generation
    missing = sorted({subject for subject in subjects if subject and not _is_held(subject)})
    if missing:
        _keep(keys.port().read_all(missing), before)


def destroy(subjects: Iterable[object]) -> int:
    """Destroy the keys for good; every process stops opening what they sealed within seconds."""
    names = sorted({name_of(subject) for subject in subjects})
    if names:
        keys.port().destroy(names)
        forget()
    return len(names)


def is_destroyed(subject: object) -> bool:
    wrapped = keys.port().read(name_of(subject))
    return wrapped is not None and wrapped.is_destroyed


def rewrap(*, tell: Callable[[str, int], None] = lambda what, count: None) -> int:
    """Wrap every key under the current root key, in batches; the data itself is not touched."""
    store, moved = keys.port(), 0
    while old := store.under_other_root(keyring().current, REWRAP_BATCH):
        ring = keyring()
        store.rewrap([(each, _wrap(ring, each.subject, _unwrap(ring, each))) for each in old])
        moved += len(old)
        tell("person keys", len(old))
    return moved


def forget() -> None:
    """Hold no unwrapped key any longer, and none that was made ahead."""
    global _asked_at
    _ready.clear()
    with _lock:
        _held.clear()
        _asked_at = 0.0


def _keep(read: Sequence[Wrapped], generation: int) -> list[AESGCM | None]:
    """Hold what was read while the keys stood at that generation."""
    ring = keyring()
    found = [None if each.is_destroyed else AESGCM(_unwrap(ring, each)) for each in read]
    until = time.monotonic() + KEPT_FOR
    with _lock:
        if len(_held) >= MOST:
            _held.clear()
        if generation == _generation:  # else they may have been destroyed since we read them
            _held.update((each.subject, (until, key)) for each, key in zip(read, found, strict=True))
    return found


def _is_held(subject: str) -> bool:
    known = _held.get(subject)
    return known is not None and known[0] > time.monotonic()


def _drop_when_keys_were_destroyed() -> None:
    global _generation, _asked_at
    if time.monotonic() - _asked_at < ASK_EVERY:
        return
    found = keys.port().generation()
    with _lock:
        if found != _generation:
            _held.clear()
        _generation, _asked_at = found, time.monotonic()


def _wrap(ring: Keyring, subject: str, key: bytes) -> Wrapped:
    nonce = os.urandom(NONCE)
    body = nonce + AESGCM(_wrapping_key(ring, ring.current)).encrypt(nonce, key, subject.encode())
    return Wrapped(subject, body, ring.current)


def _unwrap(ring: Keyring, wrapped: Wrapped) -> bytes:
    cipher = AESGCM(_wrapping_key(ring, wrapped.root))
    try:
        return cipher.decrypt(wrapped.body[:NONCE], wrapped.body[NONCE:], wrapped.subject.encode())
    except InvalidTag as problem:
        raise KeyringError(f"The key of {wrapped.subject} is damaged.") from problem


def _wrapping_key(ring: Keyring, root: str) -> bytes:
    if root not in ring.root:
        raise KeyringError(f"Key {root!r} is not on the ring.")
    return _derived(ring.root[root])


@lru_cache(maxsize=16)
def _derived(root: bytes) -> bytes:
    return derive(root, PURPOSE)


def _after_fork() -> None:
    """What was made ahead belongs to the parent: a subject is given away once."""
    global _lock, _minting
    _lock, _minting = threading.Lock(), threading.Lock()
    _ready.clear()


os.register_at_fork(after_in_child=_after_fork)
