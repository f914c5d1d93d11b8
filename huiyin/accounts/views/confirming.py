"""Confirming that it is still you, before something that cannot be taken back."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.accounts.forms.door import CodeForm, ConfirmForm
from huiyin.accounts.models import OneTimeCode, User
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import codes, factors, setbacks
from huiyin.accounts.views import webauthn
from huiyin.accounts.views.common import wanted
from huiyin.accounts.views.door import waiting
from huiyin.core import limits
from huiyin.core.audit import reading
from huiyin.core.errors import Invalid, NotFound, Refusal

CODE = "confirm.code"
PURPOSE = OneTimeCode.Purpose.CONFIRM


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def confirmation(request: HttpRequest) -> HttpResponse:
    """With what the account has: a second factor if there is one, the password, or a code to its own address."""
    user: Any = request.user
    offered = ways_of(user)
    kind = request.POST.get("kind") or request.GET.get("kind") or (offered[0] if offered else "")
    if kind not in offered:
        raise NotFound("factor_absent", "")
    form = (ConfirmForm if kind == "password" else CodeForm)(request.POST or None)
    if request.method == "POST" and (kind == "passkey" or form.is_valid()):
        try:
            _check(request, user, kind, form)
            record_authentication(request, user, "confirmed", type=kind)
            reading.go_on(by=user.actor)
            return redirect(wanted(request) or reverse("account_home"))
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, user, kind, form)


@require_POST
def confirmation_code(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    kind = request.POST.get("kind", "")
    address = doors.proved_address(user, kind) if kind in ways_of(user) else None
    if address is None:
        raise NotFound("factor_absent", "")
    request.session[CODE] = str(codes.send_code(address, purpose=PURPOSE, user=user).id)
    return redirect(f"{reverse('account_reauthenticate')}?kind={kind}&next={wanted(request)}")


def ways_of(user: User) -> list[str]:
    """A second factor is asked for where there is one; else the password; else a code to a proved address."""
    if strong := [kind for kind in doors.factors_of(user) if kind in {"passkey", "totp"}]:
        return strong
    own = ["password"] if user.has_usable_password() else []
    return own + [way for way in ("phone", "email") if doors.proved_address(user, way)]


def _check(request: HttpRequest, user: Any, kind: str, form: Any) -> None:
    index = doors.second_index(user)
    setbacks.refuse_while_waiting(index)
    try:
        _compare(request, user, kind, form)
    except Refusal:
        setbacks.count_failure(index)
        raise
    setbacks.forget_failures(index)


def _compare(request: HttpRequest, user: Any, kind: str, form: Any) -> None:
    if kind == "passkey":
        webauthn.check(request, user)
    elif kind == "password":
        if not user.check_password(form.cleaned_data["password"]):
            raise Invalid("password_wrong", _("The password is not right."), field="password")
    elif kind == "totp":
        factors.use_app(user, form.cleaned_data["code"])
    else:
        code = doors.code_awaited(request.session.get(CODE, ""), purpose=PURPOSE)
        if code is None or code.user_id != user.id:
            raise Invalid("code_missing", _("Ask for a code first."), field="code")
        codes.use_code(code.id, purpose=PURPOSE, digits=form.cleaned_data["code"])


def _page(request: HttpRequest, user: Any, kind: str, form: Any) -> HttpResponse:
    code = doors.code_awaited(request.session.get(CODE, ""), purpose=PURPOSE)
    address = doors.proved_address(user, kind) if kind in {"email", "phone"} else None
    context = {
        "form": form,
        "kind": kind,
        "others": [each for each in ways_of(user) if each != kind],
        "sent": waiting(code) if code and code.way == kind and code.user_id == user.id else None,
        "address": address.masked if address else "",
        "options": webauthn.ask(request, user) if kind == "passkey" else None,
        "next": wanted(request),
        "held": [(brake, limits.of(brake)) for brake in reading.brakes_on(user.actor)],
    }
    return render(request, "accounts/confirmation.html", context, status=400 if form.errors else 200)
