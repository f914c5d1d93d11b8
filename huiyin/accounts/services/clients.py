"""Writes about apps of others: registered, changed, shut; let in by a person, and shut out again."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events
from huiyin.accounts.models import Connection, RegisteredApp, User
from huiyin.accounts.models.tokens import Scope
from huiyin.accounts.selectors import clients
from huiyin.core import audit, clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid

OVERLAP = timedelta(days=1)  # for how long the secret before the last one still opens
KINDS = ("server", "public", "itself")
GRANTS = {
    "server": [Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN],
    "public": [Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN],
    "itself": [Client.GrantType.CLIENT_CREDENTIALS],
}


@transaction.atomic
def register_app(given: Mapping[str, Any], *, by: Actor) -> tuple[RegisteredApp, str]:
    """A new app and its secret, shown this once. `kind` is a server's app, one in a browser or phone (which keeps no
    secret), or one that acts for nobody but itself, within the rights of `acts_as`.

    Refuses unknown scopes, addresses that are not exact and safe, and an app of its own without somebody whose
    rights limit it. Events: app.registered.
    """
    kind = given["kind"]
    client = Client(id=f"app_{secrets.token_hex(12)}")
    client.secret = make_password(None)  # fits nothing: the secret's digest stands on our own row
    client.type = Client.Type.PUBLIC if kind == "public" else Client.Type.CONFIDENTIAL
    client.set_grant_types([str(each) for each in GRANTS[kind]])
    client.set_response_types(["code"] if kind != "itself" else [])
    _put(client, given, kind=kind)
    client.save(force_insert=True)
    acts_as = _acts_as(given) if kind == "itself" else None
    app = RegisteredApp(client=client, home=_home(given["home"]), acts_as=acts_as)
    app.logout_uri = _logout_uri(given)
    app.save(force_insert=True)
    secret = "" if kind == "public" else _renew(app)
    _tell(events.AppRegistered(subject=client.id), app, by=by)
    return app, secret


@transaction.atomic
def change_app(app: RegisteredApp, given: Mapping[str, Any], *, by: Actor) -> RegisteredApp:
    """Change name, addresses and scopes. Scopes that it loses, its tokens lose with them. Events: app.changed."""
    before = set(app.client.get_scopes())
    _put(app.client, given, kind=kind_of(app))
    app.client.save()
    app.home = _home(given["home"])
    app.acts_as = _acts_as(given) if kind_of(app) == "itself" else None
    app.logout_uri = _logout_uri(given)
    app.save(update_fields=["home", "acts_as", "logout_uri"])
    if before - set(app.client.get_scopes()):
        Token.objects.filter(client=app.client).delete()
    _tell(events.AppChanged(subject=app.client_id), app, by=by)
    return app


@transaction.atomic
def renew_secret(app: RegisteredApp, *, by: Actor) -> str:
    """Another secret, shown this once; the one before opens for one more day. Events: app.secret_renewed."""
    if kind_of(app) == "public":
        raise Invalid("secret_not_kept", _("An app in a browser or a phone keeps no secret."))
    secret = _renew(app)
    _tell(events.AppSecretRenewed(subject=app.client_id), app, by=by)
    return secret


@transaction.atomic
def disable_app(app: RegisteredApp, *, by: Actor) -> None:
    """The app gets no token, and those that it has are gone. Events: app.disabled."""
    if app.disabled_at is None:
        app.disabled_at = clock.now()
        app.save(update_fields=["disabled_at"])
        Token.objects.filter(client_id=app.client_id).delete()
        _tell(events.AppDisabled(subject=app.client_id), app, by=by)


@transaction.atomic
def enable_app(app: RegisteredApp, *, by: Actor) -> None:
    """The app may ask again; everybody lets it in anew. Events: app.enabled."""
    if app.disabled_at is not None:
        app.disabled_at = None
        app.save(update_fields=["disabled_at"])
        Connection.objects.filter(client_id=app.client_id, ended_at=None).update(ended_at=clock.now())
        _tell(events.AppEnabled(subject=app.client_id), app, by=by)


@transaction.atomic
def connect(user: User, client: Client, *, scopes: Sequence[str], by: Actor) -> Connection:
    """The person's yes, with what it covers. Events: app.connected."""
    held, is_new = Connection.objects.get_or_create(
        user=user, client=client, ended_at=None, defaults={"scopes": sorted(scopes)}
    )
    if not is_new and not set(scopes) <= set(held.scopes):
        held.scopes = sorted({*held.scopes, *scopes})
        held.save(update_fields=["scopes"])
    told = events.AppConnected(subject=str(user.id), client=client.id, scopes=sorted(scopes))
    journal.publish(told, by=by)
    audit.record(told.name, f"user:{user.id}", by=by, detail={"client": client.id})
    return held


