"""Which role a request needed, least first, so that a review sees what is held and never used."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from huiyin.accounts.models import Grant, Role, User
from huiyin.core import clock

KEPT_EVERY = 300.0  # seconds; what a crash loses of this is of no weight
LEAST_FIRST = (
    *(Role.EXTERNAL, Role.AGENT, Role.ENGINEER, Role.MANAGER, Role.SENIOR, Role.OWNER),
    *(Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN),
)
_noted: set[tuple[UUID, str]] = set()
_lock = threading.Lock()
_kept_at = time.monotonic()


def note(user: User, policy: Callable[[Any], bool] | None) -> None:
    """Remember the least role of this person with which the policy holds."""
    role = next((each for each in LEAST_FIRST if each in user.roles and _suffices(user, each, policy)), None)
    if role is None:
        return
    with _lock:
        _noted.add((user.id, role))
    if time.monotonic() - _kept_at > KEPT_EVERY:
        keep()


def keep() -> int:
    """Write what was noted. Answers how many roles."""
    global _kept_at
    with _lock:
        noted, _kept_at = set(_noted), time.monotonic()
        _noted.clear()
    now = clock.now()
    for person, role in sorted(noted, key=str):
        Grant.objects.in_force(now).filter(user_id=person, role=role).update(used_at=now)
    return len(noted)


def forget() -> None:
    """Drop what was noted and begin the wait anew."""
    global _kept_at
    with _lock:
        _noted.clear()
        _kept_at = time.monotonic()


def _suffices(user: User, role: str, policy: Callable[[Any], bool] | None) -> bool:
    alone = SimpleNamespace(
        id=user.id, pk=user.pk, is_active=True, is_staff_member=True, roles=frozenset({role})
    )
    return policy is None or policy(alone)
