"""Looks at every signed-in request: has the session grown old, moved to another browser, or gained other rights?

And carries the session of apps, which have no cookies.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponseBase

from huiyin.accounts import arrivals, watch
from huiyin.accounts.services import sessions
from huiyin.core.actors import SYSTEM

APPS = "/api/v1/account"
SESSION_HEADER, DEVICE_HEADER = "X-Session-Token", "X-Device-Token"


class AppSession:
    """The session of an app travels in a header, both ways. Its cookies count for nothing, so no page can send it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(APPS):
            return self.get_response(request)
        told = {settings.SESSION_COOKIE_NAME: SESSION_HEADER, arrivals.COOKIE: DEVICE_HEADER}
        request.COOKIES = {
            cookie: request.headers[header] for cookie, header in told.items() if header in request.headers
        }
        response = self.get_response(request)
        response.cookies.clear()  # type: ignore[attr-defined]
        if request.session.session_key and not request.session.is_empty():
            response[SESSION_HEADER] = request.session.session_key
        if arrivals.COOKIE in request.COOKIES:
            response[DEVICE_HEADER] = request.COOKIES[arrivals.COOKIE]
        return response


class Watch:
    """Runs behind authentication; costs no query but when it has something to write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.get(SESSION_KEY):
            self._look(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Where the person is read anyway: other rights since the session began mean another key."""
        if getattr(view, "audience", "") not in {"staff", "portal"}:
            return
        changed = getattr(request.user, "trust_changed_at", None)
        if changed and watch.is_outdated(request.session, changed=changed.timestamp()):
            self._rotate(request)

    def _look(self, request: HttpRequest) -> None:
        agent = request.headers.get("User-Agent", "")[:400]
        verdict = watch.judge(request.session, family=arrivals.family(agent))
        key = str(request.session.session_key)
        if verdict.why:
            sessions.end_by_key(key, why=verdict.why, by=SYSTEM)
            logout(request)
        elif verdict.is_due:
            watch.seen(request.session)
            sessions.touch_session(key)

    def _rotate(self, request: HttpRequest) -> None:
        old = str(request.session.session_key)
        request.session.cycle_key()
        watch.renew(request.session, is_staff=request.user.is_staff_member)  # type: ignore[union-attr]
        sessions.rekey_session(old, str(request.session.session_key))
