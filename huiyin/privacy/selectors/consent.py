"""What somebody agreed to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from huiyin.accounts.models import Contact
from huiyin.accounts.models.contacts import Tier
from huiyin.accounts.selectors.family import head_of
from huiyin.privacy.models import Consent, ConsentText, Purpose
from huiyin.privacy.selectors import purposes

# Uses that are part of the service until somebody switches them off; every other one needs a yes first.
UNTIL_OBJECTED = frozenset({Purpose.PERSONALISATION, Purpose.ANALYTICS})
# What the privacy centre offers as switches; the policy is accepted, and biometrics are asked for with a passkey.
OFFERED = (
    Purpose.THIRD_PARTY,
    Purpose.CROSS_BORDER,
    Purpose.PERSONALISATION,
    Purpose.ANALYTICS,
    Purpose.MARKETING,
    Purpose.SENSITIVE,
)


@dataclass(frozen=True)
class Switch:
    """One purpose as the person sees it: the words, whether it is on, since when, and under which version."""

    purpose: str
    label: str
    text: str
    version: int
    is_on: bool
    since: datetime | None
    is_chosen: bool


@dataclass(frozen=True)
class Permission:
    """Whether one purpose is allowed now, in words for staff."""

    label: str
    is_on: bool


def allows(contact: Contact, purpose: str) -> bool:
    """Whether this person's data may be used for the purpose now. The choice stands on their row: no query, but
    one for a purpose that the company added, which may have been retired.

    For somebody under 14 nothing is on until their guardian says so.
    """
    head = head_of(contact)
    if purpose not in Purpose.values and not purposes.is_in_force(purpose):
        return False
    chosen = head.choices.get(purpose)
    return bool(chosen) if chosen is not None else purpose in UNTIL_OBJECTED and not head.is_minor


def service_tier(contact: Contact) -> str:
    """The tier by which somebody is served: everybody's, for who wants no service by what we know of them."""
    return contact.tier if allows(contact, Purpose.PERSONALISATION) else Tier.STANDARD


def current_text(purpose: str) -> ConsentText:
    """The words in force for a purpose."""
    return ConsentText.objects.filter(purpose=purpose).latest("version")


def history(contact: Contact) -> QuerySet[Consent]:
    """Every yes and no of this person, newest first."""
    return Consent.objects.filter(contact=contact).order_by("-id")


def switches(contact: Contact) -> list[Switch]:
    """All offered purposes with where they stand."""
    newest: dict[str, Any] = {}
    for consent in history(contact):
        newest.setdefault(consent.purpose, consent)
    texts = {text.purpose: text for text in ConsentText.objects.order_by("version")}
    return [
        _switch(contact, (purpose, label), texts[purpose], newest.get(purpose))
        for purpose, label in _offered().items()
    ]


def permissions(contact: Contact) -> list[Permission]:
    """What this person allows beyond what they asked of us, purpose by purpose. One query, where nothing was added."""
    return [Permission(label, allows(contact, purpose)) for purpose, label in _offered().items()]


def _offered() -> dict[str, str]:
    offered = {purpose.value: str(purpose.label) for purpose in OFFERED}
    return offered | {each.key: each.label for each in purposes.in_force()}


def _switch(contact: Contact, named: tuple[str, str], text: ConsentText, said: Consent | None) -> Switch:
    purpose, label = named
    return Switch(
        purpose=purpose,
        label=label,
        text=text.text,
        version=text.version,
        is_on=allows(contact, purpose),
        since=said.at if said else None,
        is_chosen=said is not None,
    )
