"""Who looks at a case, and who writes on it right now: beats in the cache port that end by themselves."""

import threading
import time
from uuid import UUID

import msgspec

from huiyin.core.ports import cache

VIEWING, WRITING, LEFT = "viewing", "writing", "left"
STATES = (VIEWING, WRITING, LEFT)
GONE = 40.0  # seconds without a beat; pages beat every fifteen

_lock = threading.Lock()


def beat(number: int, user: UUID, state: str) -> bool:
    """This person is there, or has left. Answers whether others see a difference.

    Two processes that beat in the same moment may lose one beat; the next one mends it.
    """
    try:
        with _lock:
            before = _read(number)
            after = {key: held for key, held in before.items() if key != str(user)}
            if state != LEFT:
                after[str(user)] = (state, time.time() + GONE)
            cache.port().set(_key(number), msgspec.json.encode(after), ttl=GONE)
    except cache.CacheError:
        return False
    return before.get(str(user), (LEFT,))[0] != state


def present(number: int) -> dict[str, str]:
    """What everybody there does, by the id of the person; nobody when the cache cannot be reached."""
    try:
        return {key: state for key, (state, _ends) in _read(number).items()}
    except cache.CacheError:
        return {}


def _read(number: int) -> dict[str, tuple[str, float]]:
    kept = cache.port().get(_key(number))
    now = time.time()
    beats = msgspec.json.decode(kept, type=dict[str, tuple[str, float]]) if kept else {}
    return {key: held for key, held in beats.items() if held[1] > now}


def _key(number: int) -> str:
    return f"presence:{number}"
