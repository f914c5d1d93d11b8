"""Writes about from where and when staff may work, by role or by person."""

import ipaddress
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events, selectors
from huiyin.accounts.models import AccessRule, RoleRule, User
from huiyin.core import audit, clock, journal
from huiyin.core.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Networks in CIDR, ISO weekdays as digits, and the hours of a day in local time. Nothing limits nothing."""

    networks: tuple[str, ...] = ()
    days: str = ""
    begins: time | None = None
    ends: time | None = None


@transaction.atomic
def limit_role(role: str, *, to: Limits, by: User) -> AccessRule:
    """From now on who holds this role works only so. Refuses networks that are none. Events: access.limited."""
    rule, _is_new = AccessRule.objects.update_or_create(role=role, user=None, defaults=_columns(to))
    _told(f"role:{role}", to, by)
    return rule


@transaction.atomic
def limit_person(user: User, *, to: Limits, by: User) -> AccessRule:
    """From now on this person works only so, beside what their roles say. Events: access.limited."""
    rule, _is_new = AccessRule.objects.update_or_create(user=user, role="", defaults=_columns(to))
    _told(f"user:{user.id}", to, by)
    return rule


@transaction.atomic
def need_second_factor(role: str, *, needed: bool, by: User) -> RoleRule:
    """Whether who holds this role signs in with a second factor. Events: access.limited."""
    rule, _is_new = RoleRule.objects.update_or_create(
        role=role, defaults={"needs_second_factor": needed, "changed_at": clock.now()}
    )
    journal.publish(events.AccessLimited(subject=f"role:{role}"), by=by.actor)
    audit.record("access.second_factor", f"role:{role}", by=by.actor, detail={"needed": int(needed)})
    return rule


def _columns(to: Limits) -> dict[str, Any]:
    if (to.begins is None) != (to.ends is None):
        raise Invalid("hours_half", _("Give both hours, or none."), field="ends")
    return {
        "networks": [_network(name) for name in to.networks],
        "days": "".join(sorted(set(to.days))),
        "begins": to.begins,
        "ends": to.ends,
        "changed_at": clock.now(),
    }


def _network(name: str) -> str:
    try:
        return str(ipaddress.ip_network(name.strip(), strict=False))
    except ValueError as error:
        text = _("“%(name)s” is no network. Write 203.0.113.0/24 or 2001:db8::/32.") % {"name": name}
        raise Invalid("network_invalid", text, field="networks") from error


def _told(thing: str, to: Limits, by: User) -> None:
    journal.publish(events.AccessLimited(subject=thing), by=by.actor)
    hours = f"{to.begins}-{to.ends}" if to.begins else ""
    audit.record(
        "access.limited",
        thing,
        by=by.actor,
        detail={"networks": len(to.networks), "days": to.days, "hours": hours},
    )
    selectors.forget_limits()
    transaction.on_commit(selectors.forget_limits)
