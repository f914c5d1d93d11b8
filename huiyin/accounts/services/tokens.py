"""Writes about API tokens."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events, selectors
from huiyin.accounts.models import ApiToken, User
from huiyin.accounts.models.tokens import Scope
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid

TOUCH_EVERY = timedelta(minutes=5)


@transaction.atomic
def issue_token(
    user: User,
    *,
    scopes: list[str] | None = None,
    name: str = "",
    expires_at: datetime | None = None,
    by: Actor,
) -> tuple[ApiToken, str]:
    """A new token and its secret, shown this once. Without scopes: all that the user may do. Events: token.issued."""
    chosen = list(Scope.values) if scopes is None else sorted(set(scopes))
    unknown = sorted(set(chosen) - set(Scope.values))
    if unknown:
        raise Invalid("scope_unknown", _("There is no such scope."), field="scope", unknown=unknown)
    raw = "hy_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=hashlib.sha256(raw.encode()).hexdigest(),
        hint=raw[:7],
        scopes=chosen,
        expires_at=expires_at,
    )
    journal.publish(events.TokenIssued(subject=str(user.id), token=str(token.id), scopes=chosen), by=by)
    return token, raw


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Actor) -> ApiToken:
    """The token is dead from now on; twice is once. Events: token.revoked."""
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        journal.publish(events.TokenRevoked(subject=str(token.user_id), token=str(token.id)), by=by)
        selectors.forget_tokens()
        transaction.on_commit(selectors.forget_tokens)
    return token


def present_token(raw: str) -> ApiToken | None:
    """The live token behind a secret, or nothing; its use is remembered."""
    token = selectors.token_for(raw)
    if token is not None:
        touch_token(token)
    return token


def touch_token(token: ApiToken) -> None:
    """Remember that the token was used, at most once in five minutes."""
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > TOUCH_EVERY:
        ApiToken.objects.filter(id=token.id).update(last_used_at=now)
        selectors.forget_tokens(token.digest)
