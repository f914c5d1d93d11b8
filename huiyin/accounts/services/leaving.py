"""Telling apps of others that somebody has left: OpenID Connect Back-Channel Logout 1.0."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import jwt
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter
from django.utils.module_loading import import_string

from huiyin.accounts.models import AppSession, Connection, Session
from huiyin.core import clock, egress

TELLING = "huiyin.accounts.tasks.tell_app"
LEFT = "http://schemas.openid.net/event/backchannel-logout"  # a name that the standard gives, not an address
GOOD_FOR = timedelta(minutes=2)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class NotHeard(Exception):
    """The app did not take the news; the job comes again."""


def enter_app(connection: Connection, *, key: str) -> str:
    """Remember through which browser the app was entered; answers what the app will know it by, empty without one."""
    session = Session.objects.filter(user_id=connection.user_id, key=key, ended_at=None).first()
    if session is None:
        return ""
    row, _is_new = AppSession.objects.get_or_create(connection=connection, session=session)
    return str(row.id)


def announce(session_id: UUID) -> int:
    """A session is over: have each app told that was entered through it and wants to know. Answers how many."""
    waiting = AppSession.objects.filter(session_id=session_id, told_at=None, connection__ended_at=None)
    open_apps = waiting.filter(connection__client__app__disabled_at=None)
    ids = list(open_apps.exclude(connection__client__app__logout_uri="").values_list("id", flat=True))
    for each in ids:
        import_string(TELLING).enqueue(str(each))
    return len(ids)


def tell(row_id: UUID) -> None:
    """Tell one app, once. Raises NotHeard when it did not answer that it heard; a wrong token it may refuse."""
    rows = AppSession.objects.select_related("connection__client__app", "connection__user")
    row = rows.filter(id=row_id, told_at=None).first()
    if row is None:
        return
    uri = row.connection.client.app.logout_uri
    content = urlencode({"logout_token": _token(row)}).encode()
    try:
        answer = egress.request("POST", uri, content=content, headers=FORM)
    except egress.EgressError as problem:
        raise NotHeard(str(problem)) from problem
    if answer.status not in {200, 204, 400}:
        raise NotHeard(f"status {answer.status}")
    AppSession.objects.filter(id=row.id).update(told_at=clock.now())


def _token(row: AppSession) -> str:
    """Signed like an ID token, and never to be taken for one: its type, its event, and no nonce."""
    adapter, now = get_adapter(), clock.now()
    client, user = row.connection.client, row.connection.user
    claims: dict[str, Any] = {
        "iss": adapter.get_issuer(),
        "aud": client.id,
        "sub": adapter.get_user_sub(client, user),
        "sid": str(row.id),
        "iat": int(now.timestamp()),
        "exp": int((now + GOOD_FOR).timestamp()),
        "jti": uuid4().hex,
        "events": {LEFT: {}},
    }
    public, private = jwkkit.load_jwk_from_pem(adapter.get_signing_key().pem)
    headers = {"kid": public["kid"], "typ": "logout+jwt"}
    return jwt.encode(claims, private, algorithm="RS256", headers=headers)
