"""Files that people send: checked, made harmless, stored under our own names, read only by who may.

A file waits until an owner claims it; what nobody claims within a day is removed.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.core import clock, images, sniff
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid, NotFound, TooLarge
from huiyin.core.ids import uuid7
from huiyin.core.models import Attachment
from huiyin.core.ports import files

logger = logging.getLogger("huiyin.attachments")

MAX_SIZE = 20 * 1024 * 1024
MAX_FILES = 10
MAX_NAME = 150
LINK_SECONDS = 3600
TICKET_SECONDS = 24 * 3600
ABANDONED_AFTER = timedelta(hours=24)
LINK_SALT, TICKET_SALT = "huiyin.file", "huiyin.ticket"
SWEEP_BATCH = 500

Reader = Callable[[Any, str], bool]
_readers: dict[str, Reader] = {}


def register_reader(owner_kind: str, may_read: Reader) -> None:
    """The app that owns `owner_kind` tells who of the staff may read: `may_read(user, owner_id)`."""
    _readers[owner_kind] = may_read


def store(upload: UploadedFile, *, by: Actor, at: datetime | None = None) -> Attachment:
    """Check and keep one file, waiting to be claimed.

    Refuses empty and too large files, kinds that are not allowed, broken pictures and unpacking bombs.
    """
    _check_size(upload)
    media_type = sniff.media_type(upload)  # type: ignore[arg-type]
    content = _harmless(upload, media_type)
    key = uuid7()
    row = Attachment(
        id=key,
        name=shown_name(upload.name or ""),
        stored_as=f"{key.hex[-2:]}/{key.hex}",
        media_type=media_type,
        size=content.size,
        sha256=_digest(content.chunks()),
        by_kind=by.kind,
        by_id=by.id,
        at=at or clock.now(),
    )
    files.port().put(row.stored_as, content.chunks())
    row.save(force_insert=True)
    return row


def store_all(uploads: Sequence[UploadedFile], *, by: Actor, at: datetime | None = None) -> list[Attachment]:
    """All files of one form. Refuses more than ten."""
    if len(uploads) > MAX_FILES:
        raise TooLarge("too_many_files", _("At most 10 files at once, please."), field="attachments")
    return [store(upload, by=by, at=at) for upload in uploads]


def claim(ids: Iterable[UUID], *, owner_kind: str, owner_id: str) -> None:
    """Give waiting files to their owner, inside the caller's transaction. Refuses what does not wait."""
    wanted = set(ids)
    waiting = Attachment.objects.filter(id__in=wanted, status=Attachment.Status.WAITING)
    given = waiting.update(status=Attachment.Status.CLAIMED, owner_kind=owner_kind, owner_id=owner_id)
    if given != len(wanted):
        raise _unknown()


def mine(ids: Iterable[UUID], *, by: Actor) -> tuple[UUID, ...]:
    """The ids, when all of them wait and were sent by this very actor. For callers that name files by id."""
    wanted = tuple(dict.fromkeys(ids))
    if len(wanted) > MAX_FILES:
        raise TooLarge("too_many_files", _("At most 10 files at once, please."), field="attachments")
    waiting = Attachment.objects.filter(
        id__in=wanted, status=Attachment.Status.WAITING, by_kind=by.kind, by_id=by.id
    )
    if wanted and waiting.count() != len(wanted):
        raise _unknown()
    return wanted


def ticket(attachment: Attachment) -> str:
    """What a visitor's page sends back to claim a file that was uploaded ahead of its form."""
    return signing.dumps(attachment.id.hex, salt=TICKET_SALT)


def redeem(tickets: Iterable[str]) -> tuple[UUID, ...]:
    """The ids behind a visitor's tickets. Refuses what we did not issue within a day."""
    try:
        return tuple(UUID(signing.loads(t, salt=TICKET_SALT, max_age=TICKET_SECONDS)) for t in tickets)
    except signing.BadSignature as problem:
        raise _unknown() from problem


