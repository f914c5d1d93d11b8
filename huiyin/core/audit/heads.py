"""The chain's end, told outside the database every few minutes: who cuts rows off the end cannot unsay it."""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from django.conf import settings

from huiyin.core import clock, mail
from huiyin.core.actors import SYSTEM
from huiyin.core.audit import sealing
from huiyin.core.audit.recording import record, stamp

log = structlog.get_logger("huiyin.audit")


@dataclass(frozen=True)
class Told:
    """One exported head."""

    seq: int
    seal: str
    at: str


def file() -> Path:
    return Path(settings.DATA) / "audit" / "heads.jsonl"


def export() -> Told | None:
    """Seal, then append the head to the file and the log when it has moved. Answers what was told, if anything."""
    sealing.seal_all()
    head, last = sealing.head(), newest()
    if head.seq == 0 or (last is not None and last.seal == head.seal):
        return None
    told = Told(head.seq, head.seal, stamp(clock.now()))
    _append(told)
    log.info("audit.head", seq=told.seq, version=told.seal)
    return told


def send() -> None:
    """Mail the head to the operator's own mailbox, once a day, when one is set."""
    head, day = sealing.head(), clock.now().date().isoformat()
    if settings.AUDIT_MAIL and head.seq:
        text = f"{head.seq} {head.seal}\n"
        mail.send(settings.AUDIT_MAIL, f"Huiyin audit head {head.seq}", text, key=f"audit-head:{day}")


def told() -> Iterator[Told]:
    """All heads that were exported, oldest first. A line that a crash left half written is skipped."""
    with contextlib.suppress(FileNotFoundError), file().open(encoding="utf-8") as lines:
        for line in lines:
            with contextlib.suppress(ValueError, TypeError):
                yield Told(**json.loads(line))


def newest() -> Told | None:
    return max(told(), key=lambda head: head.at, default=None)


def restored() -> int:
    """Say that an older copy of the database was put back: rows up to the exported head are lost, not cut.

    Answers how many rows. The entry names the last row that is here and the head that was there.
    """
    sealing.seal_all()
    head, last = sealing.head(), newest()
    lost = max(0, last.seq - head.seq) if last else 0
    detail: dict[str, str | int] = {
        "kept": head.seq,
        "lost_to": last.seq if last else head.seq,
        "lost_seal": last.seal if last else "",
    }
    record("audit.restored", f"audit:{head.seq}", by=SYSTEM, detail=detail)
    sealing.seal_all()
    return lost


def _append(head: Told) -> None:
    """On disk before it counts: the line is there after a crash, or it was never told."""
    file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(json.dumps(asdict(head)) + "\n")
        out.flush()
        os.fsync(out.fileno())
