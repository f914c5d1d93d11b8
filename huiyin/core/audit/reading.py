"""Reads of personal data beyond one's own work: recorded one by one, and stopped when there are too many."""

import structlog
from django.utils.translation import gettext as _

from huiyin.core import limits
from huiyin.core.actors import Actor
from huiyin.core.audit.recording import REFUSED, record
from huiyin.core.errors import TooMany

log = structlog.get_logger("huiyin.audit")
PROFILES, DOWNLOADS = "brake.profiles", "brake.downloads"


def read(action: str, thing: str, *, by: Actor, brake: str = PROFILES, reason: str = "") -> None:
    """Record the read. Refuses more of them in an hour than anybody's work needs, and sounds the alarm."""
    _brake(brake, thing, by)
    record(action, thing, by=by, detail={"reason": reason} if reason else {})


def read_once_an_hour(action: str, thing: str, *, by: Actor) -> None:
    """The same for pages that read themselves again and again: one row an hour for each object."""
    if limits.count("audit.once", f"{by.id}:{thing}") == 1:
        read(action, thing, by=by)


def _brake(name: str, thing: str, by: Actor) -> None:
    count = limits.count(name, by.id)
    if count <= limits.of(name):
        return
    if count == limits.of(name) + 1:
        record("brake.pulled", thing, by=by, result=REFUSED, detail={"limit": name})
        log.error("audit.mass_reading", name=name, count=count)
    message = _(
        "You have opened more people's data than usual this hour. Please go on later, or ask your supervisor."
    )
    raise TooMany("mass_reading", message, retry_after=3600)
