"""What protects one's own account, for apps without pages: the proof that it is still you, second steps, addresses."""

from typing import Annotated, Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import Field

from huiyin.accounts import addresses
from huiyin.accounts.api.account import SessionAuth
from huiyin.accounts.api.entering import AddressOnly, CodeIn, Digits, KindIn, ProofIn, router
from huiyin.accounts.forms import confirming, moving
from huiyin.accounts.schemas import account as schemas
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import factors
from huiyin.core import idempotency
from huiyin.core.errors import Conflict, Forbidden, Invalid
from huiyin.core.rest import answer

APP = "factor.secret"  # what the pages remember it by as well


class FreshAuth(SessionAuth):
    """The session of who has shown within ten minutes that it is them."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user = super().authenticate(request, key)
        if not confirming.is_fresh(request):
            message = _("Please show first that it is still you.")
            raise Forbidden("proof_needed", message, offered=_ways(user))
        return user


class BothCodesIn(CodeIn):
    """`code` went to the new address; `old` to the one that it replaces, if there was one."""

    old: Digits = ""


@router.post(
    "/account/confirmation/code",
    auth=SessionAuth(),
    response={204: None},
    summary="Send the code that shows that it is still you, to one's own address",
)
@idempotency.never_kept
def post_confirmation_code(request: HttpRequest, body: KindIn) -> HttpResponse:
    confirming.send_code(request, _me(request), body.kind)
    return HttpResponse(status=204)


@router.post(
    "/account/confirmation",
    auth=SessionAuth(),
    response={204: None},
    summary="Show that it is still you, for ten minutes; `proof_needed` says in which ways",
)
@idempotency.never_kept
def post_confirmation(request: HttpRequest, body: ProofIn) -> HttpResponse:
    user = _me(request)
    if body.kind not in _ways(user):
        raise Invalid("factor_absent", _("Choose one of the ways that are offered."), field="kind")
    confirming.confirm(
        request, user, body.kind, lambda: confirming.compare(request, user, body.kind, body.proof)
    )
    return HttpResponse(status=204)


@router.get(
    "/account/factors", auth=SessionAuth(), response=schemas.FactorsOut, summary="One's own second steps"
)
def get_factors(request: HttpRequest) -> HttpResponse:
    return answer(schemas.factors_out(_me(request)))


@router.post(
    "/account/factors/app",
    auth=FreshAuth(),
    response=schemas.AppOut,
    summary="Begin with an authenticator app: the secret that it shall count with",
)
@idempotency.never_kept
def post_app(request: HttpRequest) -> HttpResponse:
    secret = request.session.setdefault(APP, generate_totp_secret())
    return answer({"secret": secret, "uri": get_adapter().build_totp_url(_me(request), secret)})


@router.post(
    "/account/factors/app/confirmation",
    auth=FreshAuth(),
    response={201: schemas.CodesOut},
    summary="The app shows the right digits and counts from now on; answers the recovery codes, this once",
)
@idempotency.never_kept
def post_app_confirmation(request: HttpRequest, body: CodeIn) -> HttpResponse:
    user, secret = _me(request), request.session.get(APP, "")
    if not secret:
        raise Conflict("app_missing", _("Ask for the app's secret first."))
    key = request.session.session_key
    shown = factors.add_app(user, secret=secret, digits=body.code, keep=key, by=user.actor)
    del request.session[APP]
    return answer({"recovery_codes": shown}, 201)


@router.post(
    "/account/factors/recovery",
    auth=FreshAuth(),
    response={201: schemas.CodesOut},
    summary="New recovery codes, told this once; the old ones end",
)
@idempotency.never_kept
def post_recovery(request: HttpRequest) -> HttpResponse:
    user = _me(request)
    if not any(kind in doors.factors_of(user) for kind in ("totp", "passkey")):
        raise Conflict("factor_absent", _("Recovery codes belong to an authenticator app or a passkey."))
    return answer({"recovery_codes": factors.renew_recovery_codes(user)}, 201)


@router.delete(
    "/account/factors/{factor_id}", auth=FreshAuth(), response={204: None}, summary="Remove a second step"
)
def delete_factor(request: HttpRequest, factor_id: Annotated[int, Field(ge=1, lt=2**31)]) -> HttpResponse:
    user = _me(request)
    found = doors.authenticator_of(user, factor_id)
    factors.remove_factor(found, keep=request.session.session_key, by=user.actor)
    return HttpResponse(status=204)


@router.post(
    "/account/addresses",
    auth=FreshAuth(),
    response={202: schemas.MoveOut},
    summary="Another phone number or e-mail address: a code goes to it, and one to that which it replaces",
)
@idempotency.never_kept
def post_address(request: HttpRequest, body: AddressOnly) -> HttpResponse:
    new = addresses.parse(body.address)
    if new is None:
        message = _("Please write a whole phone number or e-mail address.")
        raise Invalid("address_invalid", message, field="address")
    old = moving.send_both(request, _me(request), new)
    return answer({"address": new.masked, "replaces": old.masked if old else ""}, 202)


@router.post(
    "/account/addresses/confirmation",
    auth=FreshAuth(),
    response=schemas.AccountOut,
    summary="Both codes, and the address counts; other sessions end, and this one gets another token",
)
@idempotency.never_kept
def post_address_confirmation(request: HttpRequest, body: BothCodesIn) -> HttpResponse:
    user = _me(request)
    moving.prove(request, user, old=body.old, new=body.code)
    return answer(schemas.account_out(user))


def _ways(user: Any) -> list[str]:
    """A passkey answers to the site's own pages alone."""
    return [kind for kind in confirming.ways_of(user) if kind != "passkey"]


def _me(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]
