"""Walking the chain: every signature, every place, every head that was told, until the first that does not hold."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import rfc8785
from django.db import DatabaseError
from django.db.models import QuerySet

from huiyin.core.audit import heads, sealing, signing
from huiyin.core.keyring import KeyringError
from huiyin.core.models.audit import AuditEntry, AuditSegment

BATCH = 2_000


class Broken(Exception):
    """The first place that does not hold: its number in the chain, or the key of a row without one."""

    def __init__(self, reason: str, *, seq: int | None = None, row: int | None = None) -> None:
        place = f"Row {seq} of the chain" if seq is not None else f"Unsealed row {row}"
        super().__init__(f"{place}: {reason}")
        self.reason, self.seq, self.row = reason, seq, row


@dataclass(frozen=True)
class Held:
    """What was proved."""

    rows: int
    unsealed: int
    months: int
    heads: int
    seq: int
    seal: str


def verify() -> Held:
    """Prove the whole chain. Raises Broken at the first row that was changed, cut out, moved or put in."""
    head = sealing.head()
    start = _segments()
    told = _standing()
    rows, seq, seal = 0, start[0], start[1]
    for entry in _sealed(after=start[0], until=head.seq):
        seal = _link(entry, seq + 1, seal, told)
        seq, rows = seq + 1, rows + 1
    if (seq, seal) != (head.seq, head.seal):
        raise Broken("the chain does not end where its head says", seq=seq + 1)
    _nothing_beyond()
    _tail_kept(told, seq)
    return Held(rows, _unsealed(), AuditSegment.objects.count(), len(told), seq, seal)


def _segments() -> tuple[int, str]:
    """The closed months hold; answers where the rows that are still here begin."""
    last, seal, start = 0, "", (0, "")
    for segment in AuditSegment.objects.order_by("first_seq"):
        fits = segment.first_seq == last + 1 and segment.before == seal
        if not fits or not _signed(segment):
            raise Broken(f"the closed month {segment.month} was changed or cut out", seq=last + 1)
        last, seal = segment.last_seq, segment.last_seal
        if segment.removed_at:
            start = (last, seal)
        else:
            _holds(segment)
    return start


def _holds(segment: AuditSegment) -> None:
    """The last row of a closed month whose rows are still here."""
    last = AuditEntry.objects.filter(seq=segment.last_seq).values_list("seal", flat=True).first()
    if last != segment.last_seal:
        raise Broken(f"the closed month {segment.month} ended otherwise", seq=segment.last_seq)


def _link(entry: AuditEntry, seq: int, before: str, told: dict[int, str]) -> str:
    """The row stands at its place and was not changed. Answers its seal."""
    if entry.seq != seq:
        raise Broken("missing, cut out or moved", seq=seq)
    if not _right(entry) or not _sealed_behind(entry, before):
        raise Broken("changed after it was written", seq=seq, row=entry.row)
    if told.get(seq, entry.seal) != entry.seal:
        raise Broken("another row stood here when the head was told", seq=seq, row=entry.row)
    return entry.seal


def _right(entry: AuditEntry) -> bool:
    try:
        return signing.same(signing.mac(entry), entry.mac)
    except (KeyringError, rfc8785.CanonicalizationError, AttributeError, UnicodeError):
        return False


def _sealed_behind(entry: AuditEntry, before: str) -> bool:
    try:
        return signing.same(signing.seal(before, entry), entry.seal)
    except (KeyringError, rfc8785.CanonicalizationError, AttributeError, UnicodeError):
        return False


def _signed(segment: AuditSegment) -> bool:
    try:
        return signing.same(signing.seal_of_segment(segment), segment.seal)
    except KeyringError:
        return False


def _sealed(*, after: int, until: int) -> Iterator[AuditEntry]:
    while after < until:
        batch = _read(AuditEntry.objects.filter(seq__gt=after, seq__lte=until).order_by("seq"), after)
        if not batch:
            return
        yield from batch
        after = batch[-1].seq or until


def _read(rows: QuerySet[AuditEntry], after: int) -> list[AuditEntry]:
    """A batch. Bytes that are no text stop the reading of a whole batch: then row by row."""
    try:
        return list(rows[:BATCH])
    except DatabaseError:
        one = rows.values_list("seq", flat=True).first()
    try:
        return list(rows[:1])
    except DatabaseError as problem:
        raise Broken("cannot be read as text", seq=one or after + 1) from problem


def _nothing_beyond() -> None:
    """Rows behind the head were put in by somebody else; read before the head, which only grows."""
    last = AuditEntry.objects.exclude(seq=None).order_by("-seq").values_list("seq", flat=True).first()
    end = sealing.head().seq
    if last is not None and last > end:
        raise Broken("stands behind the head", seq=last)


def _standing() -> dict[int, str]:
    """The heads that were told, by number, without those that a restored copy lost, as its own entry says."""
    lost = _restorations()
    return {
        head.seq: head.seal
        for head in heads.told()
        if not any(kept < head.seq <= end and head.at <= at for at, kept, end in lost)
    }


def _restorations() -> list[tuple[str, int, int]]:
    """When a copy was put back, its last row, and the last row that was lost. Spoilt ones count for nothing."""
    found = []
    for row in AuditEntry.objects.filter(action="audit.restored").values_list("row", flat=True):
        with contextlib.suppress(DatabaseError, ValueError, KeyError):
            entry = AuditEntry.objects.get(row=row)
            detail = json.loads(entry.detail)
            found.append((entry.at, int(detail["kept"]), int(detail["lost_to"])))
    return found


def _tail_kept(told: dict[int, str], seq: int) -> None:
    """No head was told that is longer than the chain."""
    longest = max(told, default=0)
    if longest > seq:
        raise Broken(f"cut off: the head told row {longest}", seq=seq + 1)


def _unsealed() -> int:
    """Rows that wait for their place are signed already."""
    count = 0
    for entry in _each_unsealed():
        if entry.seal or not _right(entry):
            raise Broken("changed after it was written", row=entry.row)
        count += 1
    return count


def _each_unsealed() -> Iterator[AuditEntry]:
    keys = list(AuditEntry.objects.filter(seq=None).order_by("row").values_list("row", flat=True))
    for key in keys:
        try:
            entry = AuditEntry.objects.filter(row=key).first()
        except DatabaseError as problem:
            raise Broken("cannot be read as text", row=key) from problem
        if entry is not None and entry.seq is None:
            yield entry
