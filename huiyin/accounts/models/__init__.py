"""Tables of people and organisation, by noun."""

from huiyin.accounts.models.clients import AppSession, Connection, RegisteredApp, SigningKey
from huiyin.accounts.models.contacts import Contact, ContactMerge, Identity
from huiyin.accounts.models.doors import (
    Door,
    LinkedAccount,
    OneTimeCode,
    RoleRule,
    Session,
    Setback,
    SignIn,
    SpentToken,
    Way,
)
from huiyin.accounts.models.organisation import BusinessLine, Membership, Product, Team
from huiyin.accounts.models.sites import HostKey, HostSite
from huiyin.accounts.models.staff import (
    AccessReview,
    AccessRule,
    BorrowedEyes,
    Invitation,
    ReviewDecision,
    TrustRequest,
)
from huiyin.accounts.models.tokens import ApiToken
from huiyin.accounts.models.users import Grant, Role, User

__all__ = [
    "AccessReview",
    "AccessRule",
    "ApiToken",
    "AppSession",
    "BorrowedEyes",
    "BusinessLine",
    "Connection",
    "Contact",
    "ContactMerge",
    "Door",
    "Grant",
    "HostKey",
    "HostSite",
    "Identity",
    "Invitation",
    "LinkedAccount",
    "Membership",
    "OneTimeCode",
    "Product",
    "RegisteredApp",
    "ReviewDecision",
    "Role",
    "RoleRule",
    "Session",
    "Setback",
    "SignIn",
    "SigningKey",
    "SpentToken",
    "Team",
    "TrustRequest",
    "User",
    "Way",
]
