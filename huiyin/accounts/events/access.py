"""Who may do what: grants, tokens, limits, reviews, borrowed eyes."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True, kw_only=True)
class GrantGiven(Event):
    name: ClassVar[str] = "grant.given"
    subject_kind: ClassVar[str] = "user"
    subject: str
    role: str


@dataclass(frozen=True, kw_only=True)
class GrantRevoked(Event):
    name: ClassVar[str] = "grant.revoked"
    subject_kind: ClassVar[str] = "user"
    subject: str
    role: str


@dataclass(frozen=True, kw_only=True)
class TrustAsked(Event):
    name: ClassVar[str] = "trust.asked"
    subject_kind: ClassVar[str] = "user"
    subject: str
    role: str


@dataclass(frozen=True, kw_only=True)
class TrustDeclined(Event):
    name: ClassVar[str] = "trust.declined"
    subject_kind: ClassVar[str] = "user"
    subject: str
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleRuleChanged(Event):
    name: ClassVar[str] = "role_rule.changed"
    subject_kind: ClassVar[str] = "role_rule"
    subject: str
    needs_second_factor: bool


@dataclass(frozen=True, kw_only=True)
class AccessLimited(Event):
    name: ClassVar[str] = "access.limited"
    subject_kind: ClassVar[str] = "access"
    subject: str


@dataclass(frozen=True, kw_only=True)
class TokenIssued(Event):
    name: ClassVar[str] = "token.issued"
    subject_kind: ClassVar[str] = "user"
    is_act: ClassVar[bool] = True
    subject: str
    token: str
    scopes: list[str]


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    name: ClassVar[str] = "token.revoked"
    subject_kind: ClassVar[str] = "user"
    is_act: ClassVar[bool] = True
    subject: str
    token: str


@dataclass(frozen=True, kw_only=True)
class EyesBorrowed(Event):
    name: ClassVar[str] = "eyes.borrowed"
    subject_kind: ClassVar[str] = "user"
    subject: str
    eyes: str


@dataclass(frozen=True, kw_only=True)
class EyesGivenBack(Event):
    name: ClassVar[str] = "eyes.given_back"
    subject_kind: ClassVar[str] = "user"
    subject: str
    eyes: str


@dataclass(frozen=True, kw_only=True)
class ReviewOpened(Event):
    name: ClassVar[str] = "review.opened"
    subject_kind: ClassVar[str] = "review"
    subject: str
    quarter: str


@dataclass(frozen=True, kw_only=True)
class ReviewReminded(Event):
    """The administrators were called to a review of rights that waits for them."""

    name: ClassVar[str] = "review.reminded"
    subject_kind: ClassVar[str] = "review"
    subject: str
    quarter: str
    stage: str
    told: int


@dataclass(frozen=True, kw_only=True)
class ReviewClosed(Event):
    """Every right was kept or taken away; the decisions stay."""

    name: ClassVar[str] = "review.closed"
    subject_kind: ClassVar[str] = "review"
    is_act: ClassVar[bool] = True
    subject: str
    quarter: str
    kept: int
    revoked: int
