"""We as an OpenID provider: our keys, who somebody is to each app, what it is told. Named by the settings."""

import base64
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.internal.private_keys import filter_keys
from allauth.idp.oidc.models import Client, PrivateKey
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from huiyin.accounts.models import User
from huiyin.accounts.services import signing
from huiyin.core.keyring import derive, keyring


class ProviderAdapter(DefaultOIDCAdapter):
    """Another `sub` for each app, so that two of them cannot tell that they serve the same person."""

    def get_issuer(self) -> str:
        return str(settings.ORIGIN)

    def get_user_sub(self, client: Client, user: Any) -> str:
        sealed = _cipher(keyring().index).encrypt(user.pk.bytes, [client.id.encode()])
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def get_user_by_sub(self, client: Client, sub: str) -> Any:
        try:
            sealed = base64.urlsafe_b64decode(sub + "=" * (-len(sub) % 4))
            pk = UUID(bytes=_cipher(keyring().index).decrypt(sealed, [client.id.encode()]))
        except (ValueError, InvalidTag):
            return None
        return User.objects.filter(pk=pk, is_active=True).first()

    def get_claims(
        self, purpose: Any, user: Any, client: Client, scopes: Iterable[str], **_kwargs: Any
    ) -> dict[str, Any]:
        """Only what was agreed to, and of addresses only those that were proved."""
        granted = set(scopes)
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        if "profile" in granted:
            claims["name"] = str(user)
            claims["locale"] = user.language or settings.LANGUAGE_CODE
        for scope, name in (("email", "email"), ("phone", "phone_number")):
            if scope in granted and getattr(user, f"{scope}_verified_at"):
                claims |= {name: getattr(user, scope), f"{name}_verified": True}
        return claims

    def list_private_keys(
        self, *, did_activate: Literal[True] | None = None, is_active: Literal[True] | None = None
    ) -> list[PrivateKey]:
        keys = [
            PrivateKey(
                pem=key.pem,
                not_before=key.signs_from,
                expires_at=key.published_until,
                issued_at=key.signs_from,
            )
            for key in signing.published()
        ]
        return filter_keys(keys, did_activate=did_activate, is_active=is_active)


@lru_cache(maxsize=2)
def _cipher(index: bytes) -> AESSIV:
    """Deterministic, so that the same person is the same to the same app for ever (RFC 5297)."""
    return AESSIV(derive(index, "oidc-sub-mac") + derive(index, "oidc-sub-enc"))
