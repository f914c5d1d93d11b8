"""Writes of the register: a right was exercised, and how it ended."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from huiyin.accounts.events import ContactCorrected
from huiyin.accounts.models import Contact
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.privacy import events
from huiyin.privacy.models import Request


def open_request(
    contact: Contact, kind: str, *, channel: str, by: Actor, at: datetime | None = None
) -> Request:
    """Enter a demand into the register, in the caller's transaction. Events: privacy.requested."""
    row = Request.objects.create(contact=contact, kind=kind, channel=channel, asked_at=at or clock.now())
    fact = events.PrivacyRequested(subject=str(contact.id), request=str(row.id), kind=kind)
    journal.publish(fact, by=by, at=at)
    return row


@transaction.atomic
def answer(request: Request, status: str, *, by: Actor, at: datetime | None = None) -> Request:
    """Say how it ended; twice is once. Events: privacy.answered."""
    moment = at or clock.now()
    opened = Request.objects.filter(id=request.id, status=Request.Status.OPEN)
    if opened.update(status=status, done_at=moment):
        request.status, request.done_at = status, moment
        fact = events.PrivacyAnswered(
            subject=str(request.contact_id), request=str(request.id), kind=request.kind, outcome=status
        )
        journal.publish(fact, by=by, at=at)
    return request


def attach_case(request_id: UUID, *, case_number: int, due_at: datetime | None) -> None:
    """The case that carries this request, and by when the law wants it done."""
    Request.objects.filter(id=request_id).update(case_number=case_number, due_at=due_at)


def enter_done(contact: Contact, kind: str, *, channel: str, at: datetime) -> Request:
    """A demand that was carried out with the word itself, in the caller's transaction; no case is needed."""
    done = {"status": Request.Status.DONE, "asked_at": at, "done_at": at}
    return Request.objects.create(contact=contact, kind=kind, channel=channel, **done)


@transaction.atomic
def correct_own(contact: Contact, *, name: str, city: str, by: Actor) -> Contact:
    """Somebody puts right what we hold about them; it is entered as carried out. Events: contact.corrected."""
    changed = [
        key for key, value in (("name", name), ("city", city)) if getattr(contact, key) != value.strip()
    ]
    if not changed:
        return contact
    contact.name, contact.city = name.strip(), city.strip()
    contact.save(update_fields=changed)
    journal.publish(ContactCorrected(subject=str(contact.id), fields=changed), by=by)
    enter_done(contact, Request.Kind.CORRECTION, channel="privacy_centre", at=clock.now())
    return contact
