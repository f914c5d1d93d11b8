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
        "is_open": guardianship.status == Status.ASKED and not guardianship.is_late,
        "has_answered": guardianship.status in {Status.GIVEN, Status.WITHDRAWN},
    }


def masked_address(guardianship: Guardianship) -> str:
    """The address as its owner knows it again; nothing once it was forgotten."""
    return Address(guardianship.way, guardianship.address).masked if guardianship.address else ""
