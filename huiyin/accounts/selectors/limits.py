"""The limits of access as they stood at most two seconds ago, and whether somebody keeps within them."""

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from huiyin.accounts.models import AccessRule, User

SECONDS = 2.0


@dataclass(frozen=True)
class Rules:
    """All rules, by role and by person."""

    roles: Mapping[str, AccessRule]
    people: Mapping[UUID, AccessRule]
    read_at: float

    def of(self, user: User) -> list[AccessRule]:
        """The person's own, and those of every role they hold: the strictest counts."""
        mine = [self.people[user.id]] if user.id in self.people else []
        return mine + [self.roles[role] for role in sorted(user.roles) if role in self.roles]


_rules: Rules | None = None


def limits() -> Rules:
    global _rules
    if _rules is None or time.monotonic() - _rules.read_at > SECONDS:
        rows = list(AccessRule.objects.all())
        _rules = Rules(
            {row.role: row for row in rows if row.role},
            {row.user_id: row for row in rows if row.user_id},
            time.monotonic(),
        )
    return _rules


def forget_limits() -> None:
    """Read the rules afresh at the next question."""
    global _rules
    _rules = None


def objection(user: User, *, address: str, at: datetime) -> str:
    """Why this person may not work from here or now: `network`, `hours`, or nothing."""
    for rule in limits().of(user):
        if rule.networks and not _inside(address, tuple(rule.networks)):
            return "network"
        if not _in_hours(rule, at):
            return "hours"
    return ""


def _inside(address: str, networks: tuple[str, ...]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in ipaddress.ip_network(network) for network in networks)


def _in_hours(rule: AccessRule, at: datetime) -> bool:
    """Within the days and hours, in the company's own time. Hours may pass midnight: then the day is the one begun."""
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    day, clock_time = local.isoweekday(), local.time()
    if rule.begins and rule.ends:
        if rule.begins <= rule.ends:
            inside = rule.begins <= clock_time < rule.ends
        else:
            inside = clock_time >= rule.begins or clock_time < rule.ends
            if clock_time < rule.ends:
                day = (day - 2) % 7 + 1
        if not inside:
            return False
    return not rule.days or str(day) in rule.days
