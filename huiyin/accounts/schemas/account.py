"""Shape of the JSON about one's own account."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema

from huiyin.accounts.models import Session, User
from huiyin.accounts.selectors import doors

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


def session_out(session: Session, *, here: str) -> dict[str, Any]:
    """One place where the person is signed in; never its key."""
    told = {name: getattr(session, name) for name in ("id", "door", "device", "place", "began_at", "seen_at")}
    return {**told, "is_this": session.key == here}
