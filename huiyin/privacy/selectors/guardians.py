"""Reads about guardians: the request behind a link, and how it stands with somebody under 14."""

from typing import Any
from uuid import UUID

from huiyin.accounts.addresses import Address
from huiyin.accounts.models import Contact
from huiyin.core.errors import NotFound
from huiyin.privacy import links
from huiyin.privacy.models import Guardianship, Purpose
from huiyin.privacy.selectors.consent import current_text

Status = Guardianship.Status


def guardianship_behind(key: str) -> Guardianship:
    """The request to a guardian that this link leads to, while the child is known. Raises NotFound."""
    found = guardianship_named(links.behind(key))
    if found is None:
        raise NotFound("link_invalid", "")
    return found


def answering_behind(key: str) -> Guardianship:
    """The same, for a guardian who has answered and may act for the child. Raises NotFound."""
    found = guardianship_behind(key)
    if not may_act(found):
        raise NotFound("link_invalid", "")
    return found


def may_act(guardianship: Guardianship) -> bool:
    """Who has agreed may, and may go on after taking it back, as long as the child is one."""
    return guardianship.contact.is_minor and guardianship.status in {Status.GIVEN, Status.WITHDRAWN}


def guardianship_named(key: UUID | None) -> Guardianship | None:
    known = Guardianship.objects.select_related("contact__user", "contact__merged_into")
    return known.filter(id=key, contact__erased_at=None).first() if key else None


def newest_of(contact: Contact) -> Guardianship | None:
    """How it stands: the last request to a guardian of this person."""
    return Guardianship.objects.filter(contact=contact).order_by("-id").first()


def page_of(guardianship: Guardianship) -> dict[str, Any]:
    """What the guardian reads before they answer, and afterwards."""
    return {
        "guardianship": guardianship,
        "text": current_text(Purpose.GUARDIAN),
        "address": masked_address(guardianship),
        "is_open": _is_open(guardianship),
        "has_answered": may_act(guardianship),
        "is_over": not guardianship.contact.is_minor,
    }


def correction_of(contact: Contact) -> dict[str, Any]:
    """What staff see before they say that somebody was never under 14."""
    newest = newest_of(contact)
    has_agreed = Guardianship.objects.filter(contact=contact, status=Status.GIVEN).exists()
    return {"contact": contact, "newest": newest, "has_agreed": has_agreed}


def _is_open(guardianship: Guardianship) -> bool:
    is_asked = guardianship.status == Status.ASKED and not guardianship.is_late
    return is_asked and guardianship.contact.is_minor


def masked_address(guardianship: Guardianship) -> str:
    """The address as its owner knows it again; nothing once it was forgotten."""
    return Address(guardianship.way, guardianship.address).masked if guardianship.address else ""
