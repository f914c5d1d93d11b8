"""Signed keys of the links that guardians get: unguessable, and void when the request behind them is."""

from uuid import UUID

from django.core import signing

SALT = "huiyin.privacy.guardian"


def key_of(guardianship: UUID) -> str:
    return signing.Signer(salt=SALT).sign(guardianship.hex)


def behind(key: str) -> UUID | None:
    """The request of a key, if we signed it."""
    try:
        return UUID(signing.Signer(salt=SALT).unsign(key))
    except (signing.BadSignature, ValueError):
        return None
