"""Shape of the JSON about one's own account."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from allauth.mfa.models import Authenticator
from ninja import Schema

from huiyin.accounts import places
from huiyin.accounts.models import Session, User
from huiyin.accounts.selectors import doors

RECOVERY = Authenticator.Type.RECOVERY_CODES
STATES = Literal[
    "signed_out",
    "code_sent",
    "join",
    "second_step",
    "second_step_elsewhere",
    "password_expired",
    "signed_in",
]


class AddressOut(Schema):
    way: str
    masked: str


class AccountOut(Schema):
    id: UUID
    username: str
    name: str
    language: str
    addresses: list[AddressOut]
    waits_for_guardian: bool


class TermsOut(Schema):
    version: str
    url: str


class StateOut(Schema):
    """`offered`: second steps to choose from. `address`: where the code went, masked. `terms`: what to agree to."""

    state: STATES
    offered: list[str] = []
    address: str = ""
    terms: TermsOut | None = None
    account: AccountOut | None = None


class FactorOut(Schema):
    id: int
    kind: str
    added_at: datetime
    used_at: datetime | None


class FactorsOut(Schema):
    """`code`: the way by which a code serves as second step. `is_needed`: a role asks for one."""

    items: list[FactorOut]
    code: str
    recovery_codes_left: int
    is_needed: bool


class AppOut(Schema):
    """`uri` is what a picture for the authenticator app holds, or a link that opens it."""

    secret: str
    uri: str


class CodesOut(Schema):
    recovery_codes: list[str]


class MoveOut(Schema):
    """Where the two codes went, masked; `replaces` is empty where there was no such address."""

    address: str
    replaces: str


class SessionOut(Schema):
    id: UUID
    door: str
    device: str
    place: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


class SessionsOut(Schema):
    items: list[SessionOut]


def account_out(user: User) -> dict[str, Any]:
    """What an app shows of its person; addresses are masked, since a lost phone is no reason to tell them."""
    proved = [doors.proved_address(user, way) for way in ("phone", "email")]
    return {
        "id": user.id,
        "username": user.username,
        "name": user.display_name,
        "language": user.language,
        "addresses": [{"way": each.way, "masked": each.masked} for each in proved if each],
        "waits_for_guardian": user.waits_for_guardian,
    }


def factors_out(user: User) -> dict[str, Any]:
    """The apps and passkeys, never a secret of theirs."""
    made = doors.authenticators_of(user)
    codes = [each for each in made if each.type == RECOVERY]
    return {
        "items": [
            {
                "id": each.pk,
                "kind": "passkey" if each.type == Authenticator.Type.WEBAUTHN else str(each.type),
                "added_at": each.created_at,
                "used_at": each.last_used_at,
            }
            for each in made
            if each not in codes
        ],
        "code": user.second_step,
        "recovery_codes_left": sum(len(each.data["digests"]) for each in codes),
        "is_needed": doors.needs_second_factor(user),
    }


def session_out(session: Session, *, here: str) -> dict[str, Any]:
    """One place where the person is signed in; never its key."""
    told = {name: getattr(session, name) for name in ("id", "door", "device", "began_at", "seen_at")}
    return {**told, "place": places.told(session.address, session.place), "is_this": session.key == here}
