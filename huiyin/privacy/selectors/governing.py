"""What those who answer for privacy keep: holds, the texts of consents, impact assessments."""

import re
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from huiyin.accounts import selectors as people
from huiyin.accounts.models import Contact
from huiyin.accounts.selectors.family import head_of
from huiyin.core import persons
from huiyin.core.errors import NotFound
from huiyin.privacy.models import Assessment, ConsentText, Hold, Transfer
from huiyin.privacy.selectors import purposes

REFERENCE = re.compile(r"HY-(\d{1,12})", re.IGNORECASE)


def person_named(text: str) -> Contact | None:
    """Somebody by a case of theirs, by the number that the register shows, or by an address."""
    said = text.strip()
    if found := REFERENCE.fullmatch(said):
        known = persons.concerned("case", str(int(found[1])))
        named = Contact.objects.filter(id=known).first() if known else None
    else:
        named = _by_number(said) or _by_address(said)
    return head_of(named) if named else None


def _by_number(said: str) -> Contact | None:
    try:
        return Contact.objects.filter(id=UUID(said)).first()
    except ValueError:
        return None


def _by_address(said: str) -> Contact | None:
    kinds = ["email"] if "@" in said else ["phone", "external_id"]
    known = (people.identity_of({kind: said}) for kind in kinds)
    return next((each.contact for each in known if each), None)


def holds() -> QuerySet[Hold]:
    """Those in force first, then what was lifted, newest first."""
    return Hold.objects.select_related("placed_by", "ended_by").order_by("ended_at", "-placed_at")


def texts() -> list[dict[str, Any]]:
    """Each purpose with its words in force and the versions before."""
    versions: dict[str, list[ConsentText]] = {}
    for text in ConsentText.objects.order_by("-version"):
        versions.setdefault(text.purpose, []).append(text)
    return [
        {"purpose": purpose, "label": label, "now": kept[0], "before": kept[1:]}
        for purpose, label in purposes.labels().items()
        if (kept := versions.get(purpose))
    ]


def assessments() -> QuerySet[Assessment]:
    return Assessment.objects.select_related("made_by", "transfer").order_by("-made_at", "-id")


def assessment(key: UUID) -> Assessment:
    """One assessment. Raises NotFound."""
    found = assessments().filter(id=key).first()
    if found is None:
        raise NotFound("assessment_absent", "")
    return found


def recipients_open() -> QuerySet[Transfer]:
    """Recipients on whom an assessment can rest."""
    return Transfer.objects.filter(ended_at=None).order_by("recipient")
