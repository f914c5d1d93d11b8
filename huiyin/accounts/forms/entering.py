"""The way in that every door shares, page or program: the proof, the one pipeline behind it, the second step."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.stages import LoginStage
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from huiyin.accounts import arrivals, stages
from huiyin.accounts.addresses import Address
from huiyin.accounts.models import Door, OneTimeCode
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import codes, factors, sessions, setbacks
from huiyin.core import captcha, limits
from huiyin.core.errors import Invalid, NotFound, Refusal
from huiyin.core.redirects import safe_next

NEXT, CODE, PROVED = "enter.next", "enter.code", "enter.proved"  # what a half-finished sign-in remembers
ENTER = OneTimeCode.Purpose.ENTER
DOORS = {"email": Door.EMAIL_CODE, "phone": Door.PHONE_CODE}
PROOF_HOLDS = timedelta(minutes=20)
SECOND_CODE = "second.code"
SECOND = OneTimeCode.Purpose.SECOND


def enter(request: HttpRequest, user: Any, *, door: str, after: str = "") -> HttpResponse:
    """Hand a proof to the one pipeline that every door ends in. A half-finished sign-in before it is over."""
    record_authentication(request, user, door)
    response: HttpResponse = perform_login(request, user, redirect_url=safe_next(after, default=""))
    return response


def checked(
    request: HttpRequest, name: str, door: Door, find: Callable[[], Any], *, work: str | None = None
) -> Any:
    """The person whom the proof opens, if `find` finds one. Raises a refusal that says the same for every reason.

    `work` is the solved challenge of a program; a page brings it in its form.
    """
    arrival = arrivals.of(request)
    limits.spend("sign_in.address", arrival.near)
    index = doors.setback_index(name, device=arrival.device)
    setbacks.refuse_while_waiting(index)
    if needs_work(request, name):
        _check_work(request, work)
    user = find()
    if user is None:
        setbacks.count_failure(index)
        setbacks.count_failure(doors.near_index(arrival.near))
        sessions.report_wrong_proof(name, arrival=arrival, door=door)
        raise Invalid("sign_in_wrong", _wrong(door))
    setbacks.forget_failures(index)
    return user


def needs_work(request: HttpRequest, name: str) -> bool:
    """Has it gone wrong so often, for this name or from there, that the next try costs some arithmetic?"""
    arrival = arrivals.of(request)
    indexes = (doors.setback_index(name, device=arrival.device), doors.near_index(arrival.near))
    return max(map(doors.failures_of, indexes)) >= setbacks.WORK_AFTER


def _check_work(request: HttpRequest, work: str | None) -> None:
    if work is None:
        captcha.check(request, purpose="sign-in")
    else:
        captcha.spend(work, purpose="sign-in")


def _wrong(door: Door) -> str:
    if door == Door.PASSWORD:
        return _("The name or the password is not right.")
    return _("The name or the code is not right.")


def send_code(request: HttpRequest, address: Address) -> OneTimeCode:
    """Send a code, whether or not the address has an account; this browser or app is the one to enter it."""
    limits.spend("code.client", limits.client(request))
    code = codes.send_code(address, purpose=ENTER)
    request.session[CODE] = str(code.id)
    return code


def code_under_way(request: HttpRequest) -> OneTimeCode | None:
    return doors.code_awaited(request.session.get(CODE, ""), purpose=ENTER)


def open_by_code(request: HttpRequest, code: OneTimeCode, digits: str) -> HttpResponse | None:
    """Use the code up: what the pipeline answers, or nothing when its address has no account and may join."""
    limits.spend("code.check", limits.client(request))
    used = codes.use_code(code.id, purpose=ENTER, digits=digits)
    del request.session[CODE]
    user = doors.user_at(doors.address_of(used))
    if user is None:
        request.session[PROVED] = str(used.id)
        return None
    return enter(request, user, door=DOORS[used.way], after=request.session.pop(NEXT, ""))


def proved_code(request: HttpRequest) -> OneTimeCode | None:
    """The code that proved an address without an account, as long as one may join with it."""
    return doors.code_proved(request.session.get(PROVED, ""), purpose=ENTER, within=PROOF_HOLDS)


def pending(request: HttpRequest, key: str) -> LoginStage | None:
    """The step at which this browser's sign-in stands, when it is the one that is asked for."""
    stage = get_pending_stage(request)
    return stage if stage is not None and stage.key == key else None


def passed(request: HttpRequest, stage: LoginStage, kind: str) -> HttpResponse:
    """The second step is done; the pipeline goes on."""
    record_authentication(request, stage.login.user, "second", type=kind)
    response: HttpResponse = stage.exit()
    return response


def offered(request: HttpRequest, stage: LoginStage) -> list[str]:
    """The second steps among which this person may choose, after the door through which they came."""
    user: Any = stage.login.user
    return doors.factors_of(user, but=stages.SAME_WAY.get(stages.door_of(request, user), ""))


def send_second(request: HttpRequest, stage: LoginStage, kind: str) -> OneTimeCode:
    """Send the code of the second step to the person's own address. Refuses a way that they do not have."""
    user: Any = stage.login.user
    address = doors.proved_address(user, kind) if kind in {"email", "phone"} else None
    if address is None or kind not in offered(request, stage):
        raise NotFound("factor_absent", "")
    code = codes.send_code(address, purpose=SECOND, user=user)
    request.session[SECOND_CODE] = str(code.id)
    return code


def take_second(request: HttpRequest, stage: LoginStage, kind: str, prove: Callable[[], None]) -> None:
    """Check what was given. Each failure counts against the account, as a wrong password does."""
    user: Any = stage.login.user
    index = doors.second_index(user)
    setbacks.refuse_while_waiting(index)
    limits.spend("code.check", limits.client(request))
    try:
        prove()
    except Refusal:
        setbacks.count_failure(index)
        door = stages.door_of(request, user)
        sessions.note_failure(user, arrival=arrivals.of(request), door=door, reason=f"second_{kind}")
        raise
    setbacks.forget_failures(index)


def compare_second(request: HttpRequest, user: Any, kind: str, given: str) -> None:
    """Refuses what is not the person's password, their app's digits, a recovery code or the code that was sent."""
    if kind == "password":
        if not user.check_password(given):
            raise Invalid("password_wrong", _("The password is not right."), field="password")
    elif kind == "totp":
        factors.use_app(user, given)
    elif kind == "recovery":
        factors.use_recovery_code(user, given)
    else:
        code = doors.code_awaited(request.session.get(SECOND_CODE, ""), purpose=SECOND)
        if code is None or code.user_id != user.id:
            raise Invalid("code_missing", _("Ask for a code first."), field="code")
        codes.use_code(code.id, purpose=SECOND, digits=given)
