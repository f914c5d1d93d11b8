"""Seeing the pages as another person does: for a reason, for half an hour, told to that person, never upwards."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events, policies
from huiyin.accounts.models import BorrowedEyes, User
from huiyin.core import audit, clock, journal, mail
from huiyin.core.errors import Conflict, Forbidden, Invalid

LENT_FOR = timedelta(minutes=30)


@transaction.atomic
def borrow(user: User, *, reason: str, by: User) -> BorrowedEyes:
    """See as this person from now on, for half an hour, without changing anything; the person is told.

    Refuses oneself, a role as high as one's own, a second pair at once. Events: eyes.borrowed.
    """
    if reason not in BorrowedEyes.Reason.values:
        raise Invalid("reason_needed", _("Choose a reason."), field="reason")
    if not policies.can_borrow_eyes_of(by, user):
        raise Forbidden(
            "eyes_not_lent", _("Nobody looks through the eyes of somebody with the same or higher rights.")
        )
    now = clock.now()
    BorrowedEyes.objects.filter(by=by, ended_at=None, until__lte=now).update(ended_at=now)
    try:
        with transaction.atomic():
            eyes = BorrowedEyes.objects.create(
                user=user, by=by, reason=reason, began_at=now, until=now + LENT_FOR
            )
    except IntegrityError as error:
        raise Conflict("eyes_in_use", _("End the other view first.")) from error
    journal.publish(events.EyesBorrowed(subject=str(user.id), eyes=str(eyes.id)), by=by.actor)
    audit.record(
        "eyes.borrowed", f"user:{user.id}", by=by.actor, detail={"reason": reason, "eyes": str(eyes.id)}
    )
    _tell(eyes)
    return eyes


@transaction.atomic
def give_back(eyes: BorrowedEyes, *, by: User) -> BorrowedEyes:
    """See with one's own eyes again; twice is once. Events: eyes.given_back."""
    if BorrowedEyes.objects.filter(id=eyes.id, ended_at=None).update(ended_at=clock.now()):
        journal.publish(events.EyesGivenBack(subject=str(eyes.user_id), eyes=str(eyes.id)), by=by.actor)
        audit.record("eyes.given_back", f"user:{eyes.user_id}", by=by.actor, detail={"eyes": str(eyes.id)})
    return eyes


def _tell(eyes: BorrowedEyes) -> None:
    """The person hears of it at once, where there is an address; the account's own record shows it in any case."""
    if eyes.user.email:
        text = _(
            "%(name)s from our team looked at the pages as you see them, from now on for at most 30 minutes.\n"
            "Reason: %(reason)s.\nNothing can be changed in this way. If this surprises you, answer this mail."
        ) % {"name": str(eyes.by), "reason": BorrowedEyes.Reason(eyes.reason).label}
        mail.send(eyes.user.email, _("Somebody looks at your account"), text, key=f"eyes:{eyes.id}")
