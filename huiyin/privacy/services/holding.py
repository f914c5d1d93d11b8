"""Writes about legal holds: somebody whose data may not be removed for now."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact, User
from huiyin.core import audit, clock
from huiyin.core.errors import Conflict, NotFound
from huiyin.privacy.models import Hold


@transaction.atomic
def hold(contact: Contact, *, reason: str, by: User) -> Hold:
    """Spare somebody's data from deletion and retention for now. Recorded in the audit chain.

    Refuses who is held for this reason already, and who was erased: nothing is left to hold.
    """
    held = Contact.objects.select_for_update().get(id=contact.id)
    if held.erased_at:
        raise Conflict(
            "person_erased", _("This person's data was erased; nothing can be held."), field="person"
        )
    if Hold.objects.filter(contact=held, reason=reason, ended_at=None).exists():
        raise Conflict("held_already", _("This person is held for this reason already."), field="person")
    row = Hold.objects.create(contact=held, reason=reason, placed_by=by)
    audit.record(
        "hold.placed", f"contact:{held.id}", by=by.actor, detail={"reason": reason, "hold": str(row.id)}
    )
    return row


@transaction.atomic
def end_hold(hold_id: UUID, *, by: User) -> None:
    """Lift it: what waits for this person goes on with the next run. Recorded; refuses one that has ended."""
    open_one = Hold.objects.filter(id=hold_id, ended_at=None)
    if not open_one.update(ended_at=clock.now(), ended_by=by):
        raise NotFound("hold_absent", "")
    held = Hold.objects.get(id=hold_id)
    audit.record("hold.ended", f"contact:{held.contact_id}", by=by.actor, detail={"hold": str(hold_id)})


def held_people() -> frozenset[UUID]:
    return frozenset(Hold.objects.filter(ended_at=None).values_list("contact_id", flat=True))
