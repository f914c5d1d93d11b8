"""Users and contacts: who they are, and what they say of themselves."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True, kw_only=True)
class UserCreated(Event):
    name: ClassVar[str] = "user.created"
    subject_kind: ClassVar[str] = "user"
    subject: str


@dataclass(frozen=True, kw_only=True)
class UserDisabled(Event):
    name: ClassVar[str] = "user.disabled"
    subject_kind: ClassVar[str] = "user"
    subject: str


@dataclass(frozen=True, kw_only=True)
class UserEnabled(Event):
    name: ClassVar[str] = "user.enabled"
    subject_kind: ClassVar[str] = "user"
    subject: str


@dataclass(frozen=True, kw_only=True)
class UserInvited(Event):
    name: ClassVar[str] = "user.invited"
    subject_kind: ClassVar[str] = "invitation"
    subject: str
    role: str


@dataclass(frozen=True, kw_only=True)
class ContactCreated(Event):
    name: ClassVar[str] = "contact.created"
    subject_kind: ClassVar[str] = "contact"
    subject: str


@dataclass(frozen=True, kw_only=True)
class ContactCorrected(Event):
    name: ClassVar[str] = "contact.corrected"
    subject_kind: ClassVar[str] = "contact"
    subject: str
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class ContactMerged(Event):
    """Somebody found that `gone` and this contact are one person."""

    name: ClassVar[str] = "contact.merged"
    subject_kind: ClassVar[str] = "contact"
    subject: str
    gone: str
    merge: str


@dataclass(frozen=True, kw_only=True)
class ContactSplit(Event):
    """They are two persons again."""

    name: ClassVar[str] = "contact.split"
    subject_kind: ClassVar[str] = "contact"
    subject: str
    gone: str
    merge: str


@dataclass(frozen=True, kw_only=True)
class ProfileCorrected(Event):
    name: ClassVar[str] = "profile.corrected"
    subject_kind: ClassVar[str] = "user"
    subject: str
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class TermsAccepted(Event):
    """The first consent: which text of the privacy policy the person agreed to when they signed up."""

    name: ClassVar[str] = "terms.accepted"
    subject_kind: ClassVar[str] = "user"
    subject: str
    version: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class BiometricsAllowed(Event):
    """A separate consent: passkeys may be used, whose face or fingerprint check stays on the person's device."""

    name: ClassVar[str] = "biometrics.allowed"
    subject_kind: ClassVar[str] = "user"
    subject: str
    version: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class AddressVerified(Event):
    name: ClassVar[str] = "address.verified"
    subject_kind: ClassVar[str] = "user"
    subject: str
    way: str


@dataclass(frozen=True, kw_only=True)
class AddressRemoved(Event):
    name: ClassVar[str] = "address.removed"
    subject_kind: ClassVar[str] = "user"
    subject: str
    way: str


@dataclass(frozen=True, kw_only=True)
class MinorDeclared(Event):
    """Somebody is under 14; until the end of this year they count as such."""

    name: ClassVar[str] = "minor.declared"
    subject_kind: ClassVar[str] = "contact"
    subject: str
    until: int


@dataclass(frozen=True, kw_only=True)
class MinorGrown(Event):
    name: ClassVar[str] = "minor.grown"
    subject_kind: ClassVar[str] = "contact"
    subject: str
