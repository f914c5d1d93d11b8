"""Coming in and joining for apps without pages: the pages' own steps, answered as states.

The session travels as `X-Session-Token`; what a page would show next is the `state`.
"""

from typing import Annotated, Any

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from huiyin.accounts import addresses, arrivals, terms
from huiyin.accounts.forms import entering
from huiyin.accounts.models import Door
from huiyin.accounts.schemas import account as schemas
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import registration
from huiyin.accounts.services.registration import Application
from huiyin.core import captcha, idempotency, limits
from huiyin.core.errors import Conflict, Forbidden, Invalid
from huiyin.core.rest import Input, answer

router = Router(tags=["account"])
Work = Annotated[str, Field(max_length=captcha.MAX_PAYLOAD)]
Name = Annotated[str, Field(max_length=addresses.MAX)]
Secret = Annotated[str, Field(max_length=256)]
Digits = Annotated[str, Field(max_length=20)]


class PasswordIn(Input):
    username: Name
    password: Secret
    captcha: Work = ""


class AddressOnly(Input):
    address: Name


class AddressIn(AddressOnly):
    captcha: Work


class CodeIn(Input):
    code: Digits


class KindIn(Input):
    kind: Annotated[str, Field(max_length=20)]


class ProofIn(KindIn):
    proof: Secret


class JoinIn(Input):
    """`terms` is the version of the privacy policy that the person read and agreed to."""

    terms: Annotated[str, Field(max_length=40)]
    name: Annotated[str, Field(max_length=80)] = ""
    username: Name = ""
    password: Secret = ""
    minor_until: int | None = None
    captcha: Work = ""


@router.get(
    "/account/session", auth=None, response=schemas.StateOut, summary="How far this app's sign-in has come"
)
def get_session(request: HttpRequest) -> HttpResponse:
    return answer(state_of(request))


@router.post(
    "/account/session", auth=None, response=schemas.StateOut, summary="Sign in with name and password"
)
@idempotency.never_kept
def post_session(request: HttpRequest, body: PasswordIn) -> HttpResponse:
    name, password = body.username, body.password
    user = entering.checked(
        request,
        name,
        Door.PASSWORD,
        lambda: authenticate(request, username=name, password=password),
        work=body.captcha,
    )
    entering.enter(request, user, door=Door.PASSWORD)
    return answer(state_of(request))


@router.post(
    "/account/codes",
    auth=None,
    response={202: schemas.StateOut},
    summary="Send a code to a phone number or an e-mail address, whether or not it has an account",
)
@idempotency.never_kept
def post_code(request: HttpRequest, body: AddressIn) -> HttpResponse:
    address = addresses.parse(body.address)
    if address is None:
        message = _("Please write a whole phone number or e-mail address.")
        raise Invalid("address_invalid", message, field="address")
    captcha.spend(body.captcha, purpose="code")
    entering.send_code(request, address)
    return answer(state_of(request), 202)


@router.post(
    "/account/session/code",
    auth=None,
    response=schemas.StateOut,
    summary="Sign in with the code; where there is no account the state is `join`",
)
@idempotency.never_kept
def post_session_code(request: HttpRequest, body: CodeIn) -> HttpResponse:
    code = entering.code_under_way(request)
    if code is None:
        raise Conflict("code_missing", _("Ask for a code first."))
    entering.open_by_code(request, code, body.code)
    return answer(state_of(request))


@router.post(
    "/account/session/second/code",
    auth=None,
    response=schemas.StateOut,
    summary="Send the second step's code",
)
@idempotency.never_kept
def post_second_code(request: HttpRequest, body: KindIn) -> HttpResponse:
    entering.send_second(request, _second(request), body.kind)
    return answer(state_of(request))


@router.post("/account/session/second", auth=None, response=schemas.StateOut, summary="Take the second step")
@idempotency.never_kept
def post_second(request: HttpRequest, body: ProofIn) -> HttpResponse:
    stage = _second(request)
    if body.kind not in _ways(request, stage):
        raise Invalid("factor_absent", _("Choose one of the ways that are offered."), field="kind")
    entering.take_second(
        request,
        stage,
        body.kind,
        lambda: entering.compare_second(request, stage.login.user, body.kind, body.proof),
    )
    entering.passed(request, stage, body.kind)
    return answer(state_of(request))


@router.post(
    "/account",
    auth=None,
    response={201: schemas.StateOut},
    summary="Get an account: with the address that was proved by code, or with a user name and a password",
)
@idempotency.never_kept
def post_account(request: HttpRequest, body: JoinIn) -> HttpResponse:
    if body.terms != terms.current().version:
        message = _("Show the privacy policy that is in force and ask for agreement to it.")
        raise Invalid("terms_changed", message, field="terms", version=terms.current().version)
    code = entering.proved_code(request)
    if code is None:
        captcha.spend(body.captcha, purpose="join")
        limits.spend("join.client", limits.client(request))
    user = registration.sign_up(_application(body, code), arrival=arrivals.of(request))
    request.session.pop(entering.PROVED, None)
    entering.enter(request, user, door=entering.DOORS[code.way] if code else Door.PASSWORD)
    return answer(state_of(request), 201)


def state_of(request: HttpRequest) -> dict[str, Any]:
    """What a page would show next. Raises Forbidden for an account that is closed."""
    user: Any = request.user
    if user.is_authenticated:
        return {"state": "signed_in", "account": schemas.account_out(user)}
    if request.session.pop("refused", ""):
        raise Forbidden(
            "account_closed", _("This account is closed. Please ask us if you think that is wrong.")
        )
    if (stage := entering.pending(request, "second_step")) is not None:
        ways = _ways(request, stage)
        return {"state": "second_step" if ways else "second_step_elsewhere", "offered": ways}
    if entering.pending(request, "fresh_password") is not None:
        return {"state": "password_expired"}
    if (code := entering.code_under_way(request)) is not None:
        return {"state": "code_sent", "address": doors.address_of(code).masked}
    if (code := entering.proved_code(request)) is not None:
        shown = {"version": terms.current().version, "url": terms.current().url}
        return {"state": "join", "address": doors.address_of(code).masked, "terms": shown}
    return {"state": "signed_out"}


def _ways(request: HttpRequest, stage: Any) -> list[str]:
    """A passkey answers to the site's own pages alone."""
    return [kind for kind in entering.offered(request, stage) if kind != "passkey"]


def _second(request: HttpRequest) -> Any:
    stage = entering.pending(request, "second_step")
    if stage is None:
        raise Conflict("not_under_way", _("Nobody is on the way in here. Begin with signing in."))
    return stage


def _application(body: JoinIn, code: Any) -> Application:
    return Application(
        terms=terms.current(),
        address=doors.address_of(code) if code else None,
        language=get_language() or "",
        name=body.name,
        username=body.username,
        password=body.password,
        minor_until=body.minor_until,
    )
