"""How we act as an OpenID provider: our keys, who somebody is to each client, what clients are told."""

import base64
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import User
from huiyin.core.keyring import derive, keyring

BITS = 3072


class ProviderAdapter(DefaultOIDCAdapter):
    """Another `sub` for each client, so that two of them cannot tell that they serve the same person."""

    scope_display = {
        "openid": _("Know that it is you"),
        "profile": _("See how you are called"),
        "email": _("See your e-mail address"),
        "phone": _("See your phone number"),
    }

    def get_issuer(self) -> str:
        return str(settings.ORIGIN)

    def get_user_sub(self, client: Client, user: Any) -> str:
        sealed = _cipher().encrypt(user.pk.bytes, [client.id.encode()])
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def get_user_by_sub(self, client: Client, sub: str) -> Any:
        try:
            sealed = base64.urlsafe_b64decode(sub + "=" * (-len(sub) % 4))
            pk = UUID(bytes=_cipher().decrypt(sealed, [client.id.encode()]))
        except (ValueError, InvalidTag):
            return None
        return User.objects.filter(pk=pk, is_active=True).first()

    def get_claims(
        self, purpose: Any, user: Any, client: Client, scopes: Iterable[str], **_kwargs: Any
    ) -> dict[str, Any]:
        """Only what was agreed to, and of addresses only those that were proved."""
        granted, claims = set(scopes), {"sub": self.get_user_sub(client, user)}
        if "profile" in granted:
            claims["name"] = str(user)
        for scope, name in (("email", "email"), ("phone", "phone_number")):
            if scope in granted and getattr(user, f"{scope}_verified_at"):
                claims |= {name: getattr(user, scope), f"{name}_verified": True}
        return claims

    def list_private_keys(self, **_kwargs: Any) -> list[PrivateKey]:
        return [PrivateKey(pem=_pem())]

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        data["scopes_supported"] = list(self.scope_display)
        data["grant_types_supported"] = ["authorization_code", "refresh_token"]
        data["response_types_supported"] = ["code"]
        data["subject_types_supported"] = ["pairwise"]
        data.pop("device_authorization_endpoint", None)


@lru_cache(maxsize=1)
def _cipher() -> AESSIV:
    """Deterministic, so that the same person is the same to the same client for ever (RFC 5297)."""
    index = keyring().index
    return AESSIV(derive(index, "oidc-sub-mac") + derive(index, "oidc-sub-enc"))


@lru_cache(maxsize=1)
def _pem() -> str:
    """The signing key beside the root keys, made when it is first needed; the first of several processes wins."""
    file = Path(settings.KEYRING_FILE).with_suffix(".oidc.pem")
    if not file.exists():
        _make(file)
    return file.read_text(encoding="utf-8")


def _make(file: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(pem)
    try:
        os.link(fresh, file)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
