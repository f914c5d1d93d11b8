"""Writes about exports: asked for, prepared in the background, fetched for a week, removed."""

import hashlib
import tempfile
from datetime import timedelta
from typing import BinaryIO

from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact
from huiyin.accounts.selectors.held import persons_of
from huiyin.core import clock, persons
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Conflict
from huiyin.core.ids import uuid7
from huiyin.core.ports import files
from huiyin.privacy import packing
from huiyin.privacy.models import Export, Request
from huiyin.privacy.services.requests import answer, open_request

PREPARING = "huiyin.privacy.tasks.prepare_export"
KEPT_FOR = timedelta(days=7)
CHUNK = 64 * 1024


@transaction.atomic
def ask_export(contact: Contact, *, channel: str, by: Actor) -> Export:
    """Somebody wants a copy of their data. Refuses while one is being prepared. Events: privacy.requested."""
    if Export.objects.filter(contact=contact, status=Export.Status.PREPARING).exists():
        raise Conflict("export_running", _("A copy is already being prepared."))
    request = open_request(contact, Request.Kind.ACCESS, channel=channel, by=by)
    export = Export.objects.create(request=request, contact=contact)
    import_string(PREPARING).enqueue(str(export.id))
    return export


def prepare(export: Export) -> None:
    """Make the copy and the link to it. Broken off, it begins anew. Events: privacy.answered."""
    if export.status != Export.Status.PREPARING:
        return
    parcel = persons.Parcel()
    for person in persons_of(export.contact):
        for source in persons.sources():
            source.collect(person, parcel)
    with tempfile.TemporaryFile() as made:
        packing.write(made, parcel, tell=lambda percent: _told(export, percent))
        _keep(export, made)  # type: ignore[arg-type]
    with transaction.atomic():
        _settle(export, Export.Status.READY)
        answer(export.request, Request.Status.DONE, by=SYSTEM)


def fail(export: Export) -> None:
    """It cannot be made; the request stays open, and its clock running, for a person to look at."""
    _settle(export, Export.Status.FAILED)


def opened(export: Export) -> BinaryIO:
    """The copy, as an open file."""
    return files.port().open(export.stored_as)


def expire_exports() -> int:
    """Remove copies whose week is over."""
    old = Export.objects.filter(status=Export.Status.READY, expires_at__lt=clock.now())
    return sum(remove(export) for export in old[:100])


def remove(export: Export) -> bool:
    """The file goes first; a crash leaves a row that is tried again."""
    if export.stored_as:
        files.port().delete(export.stored_as)
    export.stored_as = ""
    _settle(export, Export.Status.EXPIRED)
    return True


def _told(export: Export, percent: int) -> None:
    """Progress is committed as it comes, so that the page can show it."""
    Export.objects.filter(id=export.id).update(progress=min(percent, 99))


def _keep(export: Export, made: BinaryIO) -> None:
    digest, key = hashlib.sha256(), uuid7()
    made.seek(0)
    while chunk := made.read(CHUNK):
        digest.update(chunk)
    export.size, export.sha256 = made.tell(), digest.hexdigest()
    export.stored_as = f"{key.hex[-2:]}/{key.hex}"
    made.seek(0)
    files.port().put(export.stored_as, iter(lambda: made.read(CHUNK), b""))


def _settle(export: Export, status: str) -> None:
    export.status, now = status, clock.now()
    if status == Export.Status.READY:
        export.progress, export.made_at, export.expires_at = 100, now, now + KEPT_FOR
    export.save()
