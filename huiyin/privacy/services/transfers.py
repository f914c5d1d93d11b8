"""Writes and rulings about recipients of personal data outside the company."""

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact, User
from huiyin.core import clock, journal, persons
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Conflict, Invalid, NotFound
from huiyin.core.models import JournalEntry, WebhookEndpoint
from huiyin.privacy import events, selectors
from huiyin.privacy.models import Purpose, Transfer

HOME = "CN"


@transaction.atomic
def declare(given: dict[str, object], *, by: User) -> Transfer:
    """Enter a recipient into the register. Events: transfer.declared.

    Refuses a host that is in it already, and data going abroad without an assessment.
    """
    row = Transfer(**{**given, "host": str(given["host"]).strip().lower(), "declared_by": by})
    if row.is_abroad and row.is_allowed and not row.assessment.strip():
        raise Invalid(
            "assessment_missing",
            _("Say how the risk was judged before data may go abroad."),
            field="assessment",
        )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("recipient_known", _("This host is in the register already."), field="host") from error
    journal.publish(events.TransferDeclared(subject=str(row.id), country=row.country), by=by.actor)
    return row


@transaction.atomic
def end(transfer_id: UUID, *, by: Actor = SYSTEM) -> None:
    """Nothing is passed on any more; the entry stays, for three years and longer. Events: transfer.ended."""
    if not Transfer.objects.filter(id=transfer_id, ended_at=None).update(
        ended_at=clock.now(), is_allowed=False
    ):
        raise NotFound("recipient_absent", "")
    journal.publish(events.TransferEnded(subject=str(transfer_id)), by=by)


def objection(url: str, event_names: Sequence[str]) -> str:
    """Why an address may not hear facts about people: it is not ours, and not declared or not allowed."""
    if is_own(url) or not _is_about_people(event_names):
        return ""
    if declared(url) is None:
        return _("Declare this recipient, its purpose and its country in the register of recipients first.")
    return ""


def guard(endpoint: WebhookEndpoint, entry: JournalEntry) -> bool:
    """Whether this fact may leave: our own systems hear all, third parties what the person agreed to."""
    if is_own(endpoint.url):
        return True
    person = persons.concerned(entry.subject_kind, entry.subject)
    if person is None:
        return True
    recipient = declared(endpoint.url)
    contact = Contact.objects.filter(id=person, erased_at=None).first()
    if recipient is None or contact is None or not selectors.allows(contact, Purpose.THIRD_PARTY):
        return False
    return not recipient.is_abroad or selectors.allows(contact, Purpose.CROSS_BORDER)


def declared(url: str) -> Transfer | None:
    """The register's entry for an address, while data may be passed on to it."""
    host = (urlsplit(url).hostname or "").lower()
    return Transfer.objects.filter(host=host, is_allowed=True, ended_at=None).first()


def is_own(url: str) -> bool:
    """Our own network, or what the operator named as reachable from it."""
    host = (urlsplit(url).hostname or "").lower()
    if host == "localhost" or host in {name.lower() for name in settings.EGRESS_ALLOW}:
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _is_about_people(event_names: Sequence[str]) -> bool:
    kinds = persons.kinds_about_people()
    wanted = [name.partition(".")[0] for name in event_names]
    return "*" in event_names or any(_tells_of(name, kinds) for name in wanted)


def _tells_of(prefix: str, kinds: set[str]) -> bool:
    """Whether an event of this prefix has a person as its subject."""
    told = [event for name, event in journal.events.items() if name.partition(".")[0] == prefix]
    return any(event.subject_kind in kinds for event in told)
