"""Writes about an age that was told by mistake: staff put it right, and nobody answers for the person any more."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.accounts.models import Contact, Identity, User
from huiyin.accounts.services import addresses, ages
from huiyin.core import clock, journal, mail
from huiyin.core.actors import Owner
from huiyin.core.errors import Conflict, Forbidden, Invalid
from huiyin.privacy import events
from huiyin.privacy.models import AgeCorrection, Guardianship, Request
from huiyin.privacy.services import guardians, proof
from huiyin.privacy.services.requests import enter_done

LONGEST = 500
CHANNEL = "desk"


@transaction.atomic
def correct_age(contact: Contact, *, reason: str, by: User) -> AgeCorrection:
    """Somebody was never under 14: the request to a guardian is called off, the account opens, the person is told.

    What was switched off stays off until they switch it on. Refuses one's own age, an empty reason, who is not
    under 14, and whose guardian has agreed: that is two people's word, and the guardian's to take back.
    Events: age.corrected.
    """
    words = reason.strip()
    if not 0 < len(words) <= LONGEST:
        raise Invalid(
            "reason_missing", _("Please write how you know, in 1 to 500 characters."), field="reason"
        )
    standing = list(Guardianship.objects.select_for_update().filter(contact=contact))
    held = Contact.objects.select_for_update(of=("self",)).select_related("user").get(id=contact.id)
    _check(held, standing, by)
    row = AgeCorrection.objects.create(contact=held, reason=words, by=by, at=clock.now())
    ages.forget(held, by=by.actor)
    guardians.let_go(standing)
    enter_done(held, Request.Kind.CORRECTION, channel=CHANNEL, at=row.at)
    journal.publish(events.AgeCorrected(subject=str(held.id), correction=str(row.id)), by=by.actor)
    _tell(row)
    return row


def _check(contact: Contact, standing: list[Guardianship], by: User) -> None:
    if contact.user_id == by.id:
        raise Forbidden("own_age", _("Somebody else has to correct your own age."))
    if not contact.is_minor:
        raise Conflict("not_a_minor", _("This person does not count as under 14."))
    if any(row.status == Guardianship.Status.GIVEN for row in standing):
        message = _("A parent or guardian has agreed for this person. Only they can take that back.")
        raise Conflict("guardian_agreed", message)


def _tell(row: AgeCorrection) -> None:
    """In their language, wherever they have proved that they read it; their privacy centre shows it in any case."""
    contact, key = row.contact, f"age-{row.id}"
    spoken = contact.user.language if contact.user else contact.language
    with override("en" if spoken == "en" else "zh-hans"):
        subject, text = _("You do not count as under 14 any more"), _letter()
        if contact.user:
            addresses.tell(contact.user, subject=subject, text=text, key=key)
        elif (known := proof.way_of(contact)) and known.kind == Identity.Kind.EMAIL:
            mail.send(known.value, subject, text, key=key, owner=Owner("", "", contact.id))


def _letter() -> str:
    return _(
        "We had it on record that you are under 14, and our team has put that right. Nobody has to agree for you, and "
        "your account is open. What was switched off meanwhile stays off until you switch it on in your privacy "
        "centre. If you are under 14 after all, please say so there."
    )
