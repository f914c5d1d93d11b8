"""How rows forget: columns overwritten some hundred at a time, and what the floor itself keeps of a person."""

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from huiyin.core import attachments
from huiyin.core.crypto import Unsealable
from huiyin.core.fields import EncryptedJSONField
from huiyin.core.models import (
    Attachment,
    IdempotencyKey,
    Job,
    OutgoingMail,
    OutgoingSms,
    WebhookDelivery,
)
from huiyin.core.persons import Parcel, Person, Traces
from huiyin.core.ports import mail, sms

BATCH = 200
GONE = 410
TOLD = ("args", "kwargs", "result", "error", "unique_key")
NO_ANSWER: dict[str, Any] = {"body": "", "headers": {}}
TABLES = frozenset(
    {
        *("core.Attachment", "core.IdempotencyKey", "core.Job", "core.OutgoingMail", "core.OutgoingSms"),
        # Held by id alone, and kept as they are: an id of an erased person names nobody.
        *("core.AuditEntry", "core.JournalEntry", "core.WebhookDelivery", "sessions.Session"),
    }
)


def overwrite(rows: QuerySet[Any], **values: Any) -> int:
    """Give every row these values, in short transactions. A sealed JSON column becomes empty."""
    model, done = rows.model, 0
    for name in values:
        if isinstance(model._meta.get_field(name), EncryptedJSONField):
            values[name] = None if values[name] is None else ""
    for batch in batches(rows):
        with transaction.atomic():
            model._default_manager.filter(pk__in=batch).update(**values)
        done += len(batch)
    return done


def delete(rows: QuerySet[Any]) -> int:
    """Delete the rows, in short transactions."""
    done = 0
    for batch in batches(rows):
        with transaction.atomic():
            rows.model._default_manager.filter(pk__in=batch).delete()
        done += len(batch)
    return done


def batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The keys of the rows, in order, some hundred at a time; rows may vanish behind us."""
    ordered, last = rows.order_by("pk").values_list("pk", flat=True), None
    while batch := list((ordered if last is None else ordered.filter(pk__gt=last))[:BATCH]):
        yield batch
        last = batch[-1]


@contextmanager
def thoroughly() -> Iterator[None]:
    """Around an erasure: the write-ahead log, which keeps what the file has overwritten, is emptied after."""
    try:
        yield
    finally:
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def forget_files(rows: QuerySet[Attachment]) -> int:
    """Remove files with their rows: the bytes first, so that a crash leaves a row that is tried again."""
    done = 0
    for batch in batches(rows):
        for row in Attachment.objects.filter(pk__in=batch):
            attachments.forget(row)
        done += len(batch)
    return done


def trace(person: Person, traces: Traces) -> None:
    """Letters on their way are named in jobs by their ids."""
    for model in (OutgoingMail, OutgoingSms):
        ids = model._default_manager.filter(person__in=traces.keys).values_list("id", flat=True)
        traces.ids |= {str(key) for key in ids}


def collect(person: Person, parcel: Parcel) -> None:
    """What was written to this person from here."""
    theirs = {"person__in": person.keys}
    parcel.add("mail", (_letter(row) for row in OutgoingMail.objects.filter(**theirs).order_by("at")))
    parcel.add("sms", (_message(row) for row in OutgoingSms.objects.filter(**theirs).order_by("at")))


def erase(person: Person, traces: Traces) -> int:
    """Letters, jobs, kept answers and unclaimed files of this person."""
    theirs = {"person__in": traces.keys}
    done = 0
    for model, port in ((OutgoingMail, mail.port()), (OutgoingSms, sms.port())):
        done += _forget_letters(model._default_manager.filter(**theirs), port)
        done += _forget_letters(_early(model, traces), port)
    told = WebhookDelivery.objects.filter(entry__subject__in=traces.ids).exclude(last_error="")
    done += overwrite(told, last_error="")
    waiting = Attachment.objects.filter(status=Attachment.Status.WAITING)
    sent = waiting.filter(by_id__in=[str(key) for key in person.keys])
    return done + forget_files(sent) + _forget_jobs(traces) + _forget_answers(traces)


def _old_mail(before: datetime, held: frozenset[UUID]) -> QuerySet[Any]:
    return OutgoingMail.objects.filter(at__lt=before).exclude(person__in=held)


def _old_sms(before: datetime, held: frozenset[UUID]) -> QuerySet[Any]:
    return OutgoingSms.objects.filter(at__lt=before).exclude(person__in=held)


EXPIRIES = [("copy", "core.OutgoingMail", _old_mail), ("copy", "core.OutgoingSms", _old_sms)]


def _forget_letters(rows: QuerySet[Any], port: Any) -> int:
    """Letters that were written to files instead of being sent are ours to remove as well."""
    written = getattr(port, "forget", None)
    if written is not None:
        for key in rows.values_list("id", flat=True):
            written(str(key))
    return delete(rows)


def _early(model: type[Model], traces: Traces) -> QuerySet[Any]:
    """Letters to an address before anybody knew whose it is: they are under nobody's key. Few, and kept for weeks."""
    unknown = model._default_manager.filter(person=None)
    theirs = []
    for batch in batches(unknown):
        rows = model._default_manager.filter(pk__in=batch)
        theirs += [row.pk for row in rows if traces.is_theirs(row.to)]  # type: ignore[attr-defined]
    return model._default_manager.filter(pk__in=theirs)


def _forget_jobs(traces: Traces) -> int:
    """Jobs that are not running and name the person in their arguments, their result or their error."""
    done, states = 0, [Job.State.DONE, Job.State.DEAD]
    rows = (
        Job.objects.filter(state__in=states)
        if traces.is_blind
        else Job.objects.exclude(state=Job.State.RUNNING)
    )
    for batch in batches(rows):
        told = Job.objects.filter(pk__in=batch).values_list("pk", *TOLD)
        named = [key for key, *held in told if traces.are_in(msgspec.json.encode(held).decode())]
        done += delete(Job.objects.filter(pk__in=named).exclude(state=Job.State.RUNNING))
    return done


def _forget_answers(traces: Traces) -> int:
    """A kept answer that names the person becomes *gone*: repeated, the request is still not carried out again."""
    done = 0
    for batch in batches(IdempotencyKey.objects.exclude(status=GONE)):
        for row in IdempotencyKey.objects.filter(pk__in=batch):
            if traces.are_in(_told(row)):
                row.status, row.answer = GONE, NO_ANSWER
                row.save(update_fields=["status", "answer"])
                done += 1
    return done


def _told(row: IdempotencyKey) -> str:
    try:
        body = base64.b64decode(row.answer["body"]).decode("utf-8", "replace")
        return f"{body} {row.answer['headers']}"
    except (Unsealable, KeyError, binascii.Error):
        return ""


def _letter(row: OutgoingMail) -> dict[str, Any]:
    return {"at": row.at, "to": row.to, "subject": row.subject, "text": row.text, "status": row.status}


def _message(row: OutgoingSms) -> dict[str, Any]:
    return {"at": row.at, "to": row.to, "text": row.text, "status": row.status}
