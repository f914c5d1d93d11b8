"""The second step of signing in, and setting one up where a role asks for it."""

from typing import Any

from allauth.account.stages import LoginStage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.accounts.forms import entering
from huiyin.accounts.forms.door import CodeForm, ConfirmForm, PasswordForm, RecoveryForm, RefusableForm
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import people
from huiyin.accounts.views import webauthn
from huiyin.accounts.views.door import waiting
from huiyin.core.errors import Invalid, NotFound, Refusal

FORMS: dict[str, type[RefusableForm]] = {"password": ConfirmForm, "recovery": RecoveryForm}


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """One of the person's own second factors; which one is their choice."""
    stage = entering.pending(request, "second_step")
    if stage is None:
        return redirect("account_login")
    user, ways = stage.login.user, entering.offered(request, stage)
    if not ways:
        return redirect("second_step_setup" if doors.needs_second_factor(user) else "account_login")
    kind = request.POST.get("kind") or request.GET.get("kind") or ways[0]
    if kind not in ways:
        raise NotFound("factor_absent", "")
    form = FORMS.get(kind, CodeForm)(request.POST or None)
    if request.method == "POST" and (kind == "passkey" or form.is_valid()):
        try:
            entering.take_second(request, stage, kind, lambda: _prove(request, user, kind, form))
            return entering.passed(request, stage, kind)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, stage, kind, form)


@require_POST
def second_step_code(request: HttpRequest) -> HttpResponse:
    """Send the code of the second step to the person's own address."""
    stage = entering.pending(request, "second_step")
    if stage is None:
        return redirect("account_login")
    kind = request.POST.get("kind", "")
    entering.send_second(request, stage, kind)
    return redirect(f"{request.path.rsplit('/', 2)[0]}/?kind={kind}")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def password_expired(request: HttpRequest) -> HttpResponse:
    """Where a rule says that passwords grow old: choose another, then go on."""
    stage = entering.pending(request, "fresh_password")
    if stage is None:
        return redirect("account_login")
    form, user = PasswordForm(request.POST or None), stage.login.user
    if request.method == "POST" and form.is_valid():
        try:
            if user.check_password(form.cleaned_data["password"]):
                raise Invalid("password_same", "", field="password")
            people.set_password(user, form.cleaned_data["password"], by=user.actor)
            response: HttpResponse = stage.exit()
            return response
        except Refusal as refusal:
            form.refuse(refusal)
    return render(
        request, "accounts/password_expired.html", {"form": form}, status=400 if form.errors else 200
    )


def _prove(request: HttpRequest, user: Any, kind: str, form: Any) -> None:
    if kind == "passkey":
        webauthn.check(request, user)
    else:
        given = form.cleaned_data["password" if kind == "password" else "code"]
        entering.compare_second(request, user, kind, given)


def _page(request: HttpRequest, stage: LoginStage, kind: str, form: Any) -> HttpResponse:
    user: Any = stage.login.user
    code = doors.code_awaited(request.session.get(entering.SECOND_CODE, ""), purpose=entering.SECOND)
    context = {
        "form": form,
        "kind": kind,
        "others": [k for k in entering.offered(request, stage) if k != kind],
    }
    context["sent"] = waiting(code) if code and code.way == kind else None
    context["address"] = (
        a.masked if kind in {"email", "phone"} and (a := doors.proved_address(user, kind)) else ""
    )
    context["options"] = webauthn.ask(request, user) if kind == "passkey" else None
    return render(request, "accounts/second_step.html", context, status=400 if form.errors else 200)