def of(owners: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Attachment]]:
    """The files of each owner `(kind, id)`, oldest first, in one query a kind."""
    by_kind: dict[str, set[str]] = {}
    for kind, owner in owners:
        by_kind.setdefault(kind, set()).add(owner)
    found: dict[tuple[str, str], list[Attachment]] = {}
    for kind, ids in by_kind.items():
        for row in Attachment.objects.filter(owner_kind=kind, owner_id__in=ids).order_by("id"):
            found.setdefault((kind, row.owner_id), []).append(row)
    return found


def signed_url(attachment: Attachment) -> str:
    """An address for a person without account, good for an hour."""
    token = signing.dumps(attachment.id.hex, salt=LINK_SALT)
    return reverse("file-by-link", kwargs={"token": token})


def by_link(token: str) -> Attachment:
    """The file behind a signed address. Absent, forged and expired look alike."""
    try:
        key = UUID(signing.loads(token, salt=LINK_SALT, max_age=LINK_SECONDS))
    except signing.BadSignature as problem:
        raise NotFound("file_absent", "") from problem
    return _found(Attachment.objects.filter(id=key).first())


def for_staff(user: Any, attachment_id: UUID) -> Attachment:
    """A claimed file whose owner this person may read."""
    row = _found(Attachment.objects.filter(id=attachment_id, status=Attachment.Status.CLAIMED).first())
    may_read = _readers.get(row.owner_kind)
    if may_read is None or not may_read(user, row.owner_id):
        raise NotFound("file_absent", "")
    return row


def content_of(attachment: Attachment) -> BinaryIO:
    """The bytes, as an open file."""
    try:
        return files.port().open(attachment.stored_as)
    except FileNotFoundError as problem:
        logger.error("file of attachment %s is gone", attachment.id)
        raise NotFound("file_absent", "") from problem


def forget(attachment: Attachment) -> None:
    """Remove a file for good: its bytes, then its row."""
    files.port().delete(attachment.stored_as)
    attachment.delete()


def sweep(*, at: datetime | None = None) -> int:
    """Remove files that nobody claimed within a day, and files without a row. Answers how many."""
    before = (at or clock.now()) - ABANDONED_AFTER
    return _sweep_rows(before) + _sweep_files(before)


def shown_name(name: str) -> str:
    """The sender's name for the file without path and control characters, for people to read."""
    leaf = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable()).strip(". ")
    stem, dot, ending = leaf.rpartition(".")
    return f"{stem[: MAX_NAME - 12]}{dot}{ending[:10]}" if dot else leaf[:MAX_NAME] or "file"


def _check_size(upload: UploadedFile) -> None:
    if not upload.size:
        raise Invalid("file_empty", _("The file is empty."), field="attachments")
    if upload.size > MAX_SIZE:
        raise TooLarge(
            "file_too_large", _("At most 20 MB a file, please."), field="attachments", limit=MAX_SIZE
        )


def _harmless(upload: UploadedFile, media_type: str) -> Any:
    if media_type not in sniff.IMAGES:
        return upload
    return ContentFile(images.redraw(upload, media_type))  # type: ignore[arg-type]


def _digest(chunks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _found(row: Attachment | None) -> Attachment:
    if row is None:
        raise NotFound("file_absent", "")
    return row


def _unknown() -> Invalid:
    return Invalid(
        "file_unknown", _("A file is no longer here. Please attach it again."), field="attachments"
    )


def _sweep_rows(before: datetime) -> int:
    """Rows first, then files: a crash in between leaves a file without a row, which the next sweep finds."""
    abandoned = Attachment.objects.filter(status=Attachment.Status.WAITING, at__lt=before)
    rows = list(abandoned.values_list("id", "stored_as")[:SWEEP_BATCH])
    removed = 0
    for key, stored_as in rows:
        with transaction.atomic():
            gone, _each = abandoned.filter(id=key).delete()
        if gone:
            files.port().delete(stored_as)
            removed += 1
    return removed


def _sweep_files(before: datetime) -> int:
    old = [name for name, written in files.port().listed() if written < before]
    removed = 0
    for start in range(0, len(old), SWEEP_BATCH):
        names = old[start : start + SWEEP_BATCH]
        known = set(Attachment.objects.filter(stored_as__in=names).values_list("stored_as", flat=True))
        for name in set(names) - known:
            files.port().delete(name)
            removed += 1
    return removed
