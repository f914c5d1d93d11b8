"""The one sealer: gives committed rows their place in the chain, whoever wrote them, in the order they came."""

import hashlib
from datetime import UTC, datetime

from django.db import transaction

from huiyin.core.audit import signing
from huiyin.core.models.audit import AuditEntry, AuditHead

BATCH = 500


def seal_all() -> int:
    """Seal what waits. Answers how many rows were sealed."""
    total = 0
    while AuditEntry.objects.filter(seal="").exists():
        sealed = _seal_some()
        total += sealed
        if sealed < BATCH:
            break
    return total


def head() -> AuditHead:
    """The end of the chain; made when it is first asked for."""
    found, _is_new = AuditHead.objects.get_or_create(name="chain")
    return found


@transaction.atomic
def _seal_some() -> int:
    """Under the head's lock, so that two sealers never put two rows at one place."""
    end = AuditHead.objects.select_for_update().get(id=head().id)
    waiting = list(AuditEntry.objects.filter(seal="").order_by("row")[:BATCH])
    for entry in waiting:
        entry.seq = end.seq + 1
        entry.seal = signing.seal(end.seal, entry)
        end.seq, end.seal = entry.seq, entry.seal
        AuditEntry.objects.filter(row=entry.row, seal="").update(seq=entry.seq, seal=entry.seal)
    end.save(update_fields=["seq", "seal"])
    return len(waiting)


def digest(seals: list[str]) -> str:
    """What is left of removed rows: one hash over their seals."""
    return hashlib.sha256("\n".join(seals).encode()).hexdigest()


def moment(text: str) -> datetime:
    """The moment behind a stamp of the chain."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
