"""The keys with which we sign who somebody is: made when first needed, renewed every 90 days without a gap."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import IntegrityError, transaction

from huiyin.accounts.models import SigningKey
from huiyin.core import audit, clock
from huiyin.core.actors import SYSTEM

BITS = 3072
SIGNS_FOR = timedelta(days=90)
TOLD_BEFORE = timedelta(days=1)  # longer than anybody keeps our key set
KNOWN_AFTER = timedelta(days=1)  # longer than a token lives


def published() -> list[SigningKey]:
    """Every key that is published now, newest first."""
    found = _in_force(clock.now())
    return found or [_make(1, signs_from=clock.now())]


def renew_keys(*, at: datetime | None = None) -> bool:
    """Make the next key when the present one has signed long enough. Answers whether one was made."""
    now = at or clock.now()
    newest = SigningKey.objects.order_by("-generation").first()
    if newest is None or newest.signs_from + SIGNS_FOR > now:
        return False
    begins = now + TOLD_BEFORE
    with transaction.atomic():
        _make(newest.generation + 1, signs_from=begins)
        older = SigningKey.objects.filter(generation__lte=newest.generation, published_until=None)
        older.update(published_until=begins + KNOWN_AFTER)
        audit.record("signing_key.renewed", f"signing_key:{newest.generation + 1}", by=SYSTEM)
    SigningKey.objects.filter(published_until__lt=now).delete()
    return True


def _in_force(now: datetime) -> list[SigningKey]:
    found = SigningKey.objects.order_by("-generation")
    return [key for key in found if key.published_until is None or key.published_until > now]


def _make(generation: int, *, signs_from: datetime) -> SigningKey:
    """The generation is unique: of several processes the first wins, and the others read its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    try:
        with transaction.atomic():
            return SigningKey.objects.create(generation=generation, pem=pem, signs_from=signs_from)
    except IntegrityError:
        return SigningKey.objects.get(generation=generation)
