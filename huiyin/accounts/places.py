"""Which part of the world an address belongs to, told without asking anybody: special networks, then the data file."""

import ipaddress

from django.utils.translation import gettext as _

NEAR = ((4, 16), (6, 32))


def of(address: str) -> str:
    """Words for a list of sign-ins; equal for addresses of one neighbourhood."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return _("Unknown place")
    if found.is_loopback:
        return _("This computer")
    if found.is_private:
        return _("Internal network")
    return _network(found)


def _network(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    bits = dict(NEAR)[found.version]
    return str(ipaddress.ip_network((found, bits), strict=False))
