"""Coming in: by password, by code to a phone or a mailbox; and going out."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts import federation, policies, services
from huiyin.accounts.forms import entering
from huiyin.accounts.forms.door import AddressForm, CodeForm, SignInForm
from huiyin.accounts.models import Door, OneTimeCode
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import codes, sessions
from huiyin.accounts.views.common import wanted
from huiyin.core import captcha
from huiyin.core.access import requires
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Refusal, Unavailable
from huiyin.core.problem import with_headers


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The users' door. The same answer, in the same time, for an unknown name and for a wrong password."""
    return _by_password(request, "accounts/sign_in.html", after=wanted(request))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def staff_sign_in(request: HttpRequest) -> HttpResponse:
    """The staff's door: another face of the same one."""
    return _by_password(request, "accounts/staff_sign_in.html", after=wanted(request) or "/desk/")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    sessions.end_by_key(str(request.session.session_key), why="signed_out", by=SYSTEM)
    logout(request)
    return redirect("sign_in" if request.path.startswith("/desk/") else "help_home")


@requires(policies.can_enter_desk)
@require_POST
def preference(request: HttpRequest) -> HttpResponse:
    """Remember a choice like the theme for this person."""
    name, value = request.POST.get("name", ""), request.POST.get("value", "")[:200]
    services.prefer(request.user, name=name, value=value)  # type: ignore[arg-type]
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
def code_request(request: HttpRequest) -> HttpResponse:
    """Ask for a code. It is sent whether or not the address has an account, so nobody learns which do."""
    form = AddressForm(request.POST or None, initial={"address": request.GET.get("address", "")})
    if request.method == "POST" and form.is_valid():
        try:
            captcha.check(request, purpose="code")
            entering.send_code(request, form.cleaned_data["address"])
            request.session[entering.NEXT] = wanted(request)
            return redirect("account_code")
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "next": wanted(request), "opened": captcha.opened()}
    return render(request, "accounts/code_request.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def code_entry(request: HttpRequest) -> HttpResponse:
    """Enter the code: an account that has the address is let in, anybody else goes on to join."""
    code = entering.code_under_way(request)
    if code is None:
        return redirect("account_code_request")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entered = entering.open_by_code(request, code, form.cleaned_data["code"])
            return entered or redirect("account_join")
        except Refusal as refusal:
            form.refuse(refusal)
    status = 400 if form.errors else 200
    return render(request, "accounts/code_entry.html", {"form": form, **waiting(code)}, status=status)


@require_GET
def shut(request: HttpRequest) -> HttpResponse:
    """Proved, and yet not let in: the account is closed, or may not come in from here or now."""
    code = request.session.pop("refused", "account_closed")
    return render(request, "accounts/shut.html", {"code": code}, status=403)


def waiting(code: OneTimeCode) -> dict[str, Any]:
    """What a page says about a code that is under way."""
    address = doors.address_of(code)
    return {
        "sent_to": address.masked,
        "sent_at": code.sent_at,
        "again": codes.AGAIN_AFTER.seconds,
        "way": code.way,
    }


def _by_password(request: HttpRequest, template: str, *, after: str) -> HttpResponse:
    form, told = SignInForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            name, password = form.cleaned_data["username"], form.cleaned_data["password"]
            user = entering.checked(
                request, name, Door.PASSWORD, lambda: authenticate(request, username=name, password=password)
            )
            return entering.enter(request, user, door=Door.PASSWORD, after=after)
        except Refusal as refusal:
            form.refuse(refusal)
            told = refusal if refusal.status == Unavailable.status else None
    context = {"form": form, "next": after, "demo": settings.DEMO, "opened": captcha.opened()}
    context["needs_work"] = bool(form.errors) and entering.needs_work(request, form.data.get("username", ""))
    context["passkeys"] = reverse("passkey_challenge")
    context["services"] = _services()
    if told is not None:
        return with_headers(render(request, template, context, status=told.status), told)
    return render(request, template, context, status=400 if form.errors else 200)


def _services() -> list[dict[str, str]]:
    return [
        {
            "url": reverse("account_linked_start", args=[service.key]),
            "icon": federation.DIALECTS[service.provider].icon,
            "name": federation.title(service),
        }
        for service in federation.services().values()
    ]
