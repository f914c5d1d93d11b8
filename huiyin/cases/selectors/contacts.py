"""Contacts as the desk lists them: who, how to reach them (masked), how many cases."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from huiyin.accounts import selectors as people
from huiyin.accounts.models import Contact, ContactMerge, User
from huiyin.accounts.models.contacts import Tier
from huiyin.accounts.selectors import family
from huiyin.accounts.services.merging import UNDONE_WITHIN
from huiyin.cases.models import Case
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.selectors import detail
from huiyin.cases.selectors.access import cases_for
from huiyin.cases.selectors.inbox import rows_of
from huiyin.core import clock
from huiyin.core.paging import cursor_page

SHOWN = 20


def page(user: User, text: str, *, cursor: str) -> dict[str, Any]:
    """Newest contacts first; with a text, those whose e-mail, phone or account number it is."""
    known = people.contacts_for(user).filter(merged_into=None)
    contacts = people.contacts_found(user, text) if text else known
    found = cursor_page(contacts.prefetch_related("identities"), order=("-id",), cursor=cursor, limit=50)
    counts = _counts([contact.id for contact in found.items])
    following = (
        f"{reverse('contact_list')}?{urlencode({'q': text, 'cursor': found.next})}" if found.next else ""
    )
    return {
        "people": [_line(contact, counts) for contact in found.items],
        "count": contacts.count(),
        "next_url": following,
    }


def one(user: User, contact: Contact) -> dict[str, Any]:
    """One contact with their open and past cases."""
    mine = cases_for(user).filter(contact__in=family.family_of(contact)).order_by("-number")
    return {
        "merges": [_merge(each) for each in family.merges_of(contact)],
        "person": detail.person(contact),
        "open_cases": rows_of(mine.filter(status__in=ACTIVE)[:SHOWN]),
        "past_cases": rows_of(mine.exclude(status__in=ACTIVE)[:SHOWN]),
    }


def merging(user: User, contact: Contact, text: str) -> dict[str, Any]:
    """Who might be the same person: those whose e-mail, phone, account number or address of the page is the text."""
    found = people.contacts_found(user, text) if text else Contact.objects.none()
    return {
        "person": detail.person(contact),
        "found": [_line(each, _counts([each.id])) for each in found.exclude(id=contact.id)[:SHOWN]],
        "text": text,
    }


def moving(contact: Contact, other: Contact) -> dict[str, Any]:
    """What becomes of both when `other` is found to be this person: shown before anybody says so."""
    both = (contact, other)
    counts = [_counts(family.family_of(each)) for each in both]
    return {
        "kept": detail.person(contact),
        "gone": detail.person(other),
        "kept_open": sum(active for _total, active in counts[0].values()),
        "gone_open": sum(active for _total, active in counts[1].values()),
        "is_account_moved": bool(other.user_id and not contact.user_id),
        "has_two_accounts": bool(other.user_id and contact.user_id),
    }


def _merge(made: ContactMerge) -> dict[str, Any]:
    can_undo = clock.now() - made.at <= UNDONE_WITHIN
    return {"id": made.id, "name": str(made.gone), "at": made.at, "can_undo": can_undo}


def _line(contact: Contact, counts: dict[Any, tuple[int, int]]) -> dict[str, Any]:
    ways = [detail.masked(i.kind, i.value) for i in contact.identities.all()]
    total, active = counts.get(contact.id, (0, 0))
    return {
        "id": contact.id,
        "name": str(contact),
        "tier": contact.tier,
        "tier_label": Tier(contact.tier).label,
        "is_minor": contact.is_minor,
        "masked": ways[0] if ways else "",
        "case_count": total,
        "open_count": active,
        "at": contact.created_at,
    }


def _counts(keys: list[Any]) -> dict[Any, tuple[int, int]]:
    found = Case.objects.filter(contact_id__in=keys).values("contact_id")
    rows = found.annotate(total=Count("number"), active=Count("number", filter=Q(status__in=ACTIVE)))
    return {row["contact_id"]: (row["total"], row["active"]) for row in rows}
