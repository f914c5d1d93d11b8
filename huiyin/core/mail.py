"""Outgoing mail: a row in the transaction of what caused it, then a job that sends it, again if need be."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from huiyin.core import clock, events, journal
from huiyin.core.actors import NOBODY, SYSTEM, Owner
from huiyin.core.errors import Invalid
from huiyin.core.models import OutgoingMail
from huiyin.core.ports import mail

SENDING = "huiyin.core.tasks.send_mail"


@transaction.atomic
def send(
    to: str,
    subject: str,
    text: str,
    *,
    key: str,
    headers: Mapping[str, str] | None = None,
    owner: tuple[str, str] | Owner = NOBODY,
    at: datetime | None = None,
) -> OutgoingMail:
    """Queue one mail; the same key again answers the first. `owner` names what it belongs to, and whose it is.

    Refuses line breaks in the address, the subject and the headers. Events: mail.sent or mail.failed, later.
    """
    if any(c in part for part in (to, subject, *(headers or {}).values()) for c in "\r\n\x00"):
        raise Invalid("mail_header_invalid", _("An address or a subject cannot have line breaks."))
    if known := OutgoingMail.objects.filter(key=key).first():
        return known
    row = OutgoingMail(
        key=key, to=to, subject=subject, text=text, headers=dict(headers or {}), at=at or clock.now()
    )
    row.owner_kind, row.owner_id, row.person = Owner(*owner)
    row.save(force_insert=True)
    import_string(SENDING).enqueue(str(row.id))
    return row


def deliver(mail_id: UUID) -> None:
    """Hand a queued mail to the port. Raises MailError when it should be tried again."""
    row = OutgoingMail.objects.get(id=mail_id)
    if row.status != OutgoingMail.Status.QUEUED:
        return
    try:
        mail.port().send(letter(row))
    except mail.MailRefused as problem:
        _settle(row, OutgoingMail.Status.FAILED, error=str(problem))
        return
    except mail.MailError as problem:
        queued = OutgoingMail.objects.filter(id=row.id)
        queued.update(attempts=F("attempts") + 1, last_error=str(problem)[:200])
        raise
    _settle(row, OutgoingMail.Status.SENT)


def letter(row: OutgoingMail) -> EmailMessage:
    """The mail as it goes over the wire. Machines do not answer it (RFC 3834)."""
    made = EmailMessage()
    made["Message-ID"] = f"<{row.id}@{urlsplit(settings.ORIGIN).hostname}>"
    made["From"], made["To"], made["Subject"] = mail.sender(), row.to, row.subject
    made["Date"] = format_datetime(row.at)
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    for name, value in row.headers.items():
        del made[name]
        made[name] = value
    made.set_content(row.text)
    return made


@transaction.atomic
def _settle(row: OutgoingMail, status: str, *, error: str = "") -> None:
    at = clock.now()
    queued = OutgoingMail.objects.filter(id=row.id, status=OutgoingMail.Status.QUEUED)
    sent_at = at if status == OutgoingMail.Status.SENT else None
    if not queued.update(status=status, attempts=F("attempts") + 1, last_error=error[:200], sent_at=sent_at):
        return
    owner = {"subject": str(row.id), "owner_kind": row.owner_kind, "owner_id": row.owner_id}
    if status == OutgoingMail.Status.SENT:
        journal.publish(events.MailSent(**owner), by=SYSTEM, at=at)
    else:
        journal.publish(events.MailFailed(**owner, reason=error[:200]), by=SYSTEM, at=at)
