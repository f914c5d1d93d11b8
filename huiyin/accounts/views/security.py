"""One's own second factors: authenticator app, passkeys, codes, recovery codes."""

from typing import Any

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts import terms
from huiyin.accounts.forms.door import CodeForm, PasskeyForm
from huiyin.accounts.forms.entering import passed, pending
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import factors
from huiyin.accounts.views import webauthn
from huiyin.accounts.views.common import fresh
from huiyin.core.errors import Refusal

SECRET, SHOWN = "factor.secret", "factor.codes"


@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """What protects the account, and what could be added."""
    user: Any = request.user
    context = {
        "account": user,
        "factors": doors.authenticators_of(user),
        "choices": [a for way in ("phone", "email") if (a := doors.proved_address(user, way))],
        "is_needed": doors.needs_second_factor(user),
        "tab": "security",
    }
    return render(request, "accounts/security.html", context)


@require_http_methods(["GET", "POST"])
@fresh
def app_setup(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    response = _app(request, user, template="accounts/app_setup.html")
    return response or redirect("account_recovery_codes")


@require_http_methods(["GET", "POST"])
@fresh
def passkey_setup(request: HttpRequest) -> HttpResponse:
    """First the separate consent, then the device's own dialog."""
    user: Any = request.user
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            credential = webauthn.made(request, form.cleaned_data["credential"])
            factors.allow_biometrics(user, text=terms.biometrics(), by=user.actor)
            key = request.session.session_key
            factors.add_passkey(
                user, name=form.cleaned_data["name"], credential=credential, keep=key, by=user.actor
            )
            return redirect("account_security")
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "options": webauthn.ask_new(request, user), "tab": "security"}
    return render(request, "accounts/passkey_setup.html", context, status=400 if form.errors else 200)


@require_GET
@fresh
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The new codes, shown this once."""
    shown = request.session.pop(SHOWN, None)
    if shown is None:
        return redirect("account_security")
    user: Any = request.user
    username = user.username if doors.is_opened_by_recovery(user) else ""
    context = {"codes": shown, "username": username, "tab": "security"}
    return render(request, "accounts/recovery_codes.html", context)


@require_POST
@fresh
def recovery_renewal(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if any(kind in doors.factors_of(user) for kind in ("totp", "passkey")):
        request.session[SHOWN] = factors.renew_recovery_codes(user)
    return redirect("account_recovery_codes")


@require_POST
@fresh
def code_choice(request: HttpRequest) -> HttpResponse:
    """A code by e-mail or text message as second step, or no more."""
    user: Any = request.user
    way = request.POST.get("way", "")
    factors.choose_code(
        user,
        way=way if way in {"email", "phone"} else "",
        keep=request.session.session_key,
        by=user.actor,
    )
    return redirect("account_security")


@require_POST
@fresh
def factor_removal(request: HttpRequest, factor: int) -> HttpResponse:
    user: Any = request.user
    found = doors.authenticator_of(user, factor)
    factors.remove_factor(found, keep=request.session.session_key, by=user.actor)
    return redirect("account_security")


@require_http_methods(["GET", "POST"])
def second_step_setup(request: HttpRequest) -> HttpResponse:
    """A role asks for a second step and the person has none: set one up, then go on in."""
    stage = pending(request, "second_step")
    if stage is None or stage.login.user is None:
        return redirect("account_login")
    user: Any = stage.login.user
    if doors.factors_of(user):
        return redirect("second_step")
    response = _app(request, user, template="accounts/second_step_setup.html")
    if response is not None:
        return response
    passed_on = passed(request, stage, "totp")
    request.session[SHOWN] = request.session.get(SHOWN)
    return redirect("account_recovery_codes") if request.user.is_authenticated else passed_on


def _app(request: HttpRequest, user: Any, *, template: str) -> HttpResponse | None:
    """The page with the picture to scan; None once the app has shown the right code."""
    secret = request.session.setdefault(SECRET, generate_totp_secret())
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key, digits = request.session.session_key, form.cleaned_data["code"]
            shown = factors.add_app(user, secret=secret, digits=digits, keep=key, by=user.actor)
            del request.session[SECRET]
            request.session[SHOWN] = shown
            return None
        except Refusal as refusal:
            form.refuse(refusal)
    url = get_adapter().build_totp_url(user, secret)
    context = {
        "form": form,
        "secret": secret,
        "picture": segno.make(url).svg_data_uri(scale=5),
        "tab": "security",
    }
    return render(request, template, context, status=400 if form.errors else 200)
