"""One's own account for apps without pages, behind the session that came with the sign-in."""

from typing import Any
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.security import APIKeyHeader

from huiyin.accounts.api.entering import router
from huiyin.accounts.middleware import SESSION_HEADER
from huiyin.accounts.models import User
from huiyin.accounts.schemas import account as schemas
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import sessions
from huiyin.core.errors import Forbidden, Unauthenticated
from huiyin.core.rest import answer


class SessionAuth(APIKeyHeader):
    """The session of an app; the middleware has read it already, with all that ends one."""

    param_name = SESSION_HEADER

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user: Any = request.user
        if not user.is_authenticated:
            raise Unauthenticated("sign_in_needed", "")
        if user.waits_for_guardian:
            raise Forbidden("guardian_needed", _("A parent or guardian has to agree first."))
        return user


@router.get("/account", auth=SessionAuth(), response=schemas.AccountOut, summary="Who is signed in")
def get_account(request: HttpRequest) -> HttpResponse:
    return answer(schemas.account_out(_me(request)))


@router.get(
    "/account/sessions", auth=SessionAuth(), response=schemas.SessionsOut, summary="Where one is signed in"
)
def get_sessions(request: HttpRequest) -> HttpResponse:
    here = str(request.session.session_key)
    return answer(
        {"items": [schemas.session_out(each, here=here) for each in doors.sessions_of(_me(request))]}
    )


@router.delete(
    "/account/sessions/{session_id}", auth=SessionAuth(), response={204: None}, summary="End one session"
)
def delete_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    user = _me(request)
    sessions.end_session(doors.session_of(user, session_id), why="by_owner", by=user.actor)
    return HttpResponse(status=204)


@router.delete("/account/session", auth=SessionAuth(), response={204: None}, summary="Sign out")
def delete_own_session(request: HttpRequest) -> HttpResponse:
    sessions.end_by_key(str(request.session.session_key), why="signed_out", by=_me(request).actor)
    logout(request)
    return HttpResponse(status=204)


def _me(request: HttpRequest) -> User:
    return request.auth  # type: ignore[attr-defined, no-any-return]
