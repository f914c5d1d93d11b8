"""Staff sign-in and sign-out, and how a person likes the pages."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.accounts import policies, services
from huiyin.accounts.forms.door import SignInForm
from huiyin.core import limits
from huiyin.core.access import requires


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The same answer, in the same time, for an unknown name and for a wrong password."""
    form = SignInForm(request.POST or None)
    after = _safe_next(request)
    if request.method == "POST" and form.is_valid():
        limits.spend("sign_in.address", limits.client(request))
        limits.spend("sign_in.account", form.cleaned_data["username"].strip().lower())
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            login(request, user)
            return redirect(after)
        form.add_error(None, _("The name or the password is not right."))
    context: dict[str, Any] = {"form": form, "next": after, "demo": settings.DEMO}
    return render(request, "accounts/sign_in.html", context, status=400 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign_in")


@requires(policies.can_enter_desk)
@require_POST
def preference(request: HttpRequest) -> HttpResponse:
    """Remember a choice like the theme for this person."""
    name, value = request.POST.get("name", ""), request.POST.get("value", "")[:200]
    services.prefer(request.user, name=name, value=value)  # type: ignore[arg-type]
    return HttpResponse(status=204)


def _safe_next(request: HttpRequest) -> str:
    """Only our own pages; the desk otherwise."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return "/desk/"
