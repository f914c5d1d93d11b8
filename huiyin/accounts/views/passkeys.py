"""Coming in with a passkey: no name, no password; the device checks its person. And joining with nothing else."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts import arrivals, terms
from huiyin.accounts.forms.door import PasskeyJoinForm
from huiyin.accounts.forms.entering import enter
from huiyin.accounts.models import Door, User
from huiyin.accounts.services import registration
from huiyin.accounts.services.registration import Passkey
from huiyin.accounts.views import webauthn
from huiyin.accounts.views.common import wanted
from huiyin.accounts.views.joining import application
from huiyin.accounts.views.security import SHOWN
from huiyin.core import captcha, limits, rest
from huiyin.core.errors import Invalid, Refusal

JOINING = "join.passkey"


@require_GET
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """What the browser asks its authenticator; says nothing about anybody."""
    limits.spend("captcha.challenge", limits.client(request))
    return rest.answer(webauthn.ask(request))


@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    limits.spend("sign_in.address", limits.client(request))
    return enter(request, webauthn.whose(request), door=Door.PASSKEY, after=wanted(request))


@require_http_methods(["GET", "POST"])
def passkey_join(request: HttpRequest) -> HttpResponse:
    """Joining with a passkey alone: first both agreements, then the device's own dialog, then the way back."""
    limits.spend("captcha.challenge", limits.client(request))
    form = PasskeyJoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _joined(request, form)
        except Refusal as refusal:
            form.refuse(refusal)
    to_be = _to_be(request)
    context = {
        "form": form,
        "options": webauthn.ask_new(request, to_be),
        "terms": terms.current(),
        "next": wanted(request),
        "opened": captcha.opened(),
    }
    return render(request, "accounts/join_by_passkey.html", context, status=400 if form.errors else 200)


def _joined(request: HttpRequest, form: PasskeyJoinForm) -> HttpResponse:
    captcha.check(request, purpose="join")
    limits.spend("join.client", limits.client(request))
    user_id, username = request.session.get(JOINING) or _refuse()
    credential = webauthn.made(request, form.cleaned_data["credential"])
    user, codes = registration.sign_up_by_passkey(
        application(form, username=username),
        Passkey(user_id=UUID(user_id), credential=credential, terms=terms.biometrics()),
        arrival=arrivals.of(request),
    )
    del request.session[JOINING]
    entered = enter(request, user, door=Door.PASSKEY, after=wanted(request))
    if not request.user.is_authenticated:
        return entered
    request.session[SHOWN] = codes
    return redirect("account_recovery_codes")


def _to_be(request: HttpRequest) -> User:
    """Whom the passkey will be for: the device keeps the id, so it is chosen before there is an account."""
    user = User(username=registration.fresh_username())
    request.session[JOINING] = [str(user.id), user.username]
    return user


def _refuse() -> tuple[str, str]:
    raise Invalid("passkey_wrong", "")
