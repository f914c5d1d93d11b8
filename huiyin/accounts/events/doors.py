"""Coming in and going out: sign-ins, sessions, factors, linked accounts."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    name: ClassVar[str] = "password.changed"
    subject_kind: ClassVar[str] = "user"
    subject: str


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    name: ClassVar[str] = "user.signed_in"
    subject_kind: ClassVar[str] = "user"
    subject: str
    session: str
    door: str
    factor: str = ""
    is_new_device: bool = False
    is_new_place: bool = False


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    name: ClassVar[str] = "user.sign_in_failed"
    subject_kind: ClassVar[str] = "user"
    subject: str
    door: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    name: ClassVar[str] = "session.ended"
    subject_kind: ClassVar[str] = "user"
    subject: str
    session: str
    why: str


@dataclass(frozen=True, kw_only=True)
class FactorAdded(Event):
    name: ClassVar[str] = "factor.added"
    subject_kind: ClassVar[str] = "user"
    subject: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(Event):
    name: ClassVar[str] = "factor.removed"
    subject_kind: ClassVar[str] = "user"
    subject: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class AccountLinked(Event):
    name: ClassVar[str] = "account.linked"
    subject_kind: ClassVar[str] = "user"
    subject: str
    provider: str


@dataclass(frozen=True, kw_only=True)
class AccountUnlinked(Event):
    name: ClassVar[str] = "account.unlinked"
    subject_kind: ClassVar[str] = "user"
    subject: str
    provider: str
