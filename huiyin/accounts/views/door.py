"""Coming in: by password, by code to a phone or a mailbox; and going out."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts import arrivals, federation, policies, services
from huiyin.accounts.forms.door import AddressForm, CodeForm, SignInForm
from huiyin.accounts.models import Door, OneTimeCode
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import codes, sessions, setbacks
from huiyin.accounts.views.common import NEXT, enter, wanted
from huiyin.core import captcha, limits
from huiyin.core.access import requires
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid, Refusal, Unavailable
from huiyin.core.problem import with_headers

CODE = "enter.code"
PROVED = "enter.proved"
PURPOSE = OneTimeCode.Purpose.ENTER
DOORS = {"email": Door.EMAIL_CODE, "phone": Door.PHONE_CODE}


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
            limits.spend("code.client", limits.client(request))
            code = codes.send_code(form.cleaned_data["address"], purpose=PURPOSE)
            request.session[CODE], request.session[NEXT] = str(code.id), wanted(request)
            return redirect("account_code")
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "next": wanted(request), "opened": captcha.opened()}
    return render(request, "accounts/code_request.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def code_entry(request: HttpRequest) -> HttpResponse:
    """Enter the code: an account that has the address is let in, anybody else goes on to join."""
    code = doors.code_awaited(request.session.get(CODE, ""), purpose=PURPOSE)
    if code is None:
        return redirect("account_code_request")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _proved(request, code, form.cleaned_data["code"])
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


def _proved(request: HttpRequest, code: OneTimeCode, digits: str) -> HttpResponse:
    limits.spend("code.check", limits.client(request))
    used = codes.use_code(code.id, purpose=PURPOSE, digits=digits)
    after = request.session.pop(NEXT, "")
    del request.session[CODE]
    user = doors.user_at(doors.address_of(used))
    if user is None:
        request.session[PROVED], request.session[NEXT] = str(used.id), after
        return redirect("account_join")
    return enter(request, user, door=DOORS[used.way], after=after)


def _by_password(request: HttpRequest, template: str, *, after: str) -> HttpResponse:
    form, told = SignInForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            name, password = form.cleaned_data["username"], form.cleaned_data["password"]
            user = checked(
                request, name, Door.PASSWORD, lambda: authenticate(request, username=name, password=password)
            )
            return enter(request, user, door=Door.PASSWORD, after=after)
        except Refusal as refusal:
            form.refuse(refusal)
            told = refusal if refusal.status == Unavailable.status else None
    context = {"form": form, "next": after, "demo": settings.DEMO, "opened": captcha.opened()}
    context["needs_work"] = bool(form.errors) and needs_work(request, form.data.get("username", ""))
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


def checked(request: HttpRequest, name: str, door: Door, find: Callable[[], Any]) -> Any:
    """The person whom the proof opens, if `find` finds one. Raises a refusal that says the same for every reason."""
    arrival = arrivals.of(request)
    limits.spend("sign_in.address", arrival.near)
    index = doors.setback_index(name, device=arrival.device)
    setbacks.refuse_while_waiting(index)
    if needs_work(request, name):
        captcha.check(request, purpose="sign-in")
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


def _wrong(door: Door) -> str:
    if door == Door.PASSWORD:
        return _("The name or the password is not right.")
    return _("The name or the code is not right.")
