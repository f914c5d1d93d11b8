"""Facts told by accounts."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.journal import Event


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
class GrantGiven(Event):
    name: ClassVar[str] = "grant.given"
    subject_kind: ClassVar[str] = "user"
    subject: str
    role: str


@dataclass(frozen=True, kw_only=True)
class TokenIssued(Event):
    name: ClassVar[str] = "token.issued"
    subject_kind: ClassVar[str] = "user"
    subject: str
    token: str
    scopes: list[str]


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    name: ClassVar[str] = "token.revoked"
    subject_kind: ClassVar[str] = "user"
    subject: str
    token: str


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
