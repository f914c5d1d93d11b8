"""Which addresses we go to: plain web addresses of the public internet."""

import ipaddress
from urllib.parse import urlsplit

from huiyin.core.egress.errors import Blocked

NAT64 = ipaddress.ip_network("64:ff9b::/96")
CLOUD = ipaddress.ip_network("168.63.129.16/32")  # Azure's platform address is public by number only

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def check_url(url: str) -> None:
    """Refuse, before anything is resolved, what is no plain web address. Raises Blocked."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as problem:
        raise Blocked("The address cannot be read.") from problem
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Blocked("The address must begin with http:// or https://.")
    if parts.username is not None or parts.password is not None:
        raise Blocked("The address must not contain a name or password.")


def is_public(address: Address) -> bool:
    """Is this an address of the public internet, also when it is wrapped in another (mapped, 6to4, NAT64)?"""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast and address not in CLOUD


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
