"""The way back in for somebody who had nothing but a passkey, and lost it: a recovery code."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from huiyin.accounts.forms.door import RecoveryDoorForm
from huiyin.accounts.forms.entering import checked, enter, needs_work
from huiyin.accounts.models import Door, User
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import factors
from huiyin.core import captcha
from huiyin.core.errors import Invalid, Refusal


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def recovery_sign_in(request: HttpRequest) -> HttpResponse:
    """For accounts that nothing else opens; to everybody else a code is a second step, after the first."""
    form = RecoveryDoorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            name, code = form.cleaned_data["username"], form.cleaned_data["code"]
            user = checked(request, name, Door.RECOVERY, lambda: _holder(name, code))
            entered = enter(request, user, door=Door.RECOVERY)
            return redirect("account_security") if request.user.is_authenticated else entered
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "opened": captcha.opened()}
    context["needs_work"] = bool(form.errors) and needs_work(request, form.data.get("username", ""))
    return render(request, "accounts/recovery_sign_in.html", context, status=400 if form.errors else 200)


def _holder(name: str, code: str) -> Any:
    """Whose code this is. Nobody's codes are looked through too, so that it takes as long."""
    user = doors.user_known_as(name) or User()
    holder = user if doors.is_opened_by_recovery(user) else User()
    try:
        factors.use_recovery_code(holder, code)
    except Invalid:
        return None
    return holder
