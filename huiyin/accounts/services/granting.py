"""The rules by which apps get tokens: what oauthlib asks of us, answered over allauth's tables.

allauth keeps codes in a process's cache and forgets used grants; here both are rows, so that every process knows
them and a second use ends the whole family of tokens that came from one yes (RFC 9700, 2.2.2 and 4.14.2).
"""

import hmac
import secrets
from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.core.internal import httpkit
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.models import Client, Token
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.openid import Server

from huiyin.accounts import events
from huiyin.accounts.models import User
from huiyin.accounts.models.clients import SPENT_CODE, SPENT_REFRESH
from huiyin.accounts.selectors import clients
from huiyin.core import audit, clock, journal
from huiyin.core.actors import SYSTEM

ACCESS_SECONDS = 15 * 60
CODE_LIVES = timedelta(seconds=60)
REFRESH_LIVES = timedelta(days=30)
REMEMBERED = timedelta(days=1)  # how long a second use of a code is still noticed
CODE, ACCESS, REFRESH = Token.Type.AUTHORIZATION_CODE, Token.Type.ACCESS_TOKEN, Token.Type.REFRESH_TOKEN


def server() -> Server:
    """The provider for one request: our rules, and secrets of 384 random bits."""
    return Server(
        Rules(),
        token_expires_in=ACCESS_SECONDS,
        token_generator=lambda _request: clients.PREFIX + secrets.token_urlsafe(48),
        refresh_token_generator=lambda _request: secrets.token_urlsafe(48),
    )


def end_family(token: Token, *, why: str) -> int:
    """Every token that came from the same yes is gone, at once and everywhere. Events: app.tokens_ended."""
    family = (token.data or {}).get("family", "")
    kin = Token.objects.filter(client_id=token.client_id, user_id=token.user_id, data__family=family)
    gone, _each = kin.delete()
    told = events.AppTokensEnded(subject=str(token.user_id), client=str(token.client_id), why=why)
    journal.publish(told, by=SYSTEM)
    detail = {"client": str(token.client_id), "why": why, "tokens": gone}
    audit.record(told.name, f"user:{token.user_id}", by=SYSTEM, result=audit.REFUSED, detail=detail)
    return gone


