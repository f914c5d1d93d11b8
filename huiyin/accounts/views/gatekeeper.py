"""What every request of staff passes, page or program: from where and when they work, and whether they may change."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiyin.accounts import policies
from huiyin.accounts.models import User
from huiyin.accounts.selectors import limits
from huiyin.accounts.services import uses
from huiyin.core import clock, shroud
from huiyin.core.errors import Forbidden

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What changes nothing but how one's own pages look, and the way back to one's own eyes.
OWN = frozenset({"preference", "eyes_return", "sign_out", "account_logout", "theme", "language"})


def check(request: HttpRequest) -> None:
    """Raises Forbidden: outside the network, outside the hours, changing while one may only look."""
    user: Any = request.user
    if not isinstance(user, User):
        return
    truly: Any = getattr(request, "behind", user)
    _within_limits(truly, getattr(request, "client_ip", ""))
    if policies.is_guest(user):
        shroud.draw()
    match = getattr(request, "resolver_match", None)
    if request.method not in SAFE and getattr(match, "url_name", "") not in OWN:
        _may_change(request, user)
    if truly.is_staff_member:
        uses.note(truly, getattr(getattr(match, "func", None), "policy", None))


def _within_limits(user: Any, address: str) -> None:
    found = limits.objection(user, address=address, at=clock.now())
    if found == "network":
        raise Forbidden(
            "network_not_allowed", _("Your work is limited to certain networks; this is none of them.")
        )
    if found == "hours":
        raise Forbidden(
            "hours_not_allowed", _("Your work is limited to certain hours. Please come back then.")
        )


def _may_change(request: HttpRequest, user: Any) -> None:
    if getattr(request, "eyes", None) is not None:
        raise Forbidden(
            "eyes_only_look", _("While you look through another person's eyes, nothing can be changed.")
        )
    if policies.reads_only(user):
        raise Forbidden("auditors_only_look", _("Auditors see everything and change nothing."))
