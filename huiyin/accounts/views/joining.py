"""Joining: with an address that was proved a moment ago, or with a user name and a password."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.accounts import arrivals, terms
from huiyin.accounts.forms.door import JoinForm, NameJoinForm
from huiyin.accounts.forms.entering import DOORS, NEXT, PROVED, enter, proved_code
from huiyin.accounts.models import Door
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import registration
from huiyin.accounts.services.registration import Application
from huiyin.accounts.views.common import wanted
from huiyin.core import captcha, limits
from huiyin.core.errors import Refusal


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """The last step of joining: agree to the privacy policy; everything else is optional."""
    code = proved_code(request)
    if code is None:
        return redirect("account_code_request")
    address = doors.address_of(code)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = application(form, address=address)
            user = registration.sign_up(given, arrival=arrivals.of(request))
            del request.session[PROVED]
            after = request.session.pop(NEXT, "")
            return enter(request, user, door=DOORS[code.way], after=after)
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "address": address.masked, "terms": terms.current()}
    return render(request, "accounts/join.html", context, status=400 if form.errors else 200)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join_by_name(request: HttpRequest) -> HttpResponse:
    """Joining without any address. The form costs a little arithmetic, and an address may send few."""
    form = NameJoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            captcha.check(request, purpose="join")
            limits.spend("join.client", limits.client(request))
            user = registration.sign_up(application(form), arrival=arrivals.of(request))
            return enter(request, user, door=Door.PASSWORD, after=wanted(request))
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "terms": terms.current(), "next": wanted(request), "opened": captcha.opened()}
    return render(request, "accounts/join_by_name.html", context, status=400 if form.errors else 200)


@require_GET
def privacy_policy(request: HttpRequest) -> HttpResponse:
    """The text that is agreed to, as long as no other app brings its own."""
    return render(request, "accounts/terms.html", {"terms": terms.current()})


def application(form: Any, **more: Any) -> Application:
    """What the form gives, with the policy that was shown."""
    asked = {key: form.cleaned_data.get(key, "") for key in ("name", "username", "password")}
    asked["minor_until"] = form.minor_until
    return Application(terms=terms.current(), language=get_language() or "", **{**asked, **more})
