"""How often is too often: fixed windows per token, address, endpoint and object, in the cache port."""

import logging
import math
import sys
import time
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiyin.core import origin
from huiyin.core.errors import TooMany, Unavailable
from huiyin.core.ports import cache

logger = logging.getLogger("huiyin.limits")


@dataclass(frozen=True)
class Limit:
    """So many in so many seconds. A strict limit refuses when nobody can count; others let pass."""

    count: int
    seconds: int
    strict: bool = False


LIMITS: dict[str, Limit] = {
    "api.token": Limit(6000, 60),
    "api.refused": Limit(60, 60, strict=True),
    "captcha.challenge": Limit(60, 60),
    "captcha.pressure": Limit(sys.maxsize, 600),
    "intake.address": Limit(30, 600),
    "intake.no_script": Limit(5, 3600, strict=True),
    "case.update": Limit(120, 600),
    "files.upload": Limit(120, 600),
    "files.read": Limit(1200, 600),
    "follow.address": Limit(240, 60),
    "oidc.authorize": Limit(120, 60),
    "oidc.address": Limit(600, 60, strict=True),
    "oidc.client": Limit(1200, 60, strict=True),
    "identity.address": Limit(60, 300, strict=True),
    "sign_in.address": Limit(30, 300, strict=True),
    "sign_in.account": Limit(8, 300, strict=True),
    "staff.invite": Limit(10, 3600, strict=True),
    "staff.invitation": Limit(60, 600, strict=True),
    "assistant.address": Limit(120, 300),
    "brake.profiles": Limit(200, 3600, strict=True),
    "brake.downloads": Limit(50, 3600, strict=True),
    "brake.cases": Limit(2000, 3600, strict=True),
    "brake.proofs": Limit(3, 3600, strict=True),
    "brake.pulls": Limit(1, 3600, strict=True),
    "audit.visitor": Limit(30, 60),
    "privacy.code": Limit(5, 3600, strict=True),
    "guardian.ask": Limit(5, 86400, strict=True),
    "guardian.address": Limit(5, 86400, strict=True),
    "privacy.proof": Limit(20, 3600, strict=True),
    "code.email": Limit(10, 3600, strict=True),
    "code.phone": Limit(5, 3600, strict=True),
    "code.client": Limit(20, 3600, strict=True),
    "code.check": Limit(30, 600, strict=True),
    "join.client": Limit(10, 3600, strict=True),
    "search.address": Limit(240, 60),
}


def of(name: str) -> int:
    """How often the named limit allows in its window."""
    return LIMITS[name].count


def spend(name: str, who: str, *, cost: int = 1) -> None:
    """Count one more under the named limit. Raises TooMany with the seconds to wait."""
    if count(name, who, cost=cost) > of(name):
        raise TooMany(
            "too_many_requests",
            _("That was too often. Please wait a moment."),
            retry_after=seconds_left(name),
        )


def seconds_left(name: str) -> int:
    """How long until the named limit counts from zero again."""
    seconds = LIMITS[name].seconds
    return math.ceil(seconds - time.time() % seconds)


def count(name: str, who: str, *, cost: int = 1) -> int:
    """How often in this window, this time included. A strict limit refuses when nobody can tell."""
    limit = LIMITS[name]
    window = int(time.time() // limit.seconds)
    try:
        return cache.port().add(f"limit:{name}:{who}:{window}", cost, ttl=limit.seconds + 1)
    except cache.CacheError as problem:
        logger.error("limit %s cannot be counted: %s", name, problem)
        if limit.strict:
            raise Unavailable("limits_unavailable", "", retry_after=5) from problem
        return 0


def client(request: HttpRequest) -> str:
    """The address that counts for limits: IPv4, or an IPv6 /64."""
    return origin.neighbourhood(getattr(request, "client_ip", "") or request.META.get("REMOTE_ADDR", ""))
