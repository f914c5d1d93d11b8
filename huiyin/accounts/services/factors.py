"""Second factors: authenticator apps, recovery codes, passkeys, and the choice of a code to one's own address."""

import hashlib
import hmac
import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt, encrypt
from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.accounts import events
from huiyin.accounts.models import User
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import addresses, sessions
from huiyin.accounts.terms import Terms
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid

Kind = Authenticator.Type
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on paper
CODES, GROUP = 10, 5


@transaction.atomic
def add_app(user: User, *, secret: str, digits: str, keep: str | None, by: Actor) -> list[str]:
    """The authenticator app counts from now on; answers new recovery codes. Refuses digits that do not fit.

    Other sessions end. Events: factor.added.
    """
    if Authenticator.objects.filter(user=user, type=Kind.TOTP).exists():
        raise Conflict("app_known", _("An authenticator app is set up already. Remove it first."))
    counter = _counter(secret, digits)
    if counter is None:
        raise Invalid("code_wrong", _("The code is not right. Please look at it again."), field="code")
    data = {"secret": encrypt(secret), "counter": counter}
    Authenticator.objects.create(user=user, type=Kind.TOTP, data=data)
    _added(user, "totp", keep=keep, by=by)
    return renew_recovery_codes(user)


@transaction.atomic
def add_passkey(user: User, *, name: str, credential: dict[str, Any], keep: str | None, by: Actor) -> None:
    """A passkey whose answer was checked at the edge. The face or finger stays on the person's device.

    Other sessions end. Events: factor.added.
    """
    data = {"name": name.strip()[:60] or _("Passkey"), "credential": credential}
    Authenticator.objects.create(user=user, type=Kind.WEBAUTHN, data=data)
    _added(user, "passkey", keep=keep, by=by)


@transaction.atomic
def allow_biometrics(user: User, *, text: Terms, by: Actor) -> None:
    """The separate consent before the first passkey, with the text that was shown. Events: biometrics.allowed."""
    told = events.BiometricsAllowed(subject=str(user.id), version=text.version, digest=text.digest)
    journal.publish(told, by=by)


@transaction.atomic
def choose_code(user: User, *, way: str, keep: str | None, by: Actor) -> User:
    """A code by e-mail or text message as the second step, or none (`way` empty). Events: factor.added or removed.

    Refuses a way without a proved address.
    """
    if way and doors.proved_address(user, way) is None:
        raise Invalid("address_unproved", _("Please confirm the address first."), field="way")
    before, user.second_step = user.second_step, way
    user.save(update_fields=["second_step"])
    if way:
        _added(user, f"{way}_code", keep=keep, by=by)
    elif before:
        _removed(user, f"{before}_code", keep=keep, by=by)
    return user


@transaction.atomic
def remove_factor(factor: Authenticator, *, keep: str | None, by: Actor) -> None:
    """This factor opens nothing any more; with the last one the recovery codes go. Events: factor.removed."""
    user: Any = factor.user
    factor.delete()
    if not Authenticator.objects.filter(user=user, type__in=[Kind.TOTP, Kind.WEBAUTHN]).exists():
        Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).delete()
    _removed(user, "passkey" if factor.type == Kind.WEBAUTHN else str(factor.type), keep=keep, by=by)


def renew_recovery_codes(user: User) -> list[str]:
    """Ten new codes, shown this once and kept as digests; the old ones end."""
    codes = ["".join(secrets.choice(LETTERS) for _letter in range(2 * GROUP)) for _code in range(CODES)]
    data = {"digests": [_digest(user, code) for code in codes]}
    Authenticator.objects.update_or_create(user=user, type=Kind.RECOVERY_CODES, defaults={"data": data})
    return [f"{code[:GROUP]}-{code[GROUP:]}" for code in codes]


@transaction.atomic
def use_app(user: User, digits: str) -> None:
    """Refuses what the app does not show now, and digits that were used before."""
    app = Authenticator.objects.select_for_update().filter(user=user, type=Kind.TOTP).first()
    counter = _counter(decrypt(app.data["secret"]), digits) if app else None
    if app is None or counter is None or counter <= app.data.get("counter", 0):
        raise Invalid("code_wrong", _("The code is not right. Please look at it again."), field="code")
    app.data["counter"] = counter
    app.last_used_at = clock.now()
    app.save(update_fields=["data", "last_used_at"])


@transaction.atomic
def use_recovery_code(user: User, code: str) -> int:
    """Use up one recovery code; answers how many are left. Refuses an unknown or used one."""
    mine = Authenticator.objects.select_for_update().filter(user_id=user.pk, type=Kind.RECOVERY_CODES)
    kept = mine.first()
    digest = _digest(user, "".join(c for c in code.lower() if c.isalnum()))
    found = [each for each in (kept.data["digests"] if kept else []) if constant_time_compare(each, digest)]
    if kept is None or not found:
        raise Invalid("code_wrong", _("The code is not right. Please look at it again."), field="code")
    kept.data["digests"].remove(found[0])
    kept.last_used_at = clock.now()
    kept.save(update_fields=["data", "last_used_at"])
    return len(kept.data["digests"])


def _counter(secret: str, digits: str) -> int | None:
    """Which half minute around now shows these digits."""
    given = "".join(digits.split())
    return next(
        (
            counter
            for counter in yield_hotp_counters_from_time()
            if constant_time_compare(format_hotp_value(hotp_value(secret, counter)), given)
        ),
        None,
    )


def _digest(user: User, code: str) -> str:
    key = hashlib.sha256(b"huiyin.recovery" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, f"{user.pk}:{code}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _added(user: User, kind: str, *, keep: str | None, by: Actor) -> None:
    entry = journal.publish(events.FactorAdded(subject=str(user.id), kind=kind), by=by)
    sessions.end_sessions(user, why="factor", by=by, but=keep)
    with override(user.language or settings.LANGUAGE_CODE):
        _tell(user, _("A second step was added to your account"), f"factor-{entry.pk}")


def _removed(user: User, kind: str, *, keep: str | None, by: Actor) -> None:
    entry = journal.publish(events.FactorRemoved(subject=str(user.id), kind=kind), by=by)
    sessions.end_sessions(user, why="factor", by=by, but=keep)
    with override(user.language or settings.LANGUAGE_CODE):
        _tell(user, _("A second step was removed from your account"), f"factor-{entry.pk}")


def _tell(user: User, subject: str, key: str) -> None:
    text = _("If this was not you, sign in, end all other sessions, and choose a new password.")
    addresses.tell(user, subject=subject, text=text, key=key)
