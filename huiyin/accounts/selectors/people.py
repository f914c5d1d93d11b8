"""Reads about people: tokens, identities, contacts, and the directory that lists show names from."""

import hashlib
import time
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import TTLCache
from django.db.models import Q, QuerySet

from huiyin.accounts.events import ContactCreated
from huiyin.accounts.models import (
    ApiToken,
    BusinessLine,
    Contact,
    Grant,
    Identity,
    Membership,
    Product,
    Team,
    User,
)
from huiyin.core import clock, shroud
from huiyin.core.crypto import blind_index
from huiyin.core.errors import NotFound
from huiyin.core.models import JournalEntry

_reaches: list[Callable[[User], Q]] = []
DIRECTORY_SECONDS = 2.0
TOKEN_SECONDS = 2.0  # a closed door stays open no longer than this in other processes
_tokens: TTLCache[str, ApiToken] = TTLCache(maxsize=1024, ttl=TOKEN_SECONDS)
_tokens_lock = Lock()


def token_for(raw: str) -> ApiToken | None:
    """The token behind a secret as it lived at most two seconds ago, with its user and their roles, or nothing."""
    digest = hashlib.sha256(raw.encode()).hexdigest()
    with _tokens_lock:
        kept = _tokens.get(digest)
    if kept is None or (kept.expires_at and kept.expires_at <= clock.now()):
        kept = _read_token(digest)
    if kept is None:
        return None
    # What a request does to its token or user must not be seen by the next one.
    token = copy(kept)
    token.user = copy(kept.user)
    return token


def forget_tokens(digest: str = "") -> None:
    """Read this token afresh at the next question, or all; called by every service that closes a door."""
    with _tokens_lock:
        _tokens.pop(digest, None) if digest else _tokens.clear()


def _read_token(digest: str) -> ApiToken | None:
    live = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    tokens = ApiToken.objects.select_related("user").filter(live, revoked_at=None, user__is_active=True)
    found = tokens.filter(digest=digest).first()
    if found is not None:
        _ = found.user.roles
        with _tokens_lock:
            _tokens[digest] = found
    return found


def made_known(user: User, contact: Contact) -> bool:
    """Whether this person, or a program of theirs, made the contact known to us."""
    facts = JournalEntry.objects.filter(subject_kind="contact", subject=str(contact.id))
    mine = facts.filter(name=ContactCreated.name, actor_kind="user", actor_id=str(user.pk))
    return mine.exists()


def identity_index(kind: str, value: str) -> str:
    """The blind index under which an identity is found."""
    return blind_index(f"identity.{kind}", value)


def identity_of(known: Mapping[str, str]) -> Identity | None:
    """The identity among `{kind: value}` that we know best: account number first, then e-mail, then phone."""
    wanted = Q()
    for kind, value in known.items():
        wanted |= Q(kind=kind, index=identity_index(kind, value))
    if not wanted:
        return None
    rows = Identity.objects.select_related("contact__merged_into").filter(wanted)
    found = {i.kind: i for i in rows}
    order = (Identity.Kind.EXTERNAL, Identity.Kind.EMAIL, Identity.Kind.PHONE, Identity.Kind.WECHAT)
    return next((found[kind] for kind in order if kind in found), None)


def contacts_for(user: User) -> QuerySet[Contact]:
    """Contacts that this person may see."""
    if not user.is_staff_member:
        return Contact.objects.none()
    if any(line is None and team is None for _role, line, team in user.held):
        return Contact.objects.all()
    wanted = Q(pk__in=[])
    for reach in _reaches:
        wanted |= reach(user)
    return Contact.objects.filter(wanted)


def reach_contacts_by(reach: Callable[[User], Q]) -> None:
    """`reach(user)`: the contacts whom somebody limited to teams or lines meets in their work. Apps above register."""
    if reach not in _reaches:
        _reaches.append(reach)


def contact_for(user: User, contact_id: UUID) -> Contact:
    contact = contacts_for(user).filter(id=contact_id).first()
    if contact is None:
        raise NotFound("contact_absent", "")
    return contact


def contacts_found(user: User, query: str) -> QuerySet[Contact]:
    """Contacts whose e-mail, phone or account number is exactly the query; who stands for all of merged ones."""
    if shroud.is_drawn():
        return Contact.objects.none()  # who knows a number already does not learn here whose it is
    wanted = Q()
    for kind in Identity.Kind.values:
        known = {"kind": kind, "index": identity_index(kind, query)}
        wanted |= Q(**{f"identities__{name}": value for name, value in known.items()})
        wanted |= Q(**{f"merged__identities__{name}": value for name, value in known.items()})
    return contacts_for(user).filter(wanted, merged_into=None).distinct()


def staff() -> QuerySet[User]:
    """Active people who hold a role now."""
    return User.objects.filter(is_active=True, grants__in=_grants_in_force()).distinct()


@dataclass(frozen=True)
class Directory:
    """Names of the organisation, read once every few seconds, so that lists and intake need no query for them."""

    lines: Mapping[UUID, BusinessLine]
    teams: Mapping[UUID, Team]
    products: Mapping[UUID, Product]
    people: Mapping[UUID, User]
    members: Mapping[UUID, frozenset[UUID]]
    roles: Mapping[UUID, frozenset[str]]
    read_at: float = field(default=0.0)

    def product(self, key: str) -> Product | None:
        return next((p for p in self.products.values() if p.key == key and p.is_active), None)

    def product_names(self) -> dict[str, tuple[str, ...]]:
        """Every name by which a text may mean a product that is sold."""
        return {product.key: product.names for product in self.products.values() if product.is_active}

    def team_for(self, product: Product | None) -> Team | None:
        """The team that hears first: the product's, else its line's first, else the default team."""
        if product is not None and product.team_id:
            return self.teams.get(product.team_id)
        return next((t for t in self.teams.values() if t.is_default), None)

    def teams_of(self, user: User) -> frozenset[UUID]:
        return frozenset(team for team, members in self.members.items() if user.id in members)


_directory: Directory | None = None


def directory() -> Directory:
    """The organisation as it stood at most two seconds ago in this process."""
    global _directory
    if _directory is None or time.monotonic() - _directory.read_at > DIRECTORY_SECONDS:
        _directory = _read_directory()
    return _directory


def forget_directory() -> None:
    """Read the organisation afresh at the next question; called by every service that changes it."""
    global _directory
    _directory = None


def _read_directory() -> Directory:
    members: dict[UUID, set[UUID]] = {}
    for team, user in Membership.objects.values_list("team_id", "user_id"):
        members.setdefault(team, set()).add(user)
    roles: dict[UUID, set[str]] = {}
    for user, role in _grants_in_force().values_list("user_id", "role"):
        roles.setdefault(user, set()).add(role)
    return Directory(
        lines=BusinessLine.objects.in_bulk(),
        teams=Team.objects.in_bulk(),
        products=Product.objects.in_bulk(),
        people=User.objects.filter(id__in=roles).in_bulk(),
        members={team: frozenset(users) for team, users in members.items()},
        roles={user: frozenset(names) for user, names in roles.items()},
        read_at=time.monotonic(),
    )


def _grants_in_force() -> Any:
    return Grant.objects.in_force(clock.now())
