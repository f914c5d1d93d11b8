"""Confirming that it is still you, before something that cannot be taken back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.accounts.forms import confirming
from huiyin.accounts.forms.door import CodeForm, ConfirmForm
from huiyin.accounts.selectors import doors
from huiyin.accounts.views import webauthn
from huiyin.accounts.views.common import wanted
from huiyin.accounts.views.door import waiting
from huiyin.core import limits
from huiyin.core.audit import reading
from huiyin.core.errors import NotFound, Refusal


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def confirmation(request: HttpRequest) -> HttpResponse:
    """With what the account has: a second factor if there is one, the password, or a code to its own address."""
    user: Any = request.user
    offered = confirming.ways_of(user)
    kind = request.POST.get("kind") or request.GET.get("kind") or (offered[0] if offered else "")
    if kind not in offered:
        raise NotFound("factor_absent", "")
    form = (ConfirmForm if kind == "password" else CodeForm)(request.POST or None)
    if request.method == "POST" and (kind == "passkey" or form.is_valid()):
        try:
            confirming.confirm(request, user, kind, lambda: _compare(request, user, kind, form))
            return redirect(wanted(request) or reverse("account_home"))
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, user, kind, form)


@require_POST
def confirmation_code(request: HttpRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    confirming.send_code(request, request.user, kind)  # type: ignore[arg-type]
    return redirect(f"{reverse('account_reauthenticate')}?kind={kind}&next={wanted(request)}")


def _compare(request: HttpRequest, user: Any, kind: str, form: Any) -> None:
    if kind == "passkey":
        webauthn.check(request, user)
    else:
        confirming.compare(
            request, user, kind, form.cleaned_data["password" if kind == "password" else "code"]
        )


def _page(request: HttpRequest, user: Any, kind: str, form: Any) -> HttpResponse:
    code = confirming.code_sent(request, user)
    address = doors.proved_address(user, kind) if kind in {"email", "phone"} else None
    context = {
        "form": form,
        "kind": kind,
        "others": [each for each in confirming.ways_of(user) if each != kind],
        "sent": waiting(code) if code and code.way == kind else None,
        "address": address.masked if address else "",
        "options": webauthn.ask(request, user) if kind == "passkey" else None,
        "next": wanted(request),
        "held": [(brake, limits.of(brake)) for brake in reading.brakes_on(user.actor)],
    }
    return render(request, "accounts/confirmation.html", context, status=400 if form.errors else 200)
