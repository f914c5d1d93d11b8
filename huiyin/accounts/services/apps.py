"""Apps of others that people let into their account: registered, allowed, withdrawn, and cut off when a token leaks."""

import secrets
from datetime import timedelta

from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events
from huiyin.accounts.models import UsedGrant, User
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid

SCOPES = ("openid", "profile", "email", "phone")
KEPT_FOR = timedelta(days=60)
Kind = Client.Type


def register_client(
    *, name: str, redirect_uris: list[str], scopes: list[str], is_public: bool
) -> tuple[Client, str]:
    """A new app and its secret, shown this once; an app in a browser or phone keeps none and proves itself by PKCE.

    Refuses unknown scopes and addresses that are not exact and safe.
    """
    wanted = ["openid", *(scope for scope in scopes if scope != "openid")]
    if unknown := sorted(set(wanted) - set(SCOPES)):
        raise Invalid("scope_unknown", _("There is no such scope."), field="scope", unknown=unknown)
    if not redirect_uris or not all(map(_is_safe, redirect_uris)):
        raise Invalid(
            "redirect_unsafe", _("Name exact https:// addresses to come back to."), field="redirect_uri"
        )
    secret = "" if is_public else secrets.token_urlsafe(32)
    client = Client(
        id=secrets.token_hex(12), name=name[:100], type=Kind.PUBLIC if is_public else Kind.CONFIDENTIAL
    )
    client.secret = make_password(secret or None)
    client.set_scopes(wanted)
    client.set_redirect_uris(redirect_uris)
    client.set_grant_types(["authorization_code", "refresh_token"])
    client.set_response_types(["code"])
    client.save(force_insert=True)
    return client, secret


@transaction.atomic
def disconnect(user: User, client: Client, *, by: Actor) -> int:
    """The app may do nothing in this person's name any more. Events: app.disconnected."""
    gone, _each = Token.objects.filter(user=user, client=client).delete()
    journal.publish(events.AppDisconnected(subject=str(user.id), client=client.id), by=by)
    return gone


def note_use(grant: str, *, client: str, user: User) -> None:
    """Remember that a code or refresh token was used up, by its digest."""
    UsedGrant.objects.get_or_create(hash=grant, defaults={"client": client, "user": user})


@transaction.atomic
def cut_off(used: UsedGrant, *, by: Actor) -> int:
    """A used grant came again: somebody has a copy, so nothing that came from it works any more (RFC 9700 4.14.2)."""
    gone, _each = Token.objects.filter(user=used.user_id, client=used.client).delete()
    if gone:
        journal.publish(events.AppDisconnected(subject=str(used.user_id), client=used.client), by=by)
    return gone


def sweep_grants() -> int:
    """Forget used grants that would have expired by now, and tokens that have."""
    gone = UsedGrant.objects.filter(used_at__lt=clock.now() - KEPT_FOR).delete()[0]
    batch = list(Token.objects.expired().values_list("pk", flat=True)[:500])
    return gone + Token.objects.filter(pk__in=batch).delete()[0]


def _is_safe(uri: str) -> bool:
    """https, an app's own scheme, or loopback for development; no wildcard and no fragment."""
    scheme = uri.split(":", 1)[0]
    is_local = uri.startswith(("http://127.0.0.1", "http://localhost"))
    is_closed = scheme in {"http", "javascript", "data", "file", "vbscript"} and not is_local
    return "://" in uri and not is_closed and not set("*#\\ ") & set(uri)
