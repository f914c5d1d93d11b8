"""Writes about contacts: the one way in which a person becomes known to us."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events, selectors
from huiyin.accounts.models import Contact, Identity
from huiyin.accounts.selectors.family import head_of
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid
from huiyin.core.ids import uuid7

MAX_VALUE = 254


@dataclass(frozen=True, kw_only=True)
class Person:
    """What a voice tells about its author: `known` maps identity kinds to values."""

    known: Mapping[str, str]
    name: str = ""
    language: str = ""
    verified: bool = False
    contact: str = ""  # the id, where we know already whom we speak of; never taken from outside

    @classmethod
    def of(
        cls,
        *,
        external_id: str = "",
        email: str = "",
        phone: str = "",
        name: str = "",
        language: str = "",
        verified: bool = False,
    ) -> "Person":
        """Blank values are left out."""
        given = {"external_id": external_id.strip(), "email": email.strip(), "phone": phone.strip()}
        known = {kind: value for kind, value in given.items() if value}
        return cls(known=known, name=name.strip(), language=language, verified=verified)


def find_or_create(
    person: Person, *, subject: UUID | None = None, by: Actor
) -> tuple[Contact, list[journal.Event]]:
    """The contact whom the identities name, else a new one; and the facts to publish with the caller's own.

    Who was merged is answered by the contact they became. Two at once with the same identity end with one
    contact: the unique index decides and the loser reads again.
    An identity given beside a known one is added when it belongs to nobody; it is never taken from somebody else.
    `subject` becomes the id of a new contact: its key has been made already, outside of any transaction.
    """
    check(person)
    if person.contact:
        return head_of(Contact.objects.select_related("merged_into").get(id=person.contact)), []
    identity = selectors.identity_of(person.known)
    if identity is not None:
        return head_of(identity.contact), []
    try:
        with transaction.atomic():
            return _create(person, subject=subject, by=by)
    except IntegrityError:
        identity = selectors.identity_of(person.known)
        if identity is None:
            raise
        return head_of(identity.contact), []


@transaction.atomic
def register(person: Person, *, by: Actor) -> tuple[Contact, bool]:
    """The contact whom the identities name, else a new one; and whether it is new. Events: contact.created."""
    contact, facts = find_or_create(person, by=by)
    if facts:
        journal.publish_all(facts, by=by)
    return contact, bool(facts)


@transaction.atomic
def correct(contact: Contact, *, name: str | None = None, tier: str | None = None, by: Actor) -> Contact:
    """Change what we hold about a contact. Events: contact.corrected."""
    fields = {"name": name, "tier": tier}
    changed = [key for key, value in fields.items() if value is not None and getattr(contact, key) != value]
    for key in changed:
        setattr(contact, key, fields[key])
    if changed:
        contact.save(update_fields=changed)
        journal.publish(events.ContactCorrected(subject=str(contact.id), fields=changed), by=by)
    return contact


def _create(person: Person, *, subject: UUID | None, by: Actor) -> tuple[Contact, list[journal.Event]]:
    contact = Contact(id=subject or uuid7(), name=person.name[:120], language=person.language)
    contact.save(force_insert=True)
    verified_at = clock.now() if person.verified else None
    Identity.objects.bulk_create(
        Identity(
            contact=contact,
            kind=kind,
            value=value,
            index=selectors.identity_index(kind, value),
            verified_at=verified_at,
        )
        for kind, value in person.known.items()
    )
    return contact, [events.ContactCreated(subject=str(contact.id))]


def check(person: Person) -> None:
    """Refuse what nobody can be known by; names the field."""
    for kind, value in person.known.items():
        check_value(kind, value)


def check_value(kind: str, value: str) -> None:
    """Refuses what can be no value of an identity of this kind."""
    if len(value) > MAX_VALUE:
        raise Invalid("contact_too_long", _("This is too long."), field=kind)
    if kind == Identity.Kind.EMAIL and not _looks_like_email(value):
        raise Invalid("email_invalid", _("This e-mail address looks incomplete."), field="email")
    if kind == Identity.Kind.PHONE and sum(c.isdigit() for c in value) < 5:
        raise Invalid("phone_invalid", _("This phone number looks incomplete."), field="phone")


def _looks_like_email(value: str) -> bool:
    local, at, domain = value.rpartition("@")
    return bool(local and at and "." in domain.strip(".") and not any(c.isspace() for c in value))
