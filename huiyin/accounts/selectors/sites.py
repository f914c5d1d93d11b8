"""Reads about host sites, and about whom they vouch for."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from huiyin.accounts import vouched
from huiyin.accounts.models import Contact, HostKey, HostSite, Identity
from huiyin.accounts.policies import can_administer
from huiyin.core import clock
from huiyin.core.audit.sealing import moment
from huiyin.core.errors import NotFound
from huiyin.core.models import AuditEntry

SHOWN = 20


def sites_for(user: Any) -> QuerySet[HostSite]:
    """The sites that this person administers."""
    if not can_administer(user):
        return HostSite.objects.none()
    keys = HostKey.objects.filter(revoked_at=None).order_by("made_at")
    return HostSite.objects.order_by("made_at").prefetch_related(Prefetch("keys", keys, to_attr="live_keys"))


def site_for(user: Any, site_id: UUID) -> HostSite:
    site = sites_for(user).filter(id=site_id).first()
    if site is None:
        raise NotFound("site_absent", "")
    return site


def key_named(kid: str) -> HostKey | None:
    """The live key of an open site."""
    found = HostKey.objects.select_related("site").filter(kid=kid, revoked_at=None, site__closed_at=None)
    return found.first()


def site_at(origin: str) -> HostSite | None:
    """The open site whose pages have this origin."""
    open_sites = HostSite.objects.filter(closed_at=None)
    return next((site for site in open_sites if origin in site.origins), None)


def refusals_of(site: HostSite) -> list[dict[str, Any]]:
    """The latest tokens of the site that were refused, and why."""
    rows = AuditEntry.objects.filter(
        object_kind="host_site", object_id=str(site.id), action="identity.refused"
    )
    since = (clock.now() - timedelta(days=30)).strftime("%Y-%m-%d")
    return [
        {"at": moment(row.at), "why": json.loads(row.detail)["why"]}
        for row in rows.filter(at__gte=since).order_by("-row")[:SHOWN]
    ]


def visitor_of(session: Any, user: Any) -> Contact | None:
    """Who this browser is to us: whom a site vouches for, else the person of the account. None is a stranger."""
    slot = vouched.read(session)
    if slot is not None:
        return _vouched_contact(slot)
    if getattr(user, "is_authenticated", False):
        return Contact.objects.filter(user_id=user.pk, erased_at=None).first()
    return None


def known_as(contact: Contact) -> Mapping[str, str]:
    """The one identity by which a contact is found again and nobody else: an account number, else what was proved."""
    numbers = contact.identities.filter(kind=Identity.Kind.EXTERNAL)
    proved = contact.identities.filter(verified_at__isnull=False)
    found = numbers.order_by("created_at").first() or proved.order_by("created_at").first()
    return {found.kind: found.value} if found else {}


def reach_of(contact: Contact) -> str:
    """An address at which the contact is reached already, so that nobody asks for one again."""
    kinds = (Identity.Kind.EMAIL, Identity.Kind.PHONE)
    found = contact.identities.filter(kind__in=kinds, verified_at__isnull=False).first()
    return found.value if found else ""


def _vouched_contact(slot: vouched.Slot) -> Contact | None:
    """A site that was closed vouches for nobody; a closed account opens nothing."""
    if not HostSite.objects.filter(id=slot.site, closed_at=None).exists():
        return None
    contact = Contact.objects.select_related("user").filter(id=slot.contact, erased_at=None).first()
    if contact is None or (contact.user is not None and not contact.user.is_active):
        return None
    return contact
