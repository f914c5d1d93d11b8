"""Writes about age: that somebody is under 14, until which year, and whether their account may be used meanwhile."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events
from huiyin.accounts.models import Connection, Contact, User
from huiyin.accounts.selectors.ages import years
from huiyin.accounts.services import clients
from huiyin.core import clock, journal
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Conflict, Invalid


@transaction.atomic
def declare_minor(contact: Contact, *, until: int, by: Actor, at: datetime | None = None) -> Contact:
    """Somebody is under 14 and turns 14 in this year; their account waits for a guardian. No date of birth is asked.

    Said again, it stays so. Refuses a year in which nobody under 14 turns 14, and another year than the one told.
    Events: minor.declared, app.disconnected.
    """
    if until not in years():
        raise Invalid("year_impossible", _("Please choose the year in which you turn 14."), field="age")
    if contact.is_minor:
        return _unchanged(contact, until)
    Contact.objects.filter(id=contact.id).update(minor_until=until)
    contact.minor_until = until
    keep_waiting(contact, True, by=by)
    journal.publish(events.MinorDeclared(subject=str(contact.id), until=until), by=by, at=at)
    return contact


def _unchanged(contact: Contact, until: int) -> Contact:
    """Nobody makes themselves older by saying it twice."""
    if until != contact.minor_until:
        message = _("You told us another year before. Please ask us in the help centre if it was a mistake.")
        raise Conflict("age_told", message, field="age")
    return contact


def keep_waiting(contact: Contact, waits: bool, *, by: Actor) -> None:
    """Whether the account of this contact may be used; in the caller's transaction.

    While it waits, no app acts for it either: those that did are disconnected. Events: app.disconnected.
    """
    if not contact.user_id:
        return
    User.objects.filter(id=contact.user_id).update(waits_for_guardian=waits)
    if waits:
        for connection in Connection.objects.filter(user_id=contact.user_id, ended_at=None):
            clients.disconnect(connection, by=by)


def forget(contact: Contact, *, by: Actor) -> None:
    """Nothing of their age is kept, and the account may be used; in the caller's transaction."""
    Contact.objects.filter(id=contact.id).update(minor_until=None)
    contact.minor_until = None
    keep_waiting(contact, False, by=by)


@transaction.atomic
def come_of_age(*, by: Actor = SYSTEM) -> int:
    """The year in which they turned 14 is over: nothing of their age is kept, and nobody has to agree any more.

    Events: minor.grown.
    """
    grown = list(Contact.objects.filter(minor_until__lt=clock.now().year)[:200])
    for contact in grown:
        forget(contact, by=by)
        journal.publish(events.MinorGrown(subject=str(contact.id)), by=by)
    return len(grown)
