"""What a session remembers about itself, so that every request can be judged without a question to the database."""

import time
from dataclasses import dataclass
from typing import Any

from huiyin.accounts.arrivals import Arrival

SLOT = "watch"
SEEN_EVERY = 300
HOUR, DAY = 3600, 24 * 3600
LIMITS = {True: (8 * HOUR, 7 * DAY), False: (30 * DAY, 90 * DAY)}  # idle and whole, for staff and for others


@dataclass(frozen=True, slots=True)
class Verdict:
    """`why` ends the session; `is_due` asks to note that it was seen."""

    why: str = ""
    is_due: bool = False


def begin(session: Any, *, arrival: Arrival, is_staff: bool) -> None:
    now = time.time()
    session[SLOT] = {
        "began": now,
        "seen": now,
        "trusted": now,
        "family": arrival.family,
        "staff": is_staff,
    }
    session.set_expiry(LIMITS[is_staff][1])


def judge(session: Any, *, family: str) -> Verdict:
    """Expired by idleness or age, carried to another browser, or fine."""
    kept = session.get(SLOT)
    if kept is None:
        return Verdict()
    now = time.time()
    idle, whole = LIMITS[kept["staff"]]
    if now - kept["seen"] > idle:
        return Verdict("idle")
    if now - kept["began"] > whole:
        return Verdict("expired")
    if kept["family"] != family:
        return Verdict("device_changed")
    return Verdict(is_due=now - kept["seen"] > SEEN_EVERY)


def seen(session: Any) -> None:
    session[SLOT] = {**session[SLOT], "seen": time.time()}


def is_outdated(session: Any, *, changed: float) -> bool:
    """Has what the person may do changed since this session got its key?"""
    kept = session.get(SLOT)
    return kept is not None and kept["trusted"] < changed


def renew(session: Any, *, is_staff: bool) -> None:
    session[SLOT] = {**session[SLOT], "trusted": time.time(), "staff": is_staff}
