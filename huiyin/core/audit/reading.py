"""Reads of personal data beyond one's own work: recorded one by one, and braked when there are too many.

Beyond what anybody's work needs in an hour the reader shows again that it is them, with their second factor where
they have one, and whoever administers the house is told. Three times an hour that lets them go on. A program can
prove nothing, so its token's user does, and both draw on one account; but programs are made to read cases, so for
those they have a wider one of their own.
"""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.core import events, journal, limits
from huiyin.core.actors import Actor
from huiyin.core.audit.recording import REFUSED, record
from huiyin.core.errors import ProofNeeded, TooMany
from huiyin.core.ports import cache

log = structlog.get_logger("huiyin.audit")
PROFILES, DOWNLOADS, CASES = "brake.profiles", "brake.downloads", "brake.cases"
PROOFS, PULLS = "brake.proofs", "brake.pulls"
HOUR = 3600


def read(action: str, thing: str, *, by: Actor, brake: str = PROFILES, reason: str = "") -> None:
    """Record the read. Refuses more of them in an hour than anybody's work needs until the reader has proved who
    they are, and sounds the alarm. Events: brake.pulled.
    """
    _brake(brake, thing, by)
    record(action, thing, by=by, detail={"reason": reason} if reason else {})


def read_by_program(action: str, thing: str, *, by: Actor, people: int = 1, brake: str = PROFILES) -> None:
    """The same for a program that acts for somebody and reads so many people at once. Events: brake.pulled."""
    try:
        _brake(brake, thing, by, cost=people)
    except ProofNeeded as needed:
        message = _(
            "The user of this token has opened more people's data than usual this hour. They sign in and show at "
            "proof_url that it is them; then repeat the call. Or go on when Retry-After has passed."
        )
        wait, url = limits.seconds_left(brake), settings.ORIGIN + settings.PROOF_URL
        raise TooMany(needed.code, message, retry_after=wait, proof_url=url) from needed
    record(action, thing, by=by, detail={"count": people})


def read_once_an_hour(action: str, thing: str, *, by: Actor) -> None:
    """The same for pages that read themselves again and again: one row an hour for each object."""
    with _not_yet_read([thing], by) as unread:
        if unread:
            read(action, thing, by=by)


def read_cases_by_program(action: str, thing: str, *, by: Actor, each: Collection[str]) -> None:
    """The same for cases that a program asks for again and again: each of them counts once an hour."""
    with _not_yet_read(each, by) as unread:
        if unread:
            read_by_program(action, thing, by=by, people=len(unread), brake=CASES)


def go_on(*, by: Actor) -> None:
    """The reader has just proved who they are: a brake that holds them lets go, for as many reads again."""
    for brake in brakes_on(by):
        limits.count(PROOFS, f"{brake}:{by.id}")
        record("brake.released", f"user:{by.id}", by=by, detail={"limit": brake})


def brakes_on(by: Actor) -> list[str]:
    """The brakes that hold this reader and let go when they prove who they are."""
    return [brake for brake in (PROFILES, DOWNLOADS, CASES) if _holds(brake, by)]


@contextmanager
def _not_yet_read(things: Collection[str], by: Actor) -> Iterator[list[str]]:
    """Those of the things that this reader has not read this hour. What is refused inside the block is not read.

    One value for each reader keeps them. Two requests at once may lose what the other kept: then it counts twice.
    """
    window = int(time.time() // HOUR)
    key = f"read:{by.id}:{window}"
    known = _kept(key)
    unread = [thing for thing in things if thing not in known]
    yield unread
    if unread:
        with suppress(cache.CacheError):
            cache.port().set(key, " ".join([*known, *unread]).encode(), ttl=HOUR)


def _kept(key: str) -> frozenset[str]:
    """What is not remembered counts once more."""
    try:
        return frozenset((cache.port().get(key) or b"").decode().split())
    except cache.CacheError:
        return frozenset()


def _holds(brake: str, by: Actor) -> bool:
    proofs = _proofs(brake, by)
    is_pulled = limits.count(PULLS, _turn(brake, by, proofs), cost=0) > 0
    return is_pulled and proofs < limits.of(PROOFS)


def _brake(name: str, thing: str, by: Actor, cost: int = 1) -> None:
    proofs = _proofs(name, by)
    count = limits.count(name, by.id, cost=cost)
    if count <= limits.of(name) * (1 + proofs):
        return
    limits.count(name, by.id, cost=-cost)  # what is refused is not read, and uses up nothing
    if limits.count(PULLS, _turn(name, by, proofs)) == 1:
        _sound(name, thing, by, count)
    if proofs >= limits.of(PROOFS):
        message = _(
            "You have opened more people's data than usual this hour. Please go on later, or ask your supervisor."
        )
        raise TooMany("mass_reading", message, retry_after=limits.seconds_left(name))
    message = _(
        "You have opened more people's data than usual this hour. Please show once more that it is you."
    )
    raise ProofNeeded("mass_reading", message)


def _sound(name: str, thing: str, by: Actor, count: int) -> None:
    with transaction.atomic():
        record("brake.pulled", thing, by=by, result=REFUSED, detail={"limit": name})
        journal.publish(events.BrakePulled(subject=by.id, limit=name, count=count), by=by)
    log.error("audit.mass_reading", name=name, count=count)


def _proofs(name: str, by: Actor) -> int:
    """How often this hour the brake has let go."""
    return limits.count(PROOFS, f"{name}:{by.id}", cost=0)


def _turn(name: str, by: Actor, proofs: int) -> str:
    return f"{name}:{by.id}:{proofs}"
