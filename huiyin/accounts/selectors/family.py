"""One person known to us as several contacts: the one who stands for all, and what belongs to any of them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.accounts.models import Contact, ContactMerge, Identity, User
from huiyin.accounts.selectors.people import contacts_for
from huiyin.core import shroud
from huiyin.core.errors import NotFound


def head_of(contact: Contact) -> Contact:
    """The contact who stands for this person."""
    return contact.merged_into or contact


def family_of(contact: Contact) -> list[UUID]:
    """Every contact that this person is, the one who stands for them first. One query."""
    head = contact.merged_into_id or contact.id
    return [head, *Contact.objects.filter(merged_into=head).order_by("id").values_list("id", flat=True)]


def identities_of(contact: Contact) -> QuerySet[Identity]:
    """All ways to know and reach this person, those known first in front."""
    head = contact.merged_into_id or contact.id
    mine = Identity.objects.filter(Q(contact_id=head) | Q(contact__merged_into_id=head))
    return mine.order_by("created_at", "id")


def recognise(contacts: Iterable[UUID]) -> None:
    """Open whatever these people and those merged into them are known by, so that the shroud hides it in texts."""
    keys = list(contacts)
    known = Contact.objects.filter(Q(id__in=keys) | Q(merged_into__in=keys)).prefetch_related("identities")
    for contact in known:
        shroud.know((contact.name, contact.city, contact.attributes))
        shroud.know(each.value for each in contact.identities.all())


def merges_of(contact: Contact) -> QuerySet[ContactMerge]:
    """The merges by which others became this contact, newest first."""
    live = ContactMerge.objects.filter(kept=contact, undone_at=None)
    return live.select_related("gone").order_by("-at", "-id")


def merge_for(user: User, merge_id: UUID) -> ContactMerge:
    """One merge of contacts that this person may see. Absent and forbidden look alike."""
    merges = ContactMerge.objects.filter(kept__in=contacts_for(user)).select_related("kept", "gone")
    found = merges.filter(id=merge_id).first()
    if found is None:
        raise NotFound("merge_absent", "")
    return found


def standing(contacts: Iterable[Contact]) -> list[Contact]:
    """Each person once, by the contact who stands for them, in the order given."""
    return list({head.id: head for head in map(head_of, contacts)}.values())
