"""Coming in with a passkey: no name, no password; the device checks its person."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from huiyin.accounts.models import Door
from huiyin.accounts.views import webauthn
from huiyin.accounts.views.common import enter, wanted
from huiyin.core import limits, rest


@require_GET
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """What the browser asks its authenticator; says nothing about anybody."""
    limits.spend("captcha.challenge", limits.client(request))
    return rest.answer(webauthn.ask(request))


@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    limits.spend("sign_in.address", limits.client(request))
    return enter(request, webauthn.whose(request), door=Door.PASSKEY, after=wanted(request))
