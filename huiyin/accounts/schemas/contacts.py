"""Shape of the JSON about contacts."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from huiyin.accounts.models import Contact, ContactMerge
from huiyin.core.rest import Input


class ContactNew(Input):
    external_id: Annotated[str, Field(max_length=254)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=254)] = ""
    name: Annotated[str, Field(max_length=120)] = ""


class MergeIn(Input):
    into: UUID


class MergeOut(Schema):
    id: UUID
    kept: UUID
    gone: UUID
    at: datetime
    undone_at: datetime | None


class IdentityOut(Schema):
    kind: str
    value: str
    verified_at: datetime | None


class ContactOut(Schema):
    id: UUID
    name: str
    tier: str
    language: str
    created_at: datetime
    merged_into: UUID | None
    identities: list[IdentityOut]


class ContactPageOut(Schema):
    items: list[ContactOut]
    next: str | None


def contact_out(contact: Contact) -> dict[str, Any]:
    """A contact with its identities, which the caller has prefetched."""
    identities = [
        {"kind": i.kind, "value": i.value, "verified_at": i.verified_at} for i in contact.identities.all()
    ]
    return {
        "id": contact.id,
        "name": contact.name,
        "tier": contact.tier,
        "language": contact.language,
        "created_at": contact.created_at,
        "merged_into": contact.merged_into_id,
        "identities": identities,
    }


def contact_masked(contact: Contact) -> dict[str, Any]:
    """The same for who may not know how the person is called or reached."""
    shown = contact_out(contact)
    hidden = [{**each, "value": f"{each['value'][:2]}***"} for each in shown["identities"]]
    return {**shown, "name": f"{contact.name[:1]}**" if contact.name else "", "identities": hidden}


def merge_out(made: ContactMerge) -> dict[str, Any]:
    """Who became whom; the id is what takes it back."""
    return {
        "id": made.id,
        "kept": made.kept_id,
        "gone": made.gone_id,
        "at": made.at,
        "undone_at": made.undone_at,
    }
