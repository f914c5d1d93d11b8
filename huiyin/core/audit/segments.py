"""Closed months: their seals summed up and signed, so that old rows can go and the chain still holds."""

from datetime import datetime, timedelta

from django.db import transaction

from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.audit import sealing, signing
from huiyin.core.audit.recording import record, stamp
from huiyin.core.models.audit import AuditEntry, AuditSegment

KEPT = timedelta(days=184)  # more than the six months that the law asks for (Cybersecurity Law, art. 21)
BATCH = 500


def close_months(at: datetime | None = None) -> list[str]:
    """Sum up every month that is over and not summed up yet. Answers the months."""
    sealing.seal_all()
    this_month = stamp(at or clock.now())[:7]
    closed: list[str] = []
    while month := _next_month(this_month):
        _close(month)
        closed.append(month)
    return closed


def remove_old(at: datetime | None = None) -> int:
    """Remove the rows of closed months that are older than they must be kept. Answers how many."""
    now = at or clock.now()
    removed = 0
    for segment in AuditSegment.objects.order_by("month"):
        if _last_at(segment) >= stamp(now - KEPT):
            break
        if not segment.removed_at:
            _mark(segment, stamp(now))
        removed += _remove_rows(segment)
    return removed


def last_closed() -> AuditSegment | None:
    return AuditSegment.objects.order_by("-month").first()


def _next_month(before: str) -> str:
    """The earliest month with rows that no segment holds, when it is over."""
    last = last_closed()
    rows = AuditEntry.objects.filter(seq__gt=last.last_seq if last else 0).order_by("seq")
    first = rows.values_list("at", flat=True).first()
    # A row that waited for its place may carry an older month; it counts to the month that is next.
    month = max(first[:7], _after(last.month)) if first and last else (first or "")[:7]
    return month if month and month < before else ""


def _after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


@transaction.atomic
def _close(month: str) -> AuditSegment:
    last = last_closed()
    rows = AuditEntry.objects.filter(seq__gt=last.last_seq if last else 0).order_by("seq")
    beyond = rows.filter(at__gte=f"{_after(month)}-01").values_list("seq", flat=True).first()
    if beyond is not None:
        rows = rows.filter(seq__lt=beyond)
    seals = [(seq or 0, seal) for seq, seal in rows.values_list("seq", "seal")]
    segment = AuditSegment(
        month=month,
        first_seq=seals[0][0],
        last_seq=seals[-1][0],
        last_seal=seals[-1][1],
        before=last.last_seal if last else "",
        digest=sealing.digest([seal for _seq, seal in seals]),
        key_id=signing.current_key(),
    )
    segment.seal = signing.seal_of_segment(segment)
    segment.save(force_insert=True)
    record("audit.month_closed", f"audit:{month}", by=SYSTEM, detail={"rows": len(seals)})
    return segment


@transaction.atomic
def _mark(segment: AuditSegment, at: str) -> None:
    """Say first that the rows go, and sign it; a removal that was not said is a gap."""
    segment.removed_at = at
    segment.seal = signing.seal_of_segment(segment)
    segment.save(update_fields=["removed_at", "seal"])
    rows = segment.last_seq - segment.first_seq + 1
    record("audit.month_removed", f"audit:{segment.month}", by=SYSTEM, detail={"rows": rows})


def _remove_rows(segment: AuditSegment) -> int:
    """In small batches, so that no writer waits long."""
    removed = 0
    held = AuditEntry.objects.filter(seq__range=(segment.first_seq, segment.last_seq))
    while keys := list(held.order_by("seq").values_list("row", flat=True)[:BATCH]):
        removed += AuditEntry.objects.filter(row__in=keys).delete()[0]
    return removed


def _last_at(segment: AuditSegment) -> str:
    return f"{_after(segment.month)}-01"
