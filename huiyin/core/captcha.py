"""Proof that a form was not sent in bulk: a little arithmetic by the browser (ALTCHA), or patience by hand.

Without JavaScript no work can be asked for. Such a form passes when a person could have filled it (it was
open for some seconds, and its hidden trap field is empty) and its address has sent few; mail is never sent to
an address only because an unproven form names it.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiyin.core import clock, limits
from huiyin.core.errors import Invalid
from huiyin.core.models import SpentChallenge

ALGORITHM = "PBKDF2/SHA-256"
COST = 1000  # iterations a try; 256 tries on average, a fraction of a second in a browser
PRESSED_AFTER, HARDER = 20, 8  # challenges in ten minutes to one address, and how much harder they get then
GOOD_FOR = timedelta(minutes=20)
MAX_PAYLOAD = 4096
OPENED_SALT = "huiyin.opened"
QUICKEST, SLOWEST = 3, 24 * 3600  # seconds between opening and sending a form by hand
TRAP, OPENED, PROOF = "website", "opened", "altcha"


def challenge(purpose: str, *, who: str) -> dict[str, Any]:
    """A signed challenge for one purpose; harder for an address that asks for many."""
    asked = limits.count("captcha.pressure", who)
    made = altcha.create_challenge(
        ALGORITHM,
        COST * (HARDER if asked > PRESSED_AFTER else 1),
        expires_at=clock.now() + GOOD_FOR,
        data={"purpose": purpose},
        hmac_secret=_secret(),
    )
    told: dict[str, Any] = made.to_dict()
    return told


def check(request: HttpRequest, *, purpose: str) -> None:
    """The last check before a public form is carried out, once its fields are right. May refuse."""
    proof = request.POST.get(PROOF, "")
    if proof:
        spend(proof, purpose=purpose)
    else:
        _check_by_hand(request)


def spend(proof: str, *, purpose: str) -> None:
    """Use a solved challenge. Refuses what is wrong, expired, made for another purpose, or used before."""
    parameters, signature = _read(proof)
    result = altcha.verify_solution(proof, _secret())
    if result.expired:
        raise _refusal("captcha_expired")
    if not result.verified or parameters.data != {"purpose": purpose}:
        raise _refusal("captcha_wrong")
    expires_at = datetime.fromtimestamp(parameters.expires_at or 0, UTC)
    try:
        with transaction.atomic():
            SpentChallenge(key=_key(signature), expires_at=expires_at).save(force_insert=True)
    except IntegrityError as problem:
        raise _refusal("captcha_used") from problem


def opened() -> str:
    """The hidden field that tells when a form was opened."""
    return signing.dumps("", salt=OPENED_SALT)


def sweep(*, at: datetime | None = None) -> int:
    """Forget used challenges that have expired."""
    gone, _each = SpentChallenge.objects.filter(expires_at__lt=(at or clock.now()) - GOOD_FOR).delete()
    return gone


def _check_by_hand(request: HttpRequest) -> None:
    if request.POST.get(TRAP):
        raise _refusal("captcha_wrong")
    stamp = request.POST.get(OPENED, "")
    try:
        signing.loads(stamp, salt=OPENED_SALT, max_age=SLOWEST)
    except signing.BadSignature as problem:
        raise _refusal("captcha_expired") from problem
    if _is_younger(stamp, QUICKEST):
        raise _refusal("captcha_too_quick")
    limits.spend("intake.no_script", limits.client(request))


def _is_younger(stamp: str, seconds: int) -> bool:
    try:
        signing.loads(stamp, salt=OPENED_SALT, max_age=seconds)
    except signing.SignatureExpired:
        return False
    return True


def _read(proof: str) -> tuple[Any, str]:
    if len(proof) > MAX_PAYLOAD:
        raise _refusal("captcha_wrong")
    try:
        payload = altcha.Payload.from_base64(proof)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise _refusal("captcha_wrong") from problem
    return payload.challenge.parameters, str(payload.challenge.signature)


def _key(signature: str) -> str:
    return hashlib.sha256(signature.encode("utf-8", "replace")).hexdigest()


def _secret() -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"captcha", hashlib.sha256).hexdigest()


def _refusal(code: str) -> Invalid:
    sentences = {
        "captcha_wrong": _("The check that you are not a robot did not work. Please send again."),
        "captcha_expired": _("This form was open for too long. Please send again."),
        "captcha_used": _("This form was sent before. Please reload it to send another."),
        "captcha_too_quick": _("That was very quick. Please wait a few seconds and send again."),
    }
    return Invalid(code, sentences[code], field="captcha")
