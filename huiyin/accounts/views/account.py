"""One's own account: profile, addresses, password, devices."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts.forms import moving
from huiyin.accounts.forms.door import AddressForm, PasswordForm, ProfileForm, TwoCodesForm
from huiyin.accounts.selectors import doors
from huiyin.accounts.selectors.eyes import looks_at
from huiyin.accounts.services import people, sessions
from huiyin.accounts.views.common import fresh
from huiyin.core.errors import Invalid, Refusal


@require_http_methods(["GET", "POST"])
def account_home(request: HttpRequest) -> HttpResponse:
    """Who we think the person is, and how to correct it."""
    user: Any = request.user
    form = ProfileForm(request.POST or None, initial={"name": user.display_name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        people.correct_profile(user, **form.cleaned_data, by=user.actor)
        return redirect("account_home")
    context = {"form": form, "account": user, "ways": _ways(user), "tab": "home"}
    return render(request, "accounts/account_home.html", context, status=400 if form.errors else 200)


@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """Where the account is signed in, and who tried to."""
    user: Any = request.user
    context = {
        "sessions": doors.sessions_of(user),
        "here": str(request.session.session_key),
        "attempts": doors.attempts_of(user),
        "looks": looks_at(user)[:20],
        "tab": "devices",
    }
    return render(request, "accounts/devices.html", context)


@require_POST
def device_end(request: HttpRequest, session: UUID) -> HttpResponse:
    user: Any = request.user
    sessions.end_session(doors.session_of(user, session), why="by_owner", by=user.actor)
    return redirect("account_devices")


@require_POST
def devices_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else; this browser stays."""
    user: Any = request.user
    sessions.end_sessions(user, why="by_owner", by=user.actor, but=request.session.session_key)
    return redirect("account_devices")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@fresh
def password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; every other browser is signed out."""
    user: Any = request.user
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.set_password(
                user, form.cleaned_data["password"], keep=request.session.session_key, by=user.actor
            )
            moving.new_key(request)
            return redirect("account_security")
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "tab": "security", "rules": settings.PASSWORD_COMPOSITION}
    return render(request, "accounts/password.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@fresh
def address_change(request: HttpRequest, way: str) -> HttpResponse:
    """A new phone number or e-mail address: a code goes to it, and one to the address that it replaces."""
    user: Any = request.user
    form = AddressForm(request.POST or None, way=way)
    if request.method == "POST" and form.is_valid():
        try:
            _send_both(request, user, way, form.cleaned_data["address"])
            return redirect("account_address_codes", way)
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "way": way, "old": doors.proved_address(user, way), "tab": "home"}
    return render(request, "accounts/address_change.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@fresh
def address_codes(request: HttpRequest, way: str) -> HttpResponse:
    """Both codes, and the address counts. Others who hold the account open are signed out."""
    user: Any = request.user
    old, new = moving.codes_sent(request, user)
    if new is None or new.way != way:
        return redirect("account_address", way)
    form = TwoCodesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            moving.prove(request, user, old=form.cleaned_data["old"], new=form.cleaned_data["code"])
            return redirect("account_home")
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "way": way, "tab": "home", "new_address": doors.address_of(new).masked}
    context["old_address"] = doors.address_of(old).masked if old else ""
    return render(request, "accounts/address_codes.html", context, status=400 if form.errors else 200)


def _send_both(request: HttpRequest, user: Any, way: str, new: Any) -> None:
    if new.way != way:
        message = (
            _("Please write a phone number.") if way == "phone" else _("Please write an e-mail address.")
        )
        raise Invalid("address_other_kind", message, field="address")
    moving.send_both(request, user, new)


def _ways(user: Any) -> list[dict[str, Any]]:
    return [
        {"way": way, "address": found.masked if (found := doors.proved_address(user, way)) else ""}
        for way in ("phone", "email")
    ]
