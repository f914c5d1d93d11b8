"""Facts told by accounts."""

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
class GrantGiven(Event):
    name: ClassVar[str] = "grant.given"
    subject_kind: ClassVar[str] = "user"
    subject: str
    role: str


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
class AccessLimited(Event):
    name: ClassVar[str] = "access.limited"
    subject_kind: ClassVar[str] = "access"
    subject: str


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
class ProfileCorrected(Event):
    name: ClassVar[str] = "profile.corrected"
    subject_kind: ClassVar[str] = "user"
    subject: str
    fields: list[str]


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


@dataclass(frozen=True, kw_only=True)
class RoleRuleChanged(Event):
    name: ClassVar[str] = "role_rule.changed"
    subject_kind: ClassVar[str] = "role_rule"
    subject: str
    needs_second_factor: bool


@dataclass(frozen=True, kw_only=True)
class AppDisconnected(Event):
    """The person withdrew what an app of somebody else was allowed."""

    name: ClassVar[str] = "app.disconnected"
    subject_kind: ClassVar[str] = "user"
    subject: str
    client: str


@dataclass(frozen=True, kw_only=True)
class HostSiteOpened(Event):
    name: ClassVar[str] = "host_site.opened"
    subject_kind: ClassVar[str] = "host_site"
    subject: str


@dataclass(frozen=True, kw_only=True)
class HostSiteChanged(Event):
    name: ClassVar[str] = "host_site.changed"
    subject_kind: ClassVar[str] = "host_site"
    subject: str
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class HostSiteClosed(Event):
    name: ClassVar[str] = "host_site.closed"
    subject_kind: ClassVar[str] = "host_site"
    subject: str


@dataclass(frozen=True, kw_only=True)
class HostKeyAdded(Event):
    name: ClassVar[str] = "host_key.added"
    subject_kind: ClassVar[str] = "host_site"
    subject: str
    kid: str


@dataclass(frozen=True, kw_only=True)
class HostKeyRevoked(Event):
    name: ClassVar[str] = "host_key.revoked"
    subject_kind: ClassVar[str] = "host_site"
    subject: str
    kid: str


@dataclass(frozen=True, kw_only=True)
class AppRegistered(Event):
    name: ClassVar[str] = "app.registered"
    subject_kind: ClassVar[str] = "app"
    subject: str


@dataclass(frozen=True, kw_only=True)
class AppChanged(Event):
    name: ClassVar[str] = "app.changed"
    subject_kind: ClassVar[str] = "app"
    subject: str


@dataclass(frozen=True, kw_only=True)
class AppSecretRenewed(Event):
    name: ClassVar[str] = "app.secret_renewed"
    subject_kind: ClassVar[str] = "app"
    subject: str


@dataclass(frozen=True, kw_only=True)
class AppDisabled(Event):
    name: ClassVar[str] = "app.disabled"
    subject_kind: ClassVar[str] = "app"
    subject: str


@dataclass(frozen=True, kw_only=True)
class AppEnabled(Event):
    name: ClassVar[str] = "app.enabled"
    subject_kind: ClassVar[str] = "app"
    subject: str


@dataclass(frozen=True, kw_only=True)
class AppConnected(Event):
    """A person let an app of somebody else act for them."""

    name: ClassVar[str] = "app.connected"
    subject_kind: ClassVar[str] = "user"
    subject: str
    client: str
    scopes: list[str]


@dataclass(frozen=True, kw_only=True)
class AppTokensEnded(Event):
    """A grant was used twice, or given back: all tokens that came from it ended."""

    name: ClassVar[str] = "app.tokens_ended"
    subject_kind: ClassVar[str] = "user"
    subject: str
    client: str
    why: str


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
