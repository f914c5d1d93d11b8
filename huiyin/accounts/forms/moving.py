"""Another phone number or e-mail address, by page and by program: a code to the new one, and one to the old."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiyin.accounts.addresses import Address
from huiyin.accounts.models import OneTimeCode
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import addresses, codes, sessions
from huiyin.core import limits
from huiyin.core.errors import Conflict, Invalid

PURPOSE = OneTimeCode.Purpose.ADDRESS
OLD, NEW = "address.old", "address.new"


def send_both(request: HttpRequest, user: Any, new: Address) -> Address | None:
    """A code to the new address, and one to that which it replaces, if any; answers the latter."""
    limits.spend("code.client", limits.client(request))
    request.session.pop(OLD, None)
    old = doors.proved_address(user, new.way)
    if old == new:
        raise Invalid("address_same", _("This is your address already."), field="address")
    if old is not None:
        request.session[OLD] = str(codes.send_code(old, purpose=PURPOSE, user=user).id)
    request.session[NEW] = str(codes.send_code(new, purpose=PURPOSE, user=user).id)
    return old


def codes_sent(request: HttpRequest, user: Any) -> tuple[OneTimeCode | None, OneTimeCode | None]:
    """The codes that are waited for here: to the old address and to the new one."""
    old, new = (doors.code_awaited(request.session.get(name, ""), purpose=PURPOSE) for name in (OLD, NEW))
    return (old, new) if new is not None and new.user_id == user.id else (None, None)


def prove(request: HttpRequest, user: Any, *, old: str, new: str) -> None:
    """The old address first: without its yes the new one is not even looked at. Other sessions end.

    Refuses digits that are not those sent, and an address of another account. Events: address.verified.
    """
    old_code, new_code = codes_sent(request, user)
    if new_code is None:
        raise Conflict("code_missing", _("Ask for a code first."))
    before = doors.proved_address(user, new_code.way)
    if before is not None:
        if old_code is None or doors.address_of(old_code) != before:
            raise Invalid("code_over", "", field="old")
        _use(old_code, old, field="old")
    _use(new_code, new, field="code")
    addresses.prove(user, doors.address_of(new_code))
    addresses.announce_change(user, way=new_code.way, before=before)
    sessions.end_sessions(user, why="address", by=user.actor, but=request.session.session_key)
    new_key(request)


def new_key(request: HttpRequest) -> None:
    """What the session may do has changed: it goes on under another key."""
    old = str(request.session.session_key)
    update_session_auth_hash(request, request.user)  # type: ignore[arg-type]
    sessions.rekey_session(old, str(request.session.session_key))


def _use(code: OneTimeCode, digits: str, *, field: str) -> None:
    try:
        codes.use_code(code.id, purpose=PURPOSE, digits=digits)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.message, field=field) from refusal
