"""Reads about purposes: those that the product knows by itself, and those that the company added."""

from typing import Any

from django.db.models import QuerySet

from huiyin.core.errors import NotFound
from huiyin.privacy.models import AddedPurpose, ConsentText, Purpose

Status = AddedPurpose.Status


def added() -> QuerySet[AddedPurpose]:
    """In the order in which they were added."""
    return AddedPurpose.objects.select_related("added_by").order_by("added_at", "id")


def in_force() -> QuerySet[AddedPurpose]:
    return added().filter(status=Status.IN_FORCE)


def purpose_named(key: str) -> AddedPurpose:
    """One that the company added. Raises NotFound, for those of the product too: these are not to be changed."""
    found = added().filter(key=key).first()
    if found is None:
        raise NotFound("purpose_absent", "")
    return found


def is_known(key: str) -> bool:
    return key in Purpose.values or AddedPurpose.objects.filter(key=key).exists()


def is_in_force(key: str) -> bool:
    """Whether people may be asked for it now. No query for those of the product."""
    return key in Purpose.values or in_force().filter(key=key).exists()


def labels() -> dict[str, str]:
    """Every purpose by its key, in words."""
    return {
        **{purpose.value: str(purpose.label) for purpose in Purpose},
        **{each.key: each.label for each in added()},
    }


def page() -> dict[str, Any]:
    """What the desk shows: each purpose with the version of its words."""
    versions: dict[str, int] = {}
    for text in ConsentText.objects.order_by("version"):
        versions[text.purpose] = text.version
    own = [
        {"key": purpose.value, "label": purpose.label, "version": versions.get(purpose.value)}
        for purpose in Purpose
    ]
    return {"own": own, "added": [{"row": each, "version": versions.get(each.key)} for each in added()]}
