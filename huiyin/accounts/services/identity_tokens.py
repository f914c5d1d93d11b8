"""A host site's word about its own user: one signed token, checked hard, used once, turned into one contact.

The user who is refused learns nothing; the log, the audit chain and the site's page tell its builders why.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact, HostKey, HostSite, Identity, SpentToken
from huiyin.accounts.models.sites import Why
from huiyin.accounts.selectors import identity_index, sites
from huiyin.accounts.services import contacts
from huiyin.core import audit, clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Forbidden, Refusal

LONGEST_LIFE = timedelta(minutes=15)
LEEWAY = timedelta(seconds=30)
LONGEST_TOKEN = 8192
CLAIMS = ["iss", "aud", "sub", "jti", "iat", "exp"]
VISITOR = Actor("visitor")
log = structlog.get_logger("huiyin.identity")

# From the particular to the general: the first that fits is told.
FAULTS: tuple[tuple[type[Exception], Why], ...] = (
    (jwt.ExpiredSignatureError, Why.EXPIRED),
    (jwt.ImmatureSignatureError, Why.EARLY),
    (jwt.InvalidAudienceError, Why.AUDIENCE),
    (jwt.InvalidIssuerError, Why.ISSUER),
    (jwt.InvalidAlgorithmError, Why.ALGORITHM),
    (jwt.InvalidSignatureError, Why.SIGNATURE),
    (jwt.InvalidKeyError, Why.SIGNATURE),
    (jwt.DecodeError, Why.MALFORMED),
    (jwt.InvalidTokenError, Why.CLAIM),
)


class IdentityRefused(Forbidden):
    """A token that opens nothing. Its message is the same whatever the reason."""

    def __init__(self, why: Why, *, site: HostSite | None = None) -> None:
        message = _(
            "We could not recognise you. Please go back to the site that you came from and try again."
        )
        super().__init__("identity_refused", message)
        self.why = why
        self.site = site


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """What a site says about its user; the addresses are proved only when the site is trusted."""

    site: HostSite
    number: str
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""


def admit(token: str, *, origin: str = "") -> tuple[Contact | None, HostSite | None]:
    """The contact for whom a page asks, by its token; what portal and widget call.

    Without a token the page's visitor stays a stranger, unless the site demands one: that is the default.
    Every refusal is written down with its reason before it is raised. Events: contact.created.
    """
    try:
        if not token:
            return None, _open_to_strangers(origin)
        with transaction.atomic():
            vouched = verify(token, origin=origin)
            return contact_of(vouched), vouched.site
    except IdentityRefused as refusal:
        _write_down(refusal, token)
        raise


def verify(token: str, *, origin: str = "") -> Vouched:
    """What the token says, once: algorithm of the key alone, issuer, audience, times, and a jti never seen.

    `origin` is the page that sent it, as the browser says; it must be the site's own. Raises IdentityRefused.
    """
    key = _key_of(token)
    claims = _checked(token, key)
    if origin and origin not in key.site.origins:
        raise IdentityRefused(Why.ORIGIN, site=key.site)
    _spend(key.site, str(claims["jti"]), until=_moment(claims["exp"]))
    texts = {
        name: _text(claims.get(name), 120 if name == "name" else 254) for name in ("name", "email", "phone")
    }
    number = key.site.number(claims["sub"])
    return Vouched(site=key.site, number=number, language=_text(claims.get("locale"), 10), **texts)


@transaction.atomic
def contact_of(vouched: Vouched) -> Contact:
    """The one contact of the site's account number. A proved address finds the person whom we know by it.

    Addresses are added while they belong to nobody and never taken from anybody; an unproved one finds nobody.
    """
    contact = _by_number(vouched) or _by_proved_address(vouched) or _new(vouched)
    if contact.user is not None and not contact.user.is_active:
        raise IdentityRefused(Why.CLOSED, site=vouched.site)
    for kind in (Identity.Kind.EMAIL, Identity.Kind.PHONE):
        if value := getattr(vouched, kind):
            _add_address(contact, kind, value, proved=vouched.site.is_trusted)
    if vouched.name and not contact.name:
        contacts.correct(contact, name=vouched.name, by=contact.actor)
    return contact


def sweep_spent(*, at: datetime | None = None) -> int:
    """Forget used tokens that would have expired by now."""
    return SpentToken.objects.filter(expires_at__lt=at or clock.now()).delete()[0]


def _key_of(token: str) -> HostKey:
    try:
        header = jwt.get_unverified_header(token) if len(token) <= LONGEST_TOKEN else {}
    except jwt.InvalidTokenError as problem:
        raise IdentityRefused(Why.MALFORMED) from problem
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise IdentityRefused(Why.MALFORMED)
    key = sites.key_named(kid)
    if key is None:
        raise IdentityRefused(Why.KEY)
    return key


def _checked(token: str, key: HostKey) -> dict[str, Any]:
    options: Any = {"require": CLAIMS, "strict_aud": True}
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key.secret,
            algorithms=[key.algorithm],
            issuer=key.site.issuer,
            audience=settings.ORIGIN,
            leeway=LEEWAY,
            options=options,
        )
    except (jwt.PyJWTError, ValueError) as problem:
        why = next((why for kind, why in FAULTS if isinstance(problem, kind)), Why.MALFORMED)
        raise IdentityRefused(why, site=key.site) from problem
    sane = claims["sub"].strip() and len(claims["sub"]) <= 128 and 0 < len(claims["jti"]) <= 128
    if not sane:
        raise IdentityRefused(Why.CLAIM, site=key.site)
    if _moment(claims["exp"]) - _moment(claims["iat"]) > LONGEST_LIFE:
        raise IdentityRefused(Why.LIFETIME, site=key.site)
    return claims


def _spend(site: HostSite, jti: str, *, until: datetime) -> None:
    """The unique index decides between two at once."""
    index = hashlib.sha256(f"{site.id}:{jti}".encode()).hexdigest()
    try:
        with transaction.atomic():
            SpentToken.objects.create(index=index, expires_at=until + LEEWAY)
    except IntegrityError as problem:
        raise IdentityRefused(Why.REPLAY, site=site) from problem


def _open_to_strangers(origin: str) -> HostSite | None:
    site = sites.site_at(origin) if origin else None
    if site is None or site.demands_token:
        raise IdentityRefused(Why.MISSING, site=site)
    return site


def _by_number(vouched: Vouched) -> Contact | None:
    found = _identity(Identity.Kind.EXTERNAL, vouched.number)
    return found.contact if found else None


def _by_proved_address(vouched: Vouched) -> Contact | None:
    """Both sides must have proof: else whoever typed an address first would wait for its owner to come in."""
    if not vouched.site.is_trusted:
        return None
    for kind in (Identity.Kind.EMAIL, Identity.Kind.PHONE):
        value = getattr(vouched, kind)
        found = _identity(kind, value) if value else None
        if found is not None and found.verified_at and not _has_number(found.contact, vouched.site):
            _add(found.contact, Identity.Kind.EXTERNAL, vouched.number, proved=True)
            return found.contact
    return None


def _new(vouched: Vouched) -> Contact:
    person = contacts.Person.of(
        external_id=vouched.number, name=vouched.name, language=vouched.language, verified=True
    )
    contact, facts = contacts.find_or_create(person, by=VISITOR)
    journal.publish_all(facts, by=contact.actor)
    return contact


def _add_address(contact: Contact, kind: str, value: str, *, proved: bool) -> None:
    found = _identity(kind, value)
    if found is None:
        _add(contact, kind, value, proved=proved)
    elif proved and found.contact_id == contact.id and found.verified_at is None:
        found.verified_at = clock.now()
        found.save(update_fields=["verified_at"])


def _add(contact: Contact, kind: str, value: str, *, proved: bool) -> None:
    """An address that is none is left out: the site's word about it is a courtesy, not a reason to fail."""
    try:
        contacts.check_value(kind, value)
        with transaction.atomic():
            Identity.objects.create(
                contact=contact,
                kind=kind,
                value=value,
                index=identity_index(kind, value),
                verified_at=clock.now() if proved else None,
            )
    except (Refusal, IntegrityError):
        return


def _identity(kind: str, value: str) -> Identity | None:
    found = Identity.objects.select_related("contact__user").filter(
        kind=kind, index=identity_index(kind, value)
    )
    return found.first()


def _has_number(contact: Contact, site: HostSite) -> bool:
    """Known to this site under another number: two accounts that share an address stay two people."""
    numbers = [each.value for each in contact.identities.filter(kind=Identity.Kind.EXTERNAL)]
    prefix = site.number("")
    return any(number.startswith(prefix) and (prefix or ":" not in number) for number in numbers)


def _write_down(refusal: IdentityRefused, token: str) -> None:
    """For the builders of the site: in the log, in the audit chain, and from there on the site's page."""
    site = refusal.site
    log.warning(
        "identity.refused", reason=str(refusal.why), name=site.namespace or str(site.id) if site else ""
    )
    audit.record(
        "identity.refused",
        f"host_site:{site.id if site else ''}",
        by=VISITOR,
        result=audit.REFUSED,
        detail={"why": str(refusal.why), "size": len(token)},
    )


def _text(value: Any, longest: int) -> str:
    return value.strip()[:longest] if isinstance(value, str) else ""


def _moment(claim: Any) -> datetime:
    return datetime.fromtimestamp(int(claim), tz=UTC)
