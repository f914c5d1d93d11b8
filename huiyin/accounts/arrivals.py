"""Where somebody comes from: device, address, place. Read from the request at the edge, handed to services as one."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from huiyin.accounts import places
from huiyin.core import limits

COOKIE = "__Host-device" if settings.SECURE_SITE else "device"
KEPT = 400 * 24 * 3600
VERSIONS = re.compile(r"[0-9][0-9._]*")


@dataclass(frozen=True, slots=True)
class Arrival:
    """`device` is the browser's own random mark, which survives signing out; `agent` is what it says it is."""

    address: str = ""
    near: str = ""
    agent: str = ""
    device: str = ""

    @property
    def device_words(self) -> str:
        return words(self.agent)

    @property
    def place(self) -> str:
        return places.of(self.address)

    @property
    def family(self) -> str:
        return family(self.agent)


def of(request: HttpRequest) -> Arrival:
    """Where this request comes from."""
    return Arrival(
        address=getattr(request, "client_ip", ""),
        near=limits.client(request),
        agent=request.headers.get("User-Agent", "")[:400],
        device=device_of(request),
    )


def device_of(request: HttpRequest) -> str:
    """The browser's mark, made for this request when it has none yet."""
    known = request.COOKIES.get(COOKIE, "")
    if not (20 <= len(known) <= 60):
        known = request.COOKIES[COOKIE] = secrets.token_urlsafe(24)
    return known


def remember_device(request: HttpRequest, response: HttpResponseBase) -> None:
    """Leave the mark in the browser, so that the next sign-in is no new device."""
    response.set_cookie(  # type: ignore[attr-defined]
        COOKIE,
        device_of(request),
        max_age=KEPT,
        samesite="Lax",
        secure=settings.SECURE_SITE,
        httponly=True,
    )


@lru_cache(maxsize=512)
def words(agent: str) -> str:
    """Browser and system as a person would name them."""
    if not agent:
        return _("Unknown device")
    from ua_parser import user_agent_parser  # its patterns take half a second to load

    seen = user_agent_parser.Parse(agent)
    browser = _named(seen["user_agent"])
    system = _named(seen["os"])
    model = seen["device"]["family"]
    parts = [part for part in (browser, system, model if model not in {"Other", "Mac"} else "") if part]
    return " · ".join(parts) or _("Unknown device")


def _named(part: dict[str, str | None]) -> str:
    name = part["family"] or ""
    if name == "Other":
        return ""
    return f"{name} {part['major']}" if part.get("major") else name


@lru_cache(maxsize=4096)
def family(agent: str) -> str:
    """The same before and after an update of browser or system; another for another browser or system."""
    return hashlib.sha256(VERSIONS.sub("", agent).encode("utf-8", "replace")).hexdigest()[:16]
