"""Writing one act into the audit table, signed at once, in the transaction of the act itself."""

from collections.abc import Mapping
from datetime import datetime

from huiyin.core import clock, origin
from huiyin.core.actors import Actor
from huiyin.core.audit import place, signing
from huiyin.core.crypto import blind_index
from huiyin.core.ids import uuid7
from huiyin.core.models.audit import AuditEntry

DONE, REFUSED, FAILED = AuditEntry.Result.DONE, AuditEntry.Result.REFUSED, AuditEntry.Result.FAILED
LONGEST = 200  # characters of one detail: a code, an id, a list of names of the code


def record(
    action: str,
    thing: str,
    *,
    by: Actor,
    result: str = DONE,
    detail: Mapping[str, str | int] | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Write that `by` did `action` to `thing`, which reads `kind:id`, for example `user:0190…`.

    In a transaction the row stands or falls with it; outside it stands at once, which is what refusals need.
    `detail` holds ids and words of the code, never what a person is called, wrote or can be reached by.
    """
    kind, _colon, id_ = thing.partition(":")
    here = place.current()
    entry = AuditEntry(
        id=str(uuid7()),
        at=stamp(at or clock.now()),
        actor_kind=by.kind,
        actor_id=by.id,
        behind_id=here.behind,
        action=action,
        object_kind=kind,
        object_id=id_,
        result=str(result),
        address=pseudonym(here.address),
        request=here.request,
        detail=signing.canonical(_scalars(action, detail or {})),
        key_id=signing.current_key(),
    )
    entry.mac = signing.mac(entry)
    entry.save(force_insert=True)
    return entry


def stamp(at: datetime) -> str:
    """A moment in the one spelling of the chain; texts in it sort like the moments."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def pseudonym(address: str) -> str:
    """An address, found again by who knows it and has our key, and by nobody else."""
    return blind_index("audit.address", origin.neighbourhood(address)) if address else ""


def _scalars(action: str, detail: Mapping[str, str | int]) -> dict[str, str | int]:
    for name, value in detail.items():
        if not isinstance(value, str | int) or len(str(value)) > LONGEST:
            raise TypeError(f"{action}: {name} is no short scalar; the chain keeps ids and words of the code")
    return dict(detail)
