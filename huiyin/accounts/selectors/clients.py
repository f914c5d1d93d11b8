"""Reads about apps of others: registered ones, those that a person let in, and what a token of theirs may do."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allauth.idp.oidc.models import Client, Token
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Connection, RegisteredApp, User
from huiyin.accounts.models.tokens import Scope
from huiyin.accounts.policies import can_administer
from huiyin.core.errors import NotFound

PREFIX = "hya_"  # of access tokens, so that one look tells them from API tokens
PERSONAL: dict[str, Any] = {
    "openid": _("Know that it is you"),
    "profile": _("See how you are called"),
    "email": _("See your e-mail address"),
    "phone": _("See your phone number"),
}
WORK: dict[str, Any] = {
    Scope.VOICES_WRITE: _("Send in what users said, in your name"),
    Scope.CASES_READ: _("Read the requests that you may read"),
    Scope.CASES_WRITE: _("Answer and change requests in your name"),
    Scope.CONTACTS_READ: _("Read the users whom you may read"),
    Scope.CONTACTS_ACT: _("Act for users by their follow links"),
    Scope.KNOWLEDGE_WRITE: _("Write articles in your name"),
    Scope.METRICS_READ: _("Read figures"),
    Scope.WEBHOOKS_WRITE: _("Manage webhooks in your name"),
}
SCOPES = PERSONAL | WORK


@dataclass(frozen=True, slots=True)
class Presented:
    """A live access token as the API sees it."""

    pk: Any
    user: User
    scopes: Sequence[str]


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def words_of(scopes: Sequence[str]) -> list[str]:
    """What the scopes allow, in words for a person."""
    return [str(SCOPES[scope]) for scope in SCOPES if scope in scopes]


def apps_for(user: Any) -> QuerySet[RegisteredApp]:
    """Registered apps, for those who administer them."""
    apps = RegisteredApp.objects.select_related("client", "acts_as").order_by("made_at")
    return apps if can_administer(user) else apps.none()


def app_for(user: Any, client_id: str) -> RegisteredApp:
    found = apps_for(user).filter(client_id=client_id).first()
    if found is None:
        raise NotFound("app_absent", "")
    return found


def open_app(client_id: str) -> RegisteredApp | None:
    """The app behind a client's id, unless it was disabled."""
    found = RegisteredApp.objects.select_related("client", "acts_as")
    return found.filter(client_id=client_id, disabled_at=None).first()


def connections_of(user: User) -> QuerySet[Connection]:
    """Apps that this person let in and did not shut out again."""
    return Connection.objects.filter(user=user, ended_at=None).select_related("client__app").order_by("since")


def connection_of(user: User, client_id: str) -> Connection:
    found = connections_of(user).filter(client_id=client_id).first()
    if found is None:
        raise NotFound("app_absent", "")
    return found


def has_allowed(user: User, client: Client, scopes: Sequence[str]) -> bool:
    """Did this person let the app do all this already?"""
    known = connections_of(user).filter(client=client).first()
    return known is not None and set(scopes) <= set(known.scopes)


def presented(raw: str) -> Presented | None:
    """The live access token behind a secret: of an open app, and of a person who may come in. Read anew each time,
    so that what is shut is shut for every process at once."""
    if not raw.startswith(PREFIX):
        return None
    tokens = Token.objects.select_related("user", "client__app__acts_as")
    token = tokens.lookup(Token.Type.ACCESS_TOKEN, raw)
    app = getattr(token.client, "app", None) if token is not None else None
    if token is None or app is None or app.disabled_at is not None:
        return None
    user = token.user or app.acts_as
    if user is None or not user.is_active:
        return None
    scopes = [scope for scope in token.get_scopes() if scope in Scope.values]
    return Presented(f"app-{token.pk}", user, scopes)
