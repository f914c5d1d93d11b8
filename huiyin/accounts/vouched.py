"""Whom a host site vouches for in this browser: one slot of the session, for as long as a working day."""

import time
from dataclasses import dataclass
from typing import Any

SLOT = "vouched"
SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True)
class Slot:
    """The contact, and the site whose word it is."""

    contact: str
    site: str


def begin(session: Any, *, contact: str, site: str) -> None:
    """Start anew under a fresh key; nothing of whoever used this browser before is carried over."""
    session.flush()
    session[SLOT] = {"contact": contact, "site": site, "until": time.time() + SECONDS}
    session.set_expiry(SECONDS)


def read(session: Any) -> Slot | None:
    kept = session.get(SLOT)
    if kept is None or kept["until"] < time.time():
        return None
    return Slot(kept["contact"], kept["site"])
