"""Passkeys at the edge: challenges in the session, answers checked by allauth's and Yubico's code."""

import json
from typing import Any

from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.core.errors import Invalid

MOST = 20_000


def ask(request: HttpRequest, user: User | None = None) -> dict[str, Any]:
    """A challenge for the browser; without a user any passkey that it knows may answer."""
    return auth.begin_authentication(user)


def ask_new(request: HttpRequest, user: User) -> dict[str, Any]:
    """A challenge for making a passkey that proves both the device and the person."""
    return auth.begin_registration(user, True)


def check(request: HttpRequest, user: User) -> None:
    """Refuses an answer that is not from a passkey of this person."""
    try:
        used = auth.complete_authentication(user, _answer(request))
    except (ValidationError, ValueError, TypeError, KeyError) as problem:
        raise _refusal() from problem
    used.record_usage()


def whose(request: HttpRequest) -> Any:
    """The person whose passkey answered. Refuses what none did."""
    answer = _answer(request)
    try:
        user = auth.extract_user_from_response(answer)
        used = auth.complete_authentication(user, answer)
    except (ValidationError, ValueError, TypeError, KeyError) as problem:
        raise _refusal() from problem
    used.record_usage()
    return user


def made(request: HttpRequest, credential: str) -> dict[str, Any]:
    """The new passkey, checked. Refuses what does not answer our challenge."""
    try:
        parsed: dict[str, Any] = json.loads(credential)
        auth.complete_registration(parsed)
    except (ValidationError, ValueError, TypeError, KeyError) as problem:
        raise _refusal() from problem
    return parsed


def _answer(request: HttpRequest) -> dict[str, Any]:
    text = request.POST.get("credential", "")
    try:
        answer = json.loads(text[:MOST])
    except ValueError as problem:
        raise _refusal() from problem
    if not isinstance(answer, dict):
        raise _refusal()
    return answer


def _refusal() -> Invalid:
    return Invalid("passkey_wrong", _("The passkey did not work. Please try again or choose another way."))