class Rules(OAuthLibRequestValidator):
    """One of these judges one request, and keeps what it learns about the grant while it does."""

    def __init__(self) -> None:
        super().__init__()
        self.grant: Token | None = None

    # Who asks

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        client_id, secret = httpkit.extract_basic_auth(request.headers)
        if not client_id:
            client_id, secret = request.client_id, request.client_secret
        client = self._lookup_client(request, client_id) if isinstance(client_id, str) else None
        if client is None or not isinstance(secret, str) or not secret:
            return False
        given = clients.digest(secret)
        known = client.app.digests(clock.now())  # type: ignore[attr-defined]
        if not any([hmac.compare_digest(given, each) for each in known]):  # noqa: C419 - all, for the time's sake
            return False
        self._use_client(request, client)
        return True

    def _lookup_client(self, request: Request, client_id: str) -> Client | None:
        app = clients.open_app(client_id) if isinstance(client_id, str) else None
        return app.client if app is not None else None

    # What is asked for

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Letter by letter: no pattern, no other port, no more parameters."""
        return redirect_uri in request.client.get_redirect_uris()

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Client, request: Request, *args: Any
    ) -> bool:
        return bool(redirect_uri) and redirect_uri == self._said("redirect_uri")

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        """Of everybody, and hashed; a challenge in clear would protect nothing."""
        if request.code_challenge is not None and request.code_challenge_method != "S256":
            raise errors.InvalidRequestError("code_challenge_method must be S256", request=request)
        return True

    def validate_user_match(self, id_token_hint: Any, scopes: Any, claims: Any, request: Request) -> bool:
        return True

    # Codes

    def save_authorization_code(
        self, client_id: str, code: dict[str, Any], request: Request, *args: Any, **kwargs: Any
    ) -> None:
        kept = {
            "family": uuid4().hex,
            "redirect_uri": request.redirect_uri,
            "nonce": getattr(request, "nonce", None),
            "challenge": request.code_challenge,
            "sid": getattr(request, "sid", ""),
        }
        row = Token(type=CODE, client=request.client, user=request.user, data=kept)
        row.set_value(code["code"])
        row.set_scopes(request.scopes)
        row.expires_at = clock.now() + CODE_LIVES
        row.save(force_insert=True)

    def validate_code(self, client_id: str, code: str, client: Client, request: Request, *args: Any) -> bool:
        """Takes the code in the same breath; a wrong verifier afterwards has burnt it."""
        row = self._grant_row(request, code, (CODE, SPENT_CODE))
        if row is None or not self._spend(row, CODE, SPENT_CODE, why="code_reused"):
            return False
        request.user, request.scopes, self.grant = row.user, row.get_scopes(), row
        return True

    def invalidate_authorization_code(self, *args: Any, **kwargs: Any) -> None:
        """Done when it was taken."""

    def get_authorization_code_scopes(
        self, client_id: str, code: str, redirect_uri: str, request: Request
    ) -> list[str]:
        row = Token.objects.filter(type=CODE).by_value(code).first() if code else None
        return row.get_scopes() if row else []

    def get_authorization_code_nonce(self, *args: Any) -> str | None:
        return self._said("nonce")

    def get_code_challenge(self, code: str, request: Request) -> str | None:
        return self._said("challenge")

    def get_code_challenge_method(self, code: str, request: Request) -> str | None:
        return "S256"

    def finalize_id_token(
        self, id_token: dict[str, Any], token: dict[str, Any], token_handler: Any, request: Request
    ) -> str:
        """With the name of the browser session, so that the app knows which one ends when we say so."""
        if sid := self._said("sid"):
            id_token["sid"] = sid
        return str(super().finalize_id_token(id_token, token, token_handler, request))

    # Refreshing

    def validate_refresh_token(
        self, refresh_token: str, client: Client, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        row = self._grant_row(request, refresh_token, (REFRESH, SPENT_REFRESH))
        if row is None or not self._spend(row, REFRESH, SPENT_REFRESH, why="refresh_reused"):
            return False
        request.user, self.grant = row.user, row
        return True

    def get_original_scopes(
        self, refresh_token: str, request: Request, *args: Any, **kwargs: Any
    ) -> list[str]:
        return self.grant.get_scopes() if self.grant else []

    # Handing out

    def save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        if Client.GrantType.REFRESH_TOKEN not in request.client.get_grant_types():
            token.pop("refresh_token", None)
        now = clock.now()
        scopes = request.scopes or []
        rows = [
            self._row(ACCESS, token["access_token"], scopes, request, now + timedelta(seconds=ACCESS_SECONDS))
        ]
        if refresh := token.get("refresh_token"):
            whole = self.grant.get_scopes() if self.grant else scopes
            rows.append(self._row(REFRESH, refresh, whole, request, now + REFRESH_LIVES))
        Token.objects.bulk_create(rows)

    def validate_bearer_token(self, token: str, scopes: Any, request: Request) -> bool:
        """For userinfo: the token of an open app."""
        return bool(super().validate_bearer_token(token, scopes, request)) and (
            clients.open_app(request.client.id) is not None
        )

    def introspect_token(
        self, token: str, token_type_hint: str, request: Request, *args: Any, **kwargs: Any
    ) -> dict[str, Any] | None:
        """What an app's own token still opens (RFC 7662). Of others' tokens it learns what it learns of none, and
        an app that keeps no secret, whom anybody could pose as, learns nothing.
        """
        rows = Token.objects.select_related("user").filter(client=request.client, type__in=[ACCESS, REFRESH])
        row = rows.valid().by_value(token).first() if isinstance(token, str) else None
        if row is None or request.client.type == Client.Type.PUBLIC:
            return None
        whose = row.user or request.client.app.acts_as
        if whose is None or not whose.is_active:
            return None
        return self._told_of(row)

    def revoke_token(self, token: str, hint: str, request: Request, *args: Any, **kwargs: Any) -> None:
        """An access token alone; a refresh token with its whole family. Of one's own only."""
        row = Token.objects.by_value(token).filter(client=request.client, type__in=[ACCESS, REFRESH]).first()
        if row is not None and row.type == REFRESH:
            end_family(row, why="revoked_by_app")
        elif row is not None:
            row.delete()

    def _told_of(self, row: Token) -> dict[str, Any]:
        adapter = get_adapter()
        told = {"client_id": row.client_id, "scope": " ".join(row.get_scopes()), "iss": adapter.get_issuer()}
        told |= {"iat": int(row.created_at.timestamp()), "exp": int(row.expires_at.timestamp())}  # type: ignore[union-attr]
        if row.type == ACCESS:
            told["token_type"] = "Bearer"  # noqa: S105 a kind, not a secret
        if row.user is not None:
            told["sub"] = adapter.get_user_sub(row.client, row.user)
        return told

    def _grant_row(self, request: Request, value: str, kinds: tuple[str, str]) -> Token | None:
        rows = Token.objects.select_related("user").filter(client=request.client, type__in=kinds)
        row = rows.valid().by_value(value).first() if isinstance(value, str) else None
        return row if row is not None and row.user is not None and row.user.is_active else None

    def _spend(self, row: Token, fresh: str, spent: str, *, why: str) -> bool:
        """One update decides between two at once; who comes second ends what the first one got."""
        kept_until = max(row.expires_at or clock.now(), clock.now() + REMEMBERED)
        taken = Token.objects.filter(pk=row.pk, type=fresh).update(type=spent, expires_at=kept_until)
        if not taken:
            end_family(row, why=why)
        return bool(taken)

    def _said(self, name: str) -> str | None:
        return (self.grant.data or {}).get(name) if self.grant else None

    def _row(self, kind: str, value: str, scopes: Any, request: Request, until: Any) -> Token:
        kept = {"family": self._said("family") or uuid4().hex, "sid": self._said("sid") or ""}
        user: User | None = request.user if self.grant else None
        row = Token(type=kind, client=request.client, user=user, expires_at=until, data=kept)
        row.set_value(value)
        row.set_scopes(scopes)
        return row
