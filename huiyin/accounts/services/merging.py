"""Two contacts are one person: joined without moving what either said, so that a mistake can be undone."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events
from huiyin.accounts.models import Contact, ContactMerge
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid

UNDONE_WITHIN = timedelta(days=30)


@transaction.atomic
def merge(gone: Contact, *, into: Contact, by: Actor) -> ContactMerge:
    """From now on `gone` is `into`: found by either's identities, shown with both's cases, answered as one.

    Said again, or the other way round, it stays as it is. Refuses a contact with itself, with somebody who is
    merged elsewhere, somebody erased, two who both have accounts, and to lose that a person is under 14.
    Events: contact.merged.
    """
    if gone.id == into.id:
        raise Invalid("contact_same", _("Choose another person; this is the same one."), field="into")
    first, kept = _held(gone.id, into.id)
    if first.merged_into_id == kept.id:
        return _merge_of(first)
    if kept.merged_into_id == first.id:
        return _merge_of(kept)
    _check(first, kept)
    made = ContactMerge(kept=kept, gone=first, user=first.user, by_kind=by.kind, by_id=by.id, at=clock.now())
    made.members = [str(member) for member in first.merged.values_list("id", flat=True)]
    Contact.objects.filter(merged_into=first).update(merged_into=kept)
    _hand_over(first, kept)
    Contact.objects.filter(id=first.id).update(merged_into=kept)
    made.save(force_insert=True)
    journal.publish(events.ContactMerged(subject=str(kept.id), gone=str(first.id), merge=str(made.id)), by=by)
    return made


@transaction.atomic
def split(made: ContactMerge, *, by: Actor) -> Contact:
    """The two are two again, each with what was theirs; what came in meanwhile stays with the one kept.

    Said again, it stays so. Refuses after thirty days, after an erasure, and while the one kept is merged
    into somebody else. Events: contact.split.
    """
    held = ContactMerge.objects.select_for_update().get(id=made.id)
    gone, kept = _held(held.gone_id, held.kept_id)
    if held.undone_at is not None:
        return gone
    if clock.now() - held.at > UNDONE_WITHIN or gone.erased_at or kept.erased_at:
        raise Conflict("merge_too_old", _("This can no longer be undone."))
    if gone.merged_into_id != kept.id:
        raise Conflict("merge_covered", _("Undo the later merge first."))
    Contact.objects.filter(id=gone.id).update(merged_into=None)
    Contact.objects.filter(id__in=held.members, merged_into=kept).update(merged_into=gone.id)
    if held.user_id and kept.user_id == held.user_id:
        _hand_over(kept, gone)
    ContactMerge.objects.filter(id=held.id).update(undone_at=clock.now())
    journal.publish(events.ContactSplit(subject=str(kept.id), gone=str(gone.id), merge=str(held.id)), by=by)
    gone.refresh_from_db()
    return gone


def _held(one: UUID, other: UUID) -> tuple[Contact, Contact]:
    """Both rows, locked in one order for all, so that the two directions at once do not wait for each other."""
    rows = Contact.objects.filter(id__in=[one, other]).order_by("id").select_for_update(of=("self",))
    found = {row.id: row for row in rows}
    return found[one], found[other]


def _merge_of(gone: Contact) -> ContactMerge:
    """The record by which somebody is merged; of one who came along with another, that other's."""
    live = ContactMerge.objects.filter(undone_at=None)
    return live.filter(gone=gone).order_by("-at").first() or live.filter(kept=gone.merged_into).latest("at")


def _check(gone: Contact, kept: Contact) -> None:
    if gone.erased_at or kept.erased_at:
        raise Conflict("person_erased", _("This person's data was erased; nothing can be added to it."))
    if gone.merged_into_id or kept.merged_into_id:
        message = _("One of the two is merged with somebody else already. Open that person first.")
        raise Conflict("contact_merged", message, current=str(gone.merged_into_id or kept.merged_into_id))
    if gone.user_id and kept.user_id:
        raise Conflict("two_accounts", _("Both have an account; two accounts cannot be one person."))
    if gone.is_minor or (kept.is_minor and gone.user_id):
        message = _("One of the two is under 14. They stay, and nobody with an account is merged into them.")
        raise Conflict("minor_stays", message)


def _hand_over(giver: Contact, taker: Contact) -> None:
    """The account goes along; first it leaves, because it can belong to one contact alone."""
    if giver.user_id and not taker.user_id:
        user = giver.user_id
        Contact.objects.filter(id=giver.id).update(user=None)
        Contact.objects.filter(id=taker.id).update(user=user)
