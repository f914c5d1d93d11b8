"""Writes about host sites and the keys with which they vouch for their users."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events
from huiyin.accounts.models import HostKey, HostSite
from huiyin.core import audit, clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid

MOST_KEYS = 2
RSA_BITS = 2048
FIELDS = ("name", "issuer", "namespace", "origins", "is_trusted", "demands_token")


@transaction.atomic
def open_site(given: Mapping[str, Any], *, by: Actor) -> HostSite:
    """A new site that may vouch for its users, once it has a key.

    Refuses origins that are none, and an issuer or namespace that another site has. Events: host_site.opened.
    """
    site = HostSite(**{name: given[name] for name in FIELDS})
    _store(site)
    _tell(events.HostSiteOpened(subject=str(site.id)), site, by=by)
    return site


@transaction.atomic
def change_site(site: HostSite, given: Mapping[str, Any], *, by: Actor) -> HostSite:
    """Change what a site may; its namespace stays, since its users are known by it. Events: host_site.changed."""
    changed = [name for name in FIELDS if name != "namespace" and getattr(site, name) != given[name]]
    for name in changed:
        setattr(site, name, given[name])
    if changed:
        _store(site)
        _tell(events.HostSiteChanged(subject=str(site.id), fields=changed), site, by=by)
    return site


@transaction.atomic
def add_key(site: HostSite, *, algorithm: str, public_key: str = "", by: Actor) -> tuple[HostKey, str]:
    """One more key, so that a site can move to it without a gap; and the shared secret, shown this once.

    Refuses a third live key, and a public key that is none of its algorithm. Events: host_key.added.
    """
    site = HostSite.objects.select_for_update().get(id=site.id)
    if site.keys.filter(revoked_at=None).count() >= MOST_KEYS:
        raise Conflict("keys_enough", _("Two keys are in use. Revoke one before you add another."))
    if algorithm not in HostKey.Algorithm.values:
        raise Invalid("algorithm_unknown", _("There is no such algorithm."), field="algorithm")
    shared = secrets.token_urlsafe(48) if algorithm == HostKey.Algorithm.HS256 else ""
    secret = shared or _public(public_key, algorithm)
    kid = f"hs_{secrets.token_hex(8)}"
    key = HostKey.objects.create(site=site, kid=kid, algorithm=algorithm, secret=secret)
    _tell(events.HostKeyAdded(subject=str(site.id), kid=kid), site, by=by)
    return key, shared


@transaction.atomic
def revoke_key(site: HostSite, kid: str, *, by: Actor) -> None:
    """From now on no token of this key opens anything. Twice is once. Events: host_key.revoked."""
    if site.keys.filter(kid=kid, revoked_at=None).update(revoked_at=clock.now()):
        _tell(events.HostKeyRevoked(subject=str(site.id), kid=kid), site, by=by)


@transaction.atomic
def close_site(site: HostSite, *, by: Actor) -> None:
    """The site vouches for nobody any more; what it opened is shut at the next click. Events: host_site.closed."""
    if HostSite.objects.filter(id=site.id, closed_at=None).update(closed_at=clock.now()):
        _tell(events.HostSiteClosed(subject=str(site.id)), site, by=by)


def _store(site: HostSite) -> None:
    site.origins = [_origin(each) for each in site.origins]
    if not site.origins:
        raise Invalid("origin_missing", _("Name at least one address of the site."), field="origins")
    try:
        with transaction.atomic():
            site.save()
    except IntegrityError as problem:
        message = _("Another site has this issuer or this namespace.")
        raise Conflict("site_taken", message, field="issuer") from problem


def _origin(text: str) -> str:
    """`https://shop.example.com`, as browsers write it. Plain http is for one's own machine alone."""
    parts = urlsplit(text.strip().lower())
    own = parts.hostname in {"localhost", "127.0.0.1"}
    whole = parts.hostname and not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if not whole or not (parts.scheme == "https" or (own and parts.scheme == "http")):
        message = _("Write an address like https://www.example.com, without a path.")
        raise Invalid("origin_invalid", message, field="origins")
    return f"{parts.scheme}://{parts.netloc}"


def _public(pem: str, algorithm: str) -> str:
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm) as problem:
        message = _("This is no public key in PEM form.")
        raise Invalid("key_invalid", message, field="public_key") from problem
    fits = (
        isinstance(key, RSAPublicKey) and key.key_size >= RSA_BITS
        if algorithm == HostKey.Algorithm.RS256
        else isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    )
    if not fits:
        message = _("The key does not fit: RSA with 2,048 bits or more, or the curve P-256.")
        raise Invalid("key_unfit", message, field="public_key")
    return pem.strip()


def _tell(fact: journal.Event, site: HostSite, *, by: Actor) -> None:
    journal.publish(fact, by=by)
    audit.record(fact.name, f"host_site:{site.id}", by=by)