@transaction.atomic
def disconnect(connection: Connection, *, by: Actor) -> None:
    """The app may do nothing in this person's name any more, from the next call on. Events: app.disconnected."""
    Token.objects.filter(user_id=connection.user_id, client_id=connection.client_id).delete()
    connection.ended_at = clock.now()
    connection.save(update_fields=["ended_at"])
    told = events.AppDisconnected(subject=str(connection.user_id), client=str(connection.client_id))
    journal.publish(told, by=by)
    audit.record(told.name, f"user:{connection.user_id}", by=by, detail={"client": str(connection.client_id)})


def shut_out(user: User) -> None:
    """A closed account: what apps hold of it is gone."""
    Token.objects.filter(user=user).delete()
    Token.objects.filter(client__app__acts_as=user, user=None).delete()


def sweep_tokens() -> int:
    """Forget expired codes and tokens, some hundred at a time."""
    batch = list(Token.objects.expired().values_list("pk", flat=True)[:500])
    return Token.objects.filter(pk__in=batch).delete()[0]


def kind_of(app: RegisteredApp) -> str:
    if app.client.type == Client.Type.PUBLIC:
        return "public"
    return "itself" if Client.GrantType.CLIENT_CREDENTIALS in app.client.get_grant_types() else "server"


def _put(client: Client, given: Mapping[str, Any], *, kind: str) -> None:
    scopes = list(dict.fromkeys(given["scopes"]))
    known = list(Scope.values) if kind == "itself" else list(clients.SCOPES)
    if not scopes or set(scopes) - set(known):
        raise Invalid("scope_unknown", _("Choose scopes that an app of this kind may have."), field="scopes")
    uris = list(given["redirect_uris"])
    if kind != "itself" and (not uris or not all(_is_safe(uri) for uri in uris)):
        message = _("Name exact https:// addresses to come back to, one a line.")
        raise Invalid("redirect_unsafe", message, field="redirect_uris")
    client.name = given["name"][:100]
    client.set_scopes(scopes if kind == "itself" else list(dict.fromkeys(["openid", *scopes])))
    client.set_default_scopes([] if kind != "itself" else scopes)
    client.set_redirect_uris(uris if kind != "itself" else [])


def _acts_as(given: Mapping[str, Any]) -> User:
    user = User.objects.filter(username=given.get("acts_as", "").strip().lower(), is_active=True).first()
    if user is None or not user.roles:
        message = _("Name a member of staff whose rights limit the app.")
        raise Invalid("acts_as_missing", message, field="acts_as")
    return user


def _home(text: str) -> str:
    if text and not text.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise Invalid("home_unsafe", _("Write an address that begins with https://."), field="home")
    return text[:200]


def _logout_uri(given: Mapping[str, Any]) -> str:
    """Where it hears of a sign-out; an address of the web, since it is we who call."""
    uri = str(given.get("logout_uri") or "").strip()
    if uri and not (_is_safe(uri) and uri.startswith("http")):
        raise Invalid("logout_unsafe", _("Write an address that begins with https://."), field="logout_uri")
    return uri


def _renew(app: RegisteredApp) -> str:
    secret = secrets.token_urlsafe(32)
    if app.digest:
        app.former_digest, app.former_until = app.digest, clock.now() + OVERLAP
    app.digest = clients.digest(secret)
    app.save(update_fields=["digest", "former_digest", "former_until"])
    return secret


def _is_safe(uri: str) -> bool:
    """https, an app's own scheme (reverse domain, RFC 8252), or this very machine for development; no pattern."""
    parts = urlsplit(uri)
    if set("*#\\ ") & set(uri) or parts.username or parts.password:
        return False
    if parts.scheme == "http":
        return parts.hostname in {"127.0.0.1", "localhost"}
    return (parts.scheme == "https" and bool(parts.hostname)) or ("." in parts.scheme and bool(parts.path))


def _tell(fact: journal.Event, app: RegisteredApp, *, by: Actor) -> None:
    journal.publish(fact, by=by)
    audit.record(fact.name, f"app:{app.client_id}", by=by)
