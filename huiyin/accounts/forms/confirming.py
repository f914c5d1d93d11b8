"""Showing once more that it is you, before something that cannot be taken back: by page and by program alike."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiyin.accounts.models import OneTimeCode, User
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import codes, factors, setbacks
from huiyin.core.audit import reading
from huiyin.core.errors import Invalid, NotFound, Refusal

CODE = "confirm.code"
PURPOSE = OneTimeCode.Purpose.CONFIRM
FRESH = 10 * 60


def is_fresh(request: HttpRequest) -> bool:
    """Was something proved in this session within ten minutes?"""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return bool(records) and time.time() - max(each["at"] for each in records) < FRESH


def ways_of(user: User) -> list[str]:
    """A second factor is asked for where there is one; else the password; else a code to a proved address."""
    if strong := [kind for kind in doors.factors_of(user) if kind in {"passkey", "totp"}]:
        return strong
    own = ["password"] if user.has_usable_password() else []
    return own + [way for way in ("phone", "email") if doors.proved_address(user, way)]


def send_code(request: HttpRequest, user: User, kind: str) -> None:
    """Send the code to the person's own address. Refuses a way that is not theirs."""
    address = doors.proved_address(user, kind) if kind in ways_of(user) else None
    if address is None:
        raise NotFound("factor_absent", "")
    request.session[CODE] = str(codes.send_code(address, purpose=PURPOSE, user=user).id)


def code_sent(request: HttpRequest, user: Any) -> OneTimeCode | None:
    """The code that this person was sent here and has not typed yet."""
    code = doors.code_awaited(request.session.get(CODE, ""), purpose=PURPOSE)
    return code if code and code.user_id == user.id else None


def confirm(request: HttpRequest, user: Any, kind: str, prove: Callable[[], None]) -> None:
    """Fresh from now on, if `prove` does not refuse. Each failure counts against the account, as at the door."""
    index = doors.second_index(user)
    setbacks.refuse_while_waiting(index)
    try:
        prove()
    except Refusal:
        setbacks.count_failure(index)
        raise
    setbacks.forget_failures(index)
    record_authentication(request, user, "confirmed", type=kind)
    reading.go_on(by=user.actor)


def compare(request: HttpRequest, user: Any, kind: str, given: str) -> None:
    """Refuses what is not the person's password, their app's digits or the code that was sent."""
    if kind == "password":
        if not user.check_password(given):
            raise Invalid("password_wrong", _("The password is not right."), field="password")
    elif kind == "totp":
        factors.use_app(user, given)
    else:
        code = code_sent(request, user)
        if code is None:
            raise Invalid("code_missing", _("Ask for a code first."), field="code")
        codes.use_code(code.id, purpose=PURPOSE, digits=given)
