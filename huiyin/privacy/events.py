"""Facts told by privacy."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Event):
    name: ClassVar[str] = "consent.given"
    subject_kind: ClassVar[str] = "contact"
    subject: str
    purpose: str
    version: int


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event):
    name: ClassVar[str] = "consent.withdrawn"
    subject_kind: ClassVar[str] = "contact"
    subject: str
    purpose: str
    version: int


@dataclass(frozen=True, kw_only=True)
class PrivacyRequested(Event):
    """Somebody exercised a right; whoever runs cases opens one with its clock."""

    name: ClassVar[str] = "privacy.requested"
    subject_kind: ClassVar[str] = "contact"
    subject: str
    request: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class PrivacyAnswered(Event):
    """The request was carried out, refused or taken back."""

    name: ClassVar[str] = "privacy.answered"
    subject_kind: ClassVar[str] = "contact"
    subject: str
    request: str
    kind: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    name: ClassVar[str] = "person.erased"
    subject_kind: ClassVar[str] = "contact"
    subject: str
    erasure: str


@dataclass(frozen=True, kw_only=True)
class GuardianFact(Event):
    """What happened to one request to the guardian of somebody under 14; the subject is the child."""

    subject_kind: ClassVar[str] = "contact"
    subject: str
    guardianship: str


@dataclass(frozen=True, kw_only=True)
class GuardianAsked(GuardianFact):
    name: ClassVar[str] = "guardian.asked"


@dataclass(frozen=True, kw_only=True)
class GuardianAgreed(GuardianFact):
    name: ClassVar[str] = "guardian.agreed"


@dataclass(frozen=True, kw_only=True)
class GuardianDeclined(GuardianFact):
    name: ClassVar[str] = "guardian.declined"


@dataclass(frozen=True, kw_only=True)
class GuardianWithdrew(GuardianFact):
    name: ClassVar[str] = "guardian.withdrew"


@dataclass(frozen=True, kw_only=True)
class GuardianExpired(GuardianFact):
    """Nobody answered in time."""

    name: ClassVar[str] = "guardian.expired"


@dataclass(frozen=True, kw_only=True)
class AgeCorrected(Event):
    """Staff found that somebody had never been under 14; how they know stands sealed in the correction."""

    name: ClassVar[str] = "age.corrected"
    subject_kind: ClassVar[str] = "contact"
    is_act: ClassVar[bool] = True
    subject: str
    correction: str


@dataclass(frozen=True, kw_only=True)
class PurposeAdded(Event):
    """The company wants to use data for something new; a draft, and the subject is its key."""

    name: ClassVar[str] = "purpose.added"
    subject_kind: ClassVar[str] = "purpose"
    is_act: ClassVar[bool] = True
    subject: str


@dataclass(frozen=True, kw_only=True)
class PurposeEnforced(Event):
    """People are asked for it from now on, in this version of its words."""

    name: ClassVar[str] = "purpose.enforced"
    subject_kind: ClassVar[str] = "purpose"
    is_act: ClassVar[bool] = True
    subject: str
    version: int


@dataclass(frozen=True, kw_only=True)
class PurposeRetired(Event):
    name: ClassVar[str] = "purpose.retired"
    subject_kind: ClassVar[str] = "purpose"
    is_act: ClassVar[bool] = True
    subject: str


@dataclass(frozen=True, kw_only=True)
class RetentionRan(Event):
    name: ClassVar[str] = "retention.ran"
    subject_kind: ClassVar[str] = "retention"
    is_act: ClassVar[bool] = True
    subject: str
    removed: int
    is_dry: bool


@dataclass(frozen=True, kw_only=True)
class RetentionRuled(Event):
    """A class of data is kept for another time from now on; the subject is the class."""

    name: ClassVar[str] = "retention.ruled"
    subject_kind: ClassVar[str] = "retention_rule"
    is_act: ClassVar[bool] = True
    subject: str
    days: int
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class TransferEnded(Event):
    """Nothing is passed on to this recipient any more."""

    name: ClassVar[str] = "transfer.ended"
    subject_kind: ClassVar[str] = "transfer"
    is_act: ClassVar[bool] = True
    subject: str


@dataclass(frozen=True, kw_only=True)
class TransferDeclared(Event):
    name: ClassVar[str] = "transfer.declared"
    subject_kind: ClassVar[str] = "transfer"
    is_act: ClassVar[bool] = True
    subject: str
    country: str


@dataclass(frozen=True, kw_only=True)
class AssessmentMade(Event):
    name: ClassVar[str] = "assessment.made"
    subject_kind: ClassVar[str] = "assessment"
    subject: str
    occasion: str
    risk: str
    conclusion: str
