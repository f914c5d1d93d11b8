"""Who may come in. Every route belongs to an audience and names a policy; what names none stays shut."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver

from huiyin.core.errors import Forbidden, Unauthenticated

View = Callable[..., HttpResponseBase]
Check = Callable[[HttpRequest], None]
_checks: list[Check] = []
AUDIENCES = ("staff", "portal", "api", "public")


def guard(patterns: list[Any], audience: str) -> list[URLPattern | URLResolver]:
    """The patterns, each marked with its audience; the Gate middleware lets nothing unmarked through."""
    for pattern in patterns:
        pattern.callback = _marked(pattern.callback, audience)
    return patterns


def requires(policy: Callable[[Any], bool]) -> Callable[[View], View]:
    """Declare the policy of a staff view: `policy(user)` must hold before the view runs."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not policy(request.user):
                raise Forbidden("not_allowed", "")
            return view(request, *args, **kwargs)

        checked.policy = policy  # type: ignore[attr-defined]
        return checked

    return decorate


def check_staff_by(check: Check) -> None:
    """`check(request)` raises Forbidden for staff who may not work from here, now, or in this way."""
    if check not in _checks:
        _checks.append(check)


def check_staff(request: HttpRequest) -> None:
    """Ask every registered check; pages, programs and streams all pass here."""
    for check in _checks:
        check(request)


def admit(request: HttpRequest, view: View) -> None:
    """Refuse when the view's audience is not met. Raises Unauthenticated or Forbidden."""
    audience = getattr(view, "audience", None)
    if audience is None:
        raise Forbidden("route_without_audience", "")
    if audience == "staff" and not getattr(request.user, "is_staff_member", False):
        raise Unauthenticated("sign_in_needed", "")
    if audience == "portal" and not request.user.is_authenticated:
        raise Unauthenticated("sign_in_needed", "")
    if audience == "staff" or getattr(request, "eyes", None) is not None:
        check_staff(request)


def _marked(view: View, audience: str) -> View:
    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    marked.audience = audience  # type: ignore[attr-defined]
    return marked
