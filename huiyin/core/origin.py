"""Where a request truly comes from: proxy headers count only when a listed proxy set them."""

import ipaddress
from functools import lru_cache

from django.conf import settings

FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def settle(meta: dict[str, str]) -> str:
    """The client's address. Strips forwarding headers that anybody could have written."""
    peer = meta.get("REMOTE_ADDR", "")
    if not is_trusted(peer):
        for name in FORWARDED:
            meta.pop(name, None)
        return peer
    hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    # Read from the right: the first address that is no proxy of ours is what our proxy saw.
    for hop in reversed(hops):
        if not is_trusted(hop):
            return hop if _address(hop) else peer
    return hops[0] if hops else peer


def is_trusted(address: str) -> bool:
    """Is this one of the operator's own proxies? A Unix socket is named `unix`."""
    if not address:
        return "unix" in settings.TRUSTED_PROXIES
    found = _address(address)
    return found is not None and any(
        found in network for network in _networks(tuple(settings.TRUSTED_PROXIES))
    )


def neighbourhood(address: str) -> str:
    """The unit that limits count: one IPv4 address, or an IPv6 /64, which is what one subscriber gets."""
    found = _address(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=8)
def _networks(names: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(name, strict=False) for name in names if name != "unix"]
