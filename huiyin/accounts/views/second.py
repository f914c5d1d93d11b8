"""The second step of signing in, and setting one up where a role asks for it."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginStage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.accounts import arrivals, stages
from huiyin.accounts.forms.door import CodeForm, ConfirmForm, PasswordForm, RecoveryForm, RefusableForm
from huiyin.accounts.models import OneTimeCode
from huiyin.accounts.selectors import doors
from huiyin.accounts.selectors.doors import factors_of
from huiyin.accounts.services import codes, factors, people, sessions, setbacks
from huiyin.accounts.views import webauthn
from huiyin.accounts.views.common import pending
from huiyin.accounts.views.door import waiting
from huiyin.core import limits
from huiyin.core.errors import Invalid, NotFound, Refusal

CODE = "second.code"
PURPOSE = OneTimeCode.Purpose.SECOND
FORMS: dict[str, type[RefusableForm]] = {"password": ConfirmForm, "recovery": RecoveryForm}


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """One of the person's own second factors; which one is their choice."""
    stage = pending(request, "second_step")
    if stage is None:
        return redirect("account_login")
    user, offered = stage.login.user, _offered(request, stage)
    if not offered:
        return redirect("second_step_setup" if doors.needs_second_factor(user) else "account_login")
    kind = request.POST.get("kind") or request.GET.get("kind") or offered[0]
    if kind not in offered:
        raise NotFound("factor_absent", "")
    form = FORMS.get(kind, CodeForm)(request.POST or None)
    if request.method == "POST" and (kind == "passkey" or form.is_valid()):
        try:
            _take(request, stage, kind, form)
            return passed(request, stage, kind)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, stage, kind, form)


@require_POST
def second_step_code(request: HttpRequest) -> HttpResponse:
    """Send the code of the second step to the person's own address."""
    stage = pending(request, "second_step")
    if stage is None:
        return redirect("account_login")
    kind = request.POST.get("kind", "")
    address = doors.proved_address(stage.login.user, kind) if kind in {"email", "phone"} else None
    if address is None or kind not in _offered(request, stage):
        raise NotFound("factor_absent", "")
    code = codes.send_code(address, purpose=PURPOSE, user=stage.login.user)
    request.session[CODE] = str(code.id)
    return redirect(f"{request.path.rsplit('/', 2)[0]}/?kind={kind}")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def password_expired(request: HttpRequest) -> HttpResponse:
    """Where a rule says that passwords grow old: choose another, then go on."""
    stage = pending(request, "fresh_password")
    if stage is None:
        return redirect("account_login")
    form, user = PasswordForm(request.POST or None), stage.login.user
    if request.method == "POST" and form.is_valid():
        try:
            if user.check_password(form.cleaned_data["password"]):
                raise Invalid("password_same", "", field="password")
            people.set_password(user, form.cleaned_data["password"], by=user.actor)
            return _left(stage)
        except Refusal as refusal:
            form.refuse(refusal)
    return render(
        request, "accounts/password_expired.html", {"form": form}, status=400 if form.errors else 200
    )


def passed(request: HttpRequest, stage: LoginStage, kind: str) -> HttpResponse:
    """The second step is done; the pipeline goes on."""
    record_authentication(request, stage.login.user, "second", type=kind)
    return _left(stage)


def _left(stage: LoginStage) -> HttpResponse:
    response: HttpResponse = stage.exit()
    return response


def _offered(request: HttpRequest, stage: LoginStage) -> list[str]:
    user: Any = stage.login.user
    return factors_of(user, but=stages.SAME_WAY.get(stages.door_of(request, user), ""))


def _take(request: HttpRequest, stage: LoginStage, kind: str, form: Any) -> None:
    """Check what was given. Each failure counts against the account, as a wrong password does."""
    user: Any = stage.login.user
    index = doors.second_index(user)
    setbacks.refuse_while_waiting(index)
    limits.spend("code.check", limits.client(request))
    try:
        _check(request, user, kind, form)
    except Refusal:
        setbacks.count_failure(index)
        door = stages.door_of(request, user)
        sessions.note_failure(user, arrival=arrivals.of(request), door=door, reason=f"second_{kind}")
        raise
    setbacks.forget_failures(index)


def _check(request: HttpRequest, user: Any, kind: str, form: Any) -> None:
    if kind == "passkey":
        webauthn.check(request, user)
    elif kind == "password":
        if not user.check_password(form.cleaned_data["password"]):
            raise Invalid("password_wrong", "", field="password")
    elif kind == "totp":
        factors.use_app(user, form.cleaned_data["code"])
    elif kind == "recovery":
        factors.use_recovery_code(user, form.cleaned_data["code"])
    else:
        code = doors.code_awaited(request.session.get(CODE, ""), purpose=PURPOSE)
        if code is None or code.user_id != user.id:
            raise Invalid("code_missing", "", field="code")
        codes.use_code(code.id, purpose=PURPOSE, digits=form.cleaned_data["code"])


def _page(request: HttpRequest, stage: LoginStage, kind: str, form: Any) -> HttpResponse:
    user: Any = stage.login.user
    code = doors.code_awaited(request.session.get(CODE, ""), purpose=PURPOSE)
    context = {"form": form, "kind": kind, "others": [k for k in _offered(request, stage) if k != kind]}
    context["sent"] = waiting(code) if code and code.way == kind else None
    context["address"] = (
        a.masked if kind in {"email", "phone"} and (a := doors.proved_address(user, kind)) else ""
    )
    context["options"] = webauthn.ask(request, user) if kind == "passkey" else None
    return render(request, "accounts/second_step.html", context, status=400 if form.errors else 200)
