"""Outgoing text messages: a row in the transaction of what caused it, then a job that sends it, again if need be."""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from huiyin.core import clock, events, journal
from huiyin.core.actors import NOBODY, SYSTEM, Owner
from huiyin.core.errors import Invalid
from huiyin.core.models import OutgoingSms
from huiyin.core.ports import sms

SENDING = "huiyin.core.tasks.send_sms"
PHONE = re.compile(r"\+?[0-9]{5,15}")
MAX_TEXT = 500  # seven messages of Chinese on the wire
Status = OutgoingSms.Status


@transaction.atomic
def send(
    to: str,
    text: str,
    *,
    id: str,
    useful_until: datetime | None = None,
    owner: tuple[str, str] | Owner = NOBODY,
    at: datetime | None = None,
) -> OutgoingSms:
    """Queue one text message; the same id again answers the first. `owner` names what it belongs to, and whose it is.

    After `useful_until` it is not sent any more: a code that has expired helps nobody. Refuses what is no phone
    number and a text that is empty or too long. Events: sms.sent or sms.failed, later.
    """
    if not PHONE.fullmatch(to):
        raise Invalid("phone_invalid", _("This is not a phone number."), field="to")
    if not text.strip() or len(text) > MAX_TEXT:
        raise Invalid(
            "sms_text_invalid", _("A text message has 1 to %s characters.") % MAX_TEXT, field="text"
        )
    if known := OutgoingSms.objects.filter(key=id).first():
        return known
    row = OutgoingSms(key=id, to=to, text=text, useful_until=useful_until, at=at or clock.now())
    row.owner_kind, row.owner_id, row.person = Owner(*owner)
    row.save(force_insert=True)
    import_string(SENDING).enqueue(str(row.id))
    return row


def deliver(sms_id: UUID) -> None:
    """Hand a queued message to the port. Raises SmsError when it should be tried again."""
    row = OutgoingSms.objects.get(id=sms_id)
    if row.status != Status.QUEUED:
        return
    if row.useful_until and row.useful_until <= clock.now():
        _settle(row, Status.FAILED, error="expired")
        return
    try:
        sms.port().send(row.to, row.text, id=str(row.id))
    except sms.SmsRefused as problem:
        _settle(row, Status.FAILED, error=str(problem))
        return
    except sms.SmsError as problem:
        queued = OutgoingSms.objects.filter(id=row.id)
        queued.update(attempts=F("attempts") + 1, last_error=str(problem)[:200])
        raise
    _settle(row, Status.SENT)


@transaction.atomic
def _settle(row: OutgoingSms, status: str, *, error: str = "") -> None:
    at = clock.now()
    queued = OutgoingSms.objects.filter(id=row.id, status=Status.QUEUED)
    sent_at = at if status == Status.SENT else None
    if not queued.update(status=status, attempts=F("attempts") + 1, last_error=error[:200], sent_at=sent_at):
        return
    owner = {"subject": str(row.id), "owner_kind": row.owner_kind, "owner_id": row.owner_id}
    if status == Status.SENT:
        journal.publish(events.SmsSent(**owner), by=SYSTEM, at=at)
    else:
        journal.publish(events.SmsFailed(**owner, reason=error[:200]), by=SYSTEM, at=at)
