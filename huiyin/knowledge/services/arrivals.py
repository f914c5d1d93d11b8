"""A file of articles sent by page: kept, then taken in by a job that tells how far it is and may be repeated."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.core import attachments, clock
from huiyin.core.errors import Invalid, Refusal
from huiyin.core.models import Attachment
from huiyin.knowledge.exchange import reading
from huiyin.knowledge.models import Import
from huiyin.knowledge.services.imports import take_in

RUNNING = "huiyin.knowledge.tasks.run_import"
OWNER = "article_import"
KINDS = {".jsonl", ".json", ".zip", ".md"}
TOLD_EVERY = 20
MOST_REFUSALS = 200


@transaction.atomic
def ask_import(upload: UploadedFile, *, by: User) -> Import:
    """Keep the file and have it taken in. Refuses files of other kinds, and what attachments refuse."""
    if Path(upload.name or "").suffix.lower() not in KINDS:
        message = _("Please choose a .jsonl, .json, .md or .zip file.")
        raise Invalid("import_kind_invalid", message, field="file")
    stored = attachments.store(upload, by=by.actor)
    made = Import.objects.create(name=stored.name, by=by)
    attachments.claim([stored.id], owner_kind=OWNER, owner_id=str(made.id))
    import_string(RUNNING).enqueue(str(made.id))
    return made


def run(key: UUID) -> None:
    """Take the file in. Broken off, it begins anew and finds what it did already unchanged."""
    made = Import.objects.select_related("by").get(id=key)
    files = attachments.of([(OWNER, str(key))]).get((OWNER, str(key)), [])
    if made.is_over or not files or made.by is None:
        return
    made.status, made.refusals, made.counts, made.done = Import.Status.RUNNING, [], {}, 0
    made.save()
    try:
        _take_in(made, files[0])
        _end(made, Import.Status.DONE)
    except Refusal as refusal:
        _end(made, Import.Status.FAILED, str(refusal.message))
    attachments.forget(files[0])


def _take_in(made: Import, file: Attachment) -> None:
    with TemporaryDirectory(prefix="huiyin-import-") as scratch:
        path = _copied(file, Path(scratch))
        with reading.opened(path) as source:
            made.total = source.total
            for number, outcome in enumerate(take_in(source, by=_actor(made)), 1):
                made.done = min(number, made.total)
                made.counts[outcome.result] = made.counts.get(outcome.result, 0) + 1
                if outcome.result == "refused" and len(made.refusals) < MOST_REFUSALS:
                    made.refusals.append([outcome.place, outcome.reason])
                if number % TOLD_EVERY == 0:
                    made.save()


def _copied(file: Attachment, scratch: Path) -> Path:
    """On disk under its own ending; a single page in a folder of its own."""
    ending = Path(file.name).suffix.lower()
    path = scratch / f"articles{ending}"
    with attachments.content_of(file) as content, path.open("wb") as out:
        shutil.copyfileobj(content, out)
    return scratch if ending == ".md" else path


def _actor(made: Import) -> Any:
    return made.by.actor if made.by else None


def _end(made: Import, status: Import.Status, reason: str = "") -> None:
    made.status, made.reason, made.ended_at = status, reason[:300], clock.now()
    made.save()
