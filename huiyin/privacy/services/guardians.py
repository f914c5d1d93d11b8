"""Writes about guardians: asked for somebody under 14, reminded, agreed, declined, withdrawn, not answered in time.

The guardian is whoever opens the signed link that was sent to their address; what they say is a consent like any
other, with the version of its words, time and place, given by them for the child.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.accounts.addresses import Address
from huiyin.accounts.models import Contact, Way
from huiyin.accounts.selectors import identity_index
from huiyin.accounts.selectors.family import identities_of
from huiyin.accounts.services import ages
from huiyin.core import clock, erasing, journal, limits, mail, sms
from huiyin.core.actors import SYSTEM, Actor, Owner
from huiyin.core.errors import Conflict, Invalid
from huiyin.privacy import events, links
from huiyin.privacy.models import Consent, Guardianship, Purpose
from huiyin.privacy.services.consent import give_consent, withdraw

ANSWER_WITHIN = timedelta(days=14)
REMIND_AFTER = timedelta(days=5)
CHANNEL = "guardian"
Status = Guardianship.Status


@transaction.atomic
def ask_guardian(contact: Contact, address: Address, *, by: Actor) -> Guardianship:
    """Write to the guardian of somebody under 14; only the newest request can be answered. Events: guardian.asked.

    Refuses who is not under 14, whose guardian has agreed, an address of the child's own, and too many letters.
    """
    if not contact.is_minor:
        raise Conflict("not_a_minor", _("Nobody has to agree for you."))
    if _of(contact, Status.GIVEN).exists():
        raise Conflict("guardian_agreed", _("Your guardian has agreed already."))
    index = identity_index(address.way, address.value)
    if identities_of(contact).filter(index=index).exists():
        words = _("This address is your own. Please write that of a parent or guardian.")
        raise Invalid("address_own", words, field="address")
    limits.spend("guardian.ask", str(contact.id))
    limits.spend("guardian.address", index)
    now = clock.now()
    for earlier in _of(contact, Status.ASKED):
        _close(earlier, Status.EXPIRED)
    row = Guardianship(contact=contact, way=address.way, address=address.value, index=index)
    row.asked_at, row.expires_at = now, now + ANSWER_WITHIN
    row.save(force_insert=True)
    _write(row, "asked")
    _tell(events.GuardianAsked, row, by)
    return row


@transaction.atomic
def agree(row: Guardianship, *, text_version: int | None, address: str) -> Consent:
    """The guardian says yes to the words of one version, from this address; the account opens.

    Refuses what was answered already or not in time. Events: consent.given, guardian.agreed.
    """
    _settle(row, Status.ASKED, Status.GIVEN)
    how = {"text_version": text_version, "channel": CHANNEL, "address": address}
    said = give_consent(row.contact, Purpose.GUARDIAN, **how, by=actor(row))  # type: ignore[arg-type]
    ages.keep_waiting(row.contact, False, by=actor(row))
    _tell(events.GuardianAgreed, row, actor(row))
    return said


@transaction.atomic
def decline(row: Guardianship) -> Guardianship:
    """The guardian says no: the account stays shut, their address is forgotten. Refuses what was answered already.

    Events: guardian.declined.
    """
    _settle(row, Status.ASKED, Status.REFUSED)
    _close(row, Status.REFUSED)
    _tell(events.GuardianDeclined, row, actor(row))
    return row


@transaction.atomic
def withdraw_agreement(row: Guardianship, *, address: str) -> Guardianship:
    """The guardian takes the yes back: the account waits again, every other purpose is switched off, and apps that
    acted for the child no longer may.

    Refuses where no yes stands. Events: consent.withdrawn, app.disconnected, guardian.withdrew.
    """
    _settle(row, Status.GIVEN, Status.WITHDRAWN)
    withdraw(row.contact, Purpose.GUARDIAN, channel=CHANNEL, address=address, by=actor(row))
    switch_off(row.contact, channel=CHANNEL, by=actor(row))
    ages.keep_waiting(row.contact, True, by=actor(row))
    _tell(events.GuardianWithdrew, row, actor(row))
    return row


@transaction.atomic
def declare_minor(contact: Contact, *, until: int, by: Actor) -> Contact:
    """Somebody says in the privacy centre that they are under 14; what they allowed alone does not count any more.

    Events: minor.declared, consent.withdrawn.
    """
    ages.declare_minor(contact, until=until, by=by)
    switch_off(contact, channel="privacy_centre", by=by)
    return contact


def switch_off(contact: Contact, *, channel: str, by: Actor) -> None:
    """Every purpose that is on beyond the account itself is withdrawn. Events: consent.withdrawn."""
    account = {Purpose.POLICY, Purpose.GUARDIAN}
    for purpose in [name for name, is_on in contact.choices.items() if is_on and name not in account]:
        withdraw(contact, purpose, channel=channel, by=by)


def tend() -> int:
    """Remind once, close what was not answered in time, and forget the age of who has come of age, and who
    answered for them.

    Answers how many rows changed. Events: guardian.expired, minor.grown.
    """
    grown = ages.come_of_age()
    answering = Guardianship.objects.filter(contact__minor_until=None).exclude(index="")
    return _remind() + _expire() + grown + let_go(answering[:100])


def let_go(rows: Iterable[Guardianship]) -> int:
    """Nobody answers for these people any more: open requests are called off, guardians forgotten. Says how many."""
    known = [row for row in rows if row.index]
    for row in known:
        _close(row, Status.CALLED_OFF if row.status == Status.ASKED else row.status)
    return len(known)


def actor(row: Guardianship) -> Actor:
    """The guardian as a doer; they are named by nothing but this request."""
    return Actor("guardian", str(row.id))


def _remind() -> int:
    now = clock.now()
    due = Guardianship.objects.filter(
        status=Status.ASKED, reminded_at=None, asked_at__lte=now - REMIND_AFTER, expires_at__gt=now
    )
    rows = list(due.select_related("contact")[:100])
    for row in rows:
        with transaction.atomic():
            if Guardianship.objects.filter(id=row.id, reminded_at=None).update(reminded_at=now):
                _write(row, "reminded")
    return len(rows)


def _expire() -> int:
    rows = list(Guardianship.objects.filter(status=Status.ASKED, expires_at__lte=clock.now())[:100])
    for row in rows:
        with transaction.atomic():
            if Guardianship.objects.select_for_update().filter(id=row.id, status=Status.ASKED).exists():
                _close(row, Status.EXPIRED)
                _tell(events.GuardianExpired, row, SYSTEM)
    return len(rows)


def _close(row: Guardianship, status: str) -> None:
    """Nobody answers for the child by this request: whose address it was is none of our business any more."""
    closed = Guardianship.objects.filter(id=row.id)
    closed.update(status=status, ended_at=Coalesce("ended_at", clock.now()), index="")
    erasing.overwrite(closed, address="")
    row.status = status


def _of(contact: Contact, status: str) -> QuerySet[Guardianship]:
    return Guardianship.objects.filter(contact=contact, status=status)


def _settle(row: Guardianship, before: str, after: str) -> None:
    """From one state to the next, whoever else tries the same, while the child is one."""
    now = clock.now()
    standing = Guardianship.objects.filter(id=row.id, status=before, contact__minor_until__isnull=False)
    if before == Status.ASKED:
        standing = standing.filter(expires_at__gt=now)
    field = "ended_at" if after == Status.WITHDRAWN else "answered_at"
    if not standing.update(status=after, **{field: now}):
        raise Conflict("guardian_settled", _("This request cannot be answered any more."))
    row.status = after


def _tell(fact: type[events.GuardianFact], row: Guardianship, by: Actor) -> None:
    journal.publish(fact(subject=str(row.contact_id), guardianship=str(row.id)), by=by)


def _write(row: Guardianship, occasion: str) -> None:
    """The letter with the link. It names nobody, since we do not know whether the address is right."""
    words = _(
        "A child under 14 wants to use an account with us and named you as parent or guardian. Please read what "
        "we would do with the child's data, and agree or decline, by %(day)s:\n%(link)s\n"
        "If you know nothing of this, do nothing: the account stays shut and your address is deleted."
    )
    link = f"{settings.ORIGIN}{reverse('guardian_answer', args=[links.key_of(row.id)])}"
    text = words % {"day": row.expires_at.strftime("%Y-%m-%d"), "link": link}
    key, owner = f"guardian-{occasion}-{row.id}", Owner("", "", row.contact_id)
    if row.way == Way.EMAIL:
        mail.send(row.address, _("A child needs your consent"), text, key=key, owner=owner)
    else:
        sms.send(row.address, text, id=key, useful_until=row.expires_at, owner=owner)
