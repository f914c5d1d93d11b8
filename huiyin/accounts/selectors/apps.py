"""Reads about apps of others that people let into their account."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token

from huiyin.accounts.models import UsedGrant, User
from huiyin.core.errors import NotFound


@dataclass(frozen=True)
class App:
    """One app as its page shows it: what it may know, since when."""

    client: Client
    scopes: list[str]
    since: datetime


def apps_of(user: User) -> list[App]:
    """Apps that hold a live token of this person."""
    found: dict[str, App] = {}
    words = get_adapter().scope_display
    tokens = Token.objects.valid().filter(user=user).exclude(client=None)
    for token in tokens.select_related("client").order_by("created_at"):
        client = token.client
        if client is not None and client.id not in found:
            scopes = [str(words.get(scope, scope)) for scope in token.get_scopes()]
            found[client.id] = App(client, scopes, token.created_at)
    return list(found.values())


def app_of(user: User, client_id: str) -> Client:
    """An app of this person. Raises NotFound for one that holds nothing of theirs."""
    found = Client.objects.filter(id=client_id, token__user=user).first()
    if found is None:
        raise NotFound("app_absent", "")
    return found


def comes_back_to(client_id: str, uri: str) -> bool:
    """Did this app name exactly this address?"""
    client = Client.objects.filter(id=client_id).first()
    return client is not None and uri in client.get_redirect_uris()


def digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()


def used_grant(value: str) -> UsedGrant | None:
    return UsedGrant.objects.filter(hash=digest(value)).first() if value else None


def refresh_token(value: str) -> Token | None:
    found = (
        Token.objects.select_related("user", "client").by_value(value).filter(type=Token.Type.REFRESH_TOKEN)
    )
    return found.first() if value else None


def issued(body: bytes) -> Token | None:
    """The access token that an answer hands out."""
    value = json.loads(body).get("access_token", "")
    return Token.objects.select_related("user", "client").by_value(value).first()
