"""The one way out: HTTP requests to addresses that users chose, which must not reach our own network.

The address is checked at the moment of connecting, so that a name which changes its mind in between (DNS
rebinding) gains nothing. No redirects, no proxies of the environment, ten seconds in all, one megabyte back.
"""

import ipaddress
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from huiyin.core.egress.addresses import check_url, is_public
from huiyin.core.egress.errors import Blocked, EgressError, Late

__all__ = [
    "Answer",
    "Blocked",
    "EgressError",
    "Flowing",
    "Late",
    "check_url",
    "is_public",
    "request",
    "stream",
]

SECONDS = 10.0
MAX_BODY = 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What the other side said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Flowing:
    """An answer whose body is still coming."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]


def request(
    method: str,
    url: str,
    *,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
    allow: Collection[str] = (),
    seconds: float | None = None,
) -> Answer:
    """Ask another system. `allow` names private networks that are fine, beside the operator's own list.

    Raises Blocked when the address is none of the public internet, EgressError when no whole answer came, and of
    these Late when there was not time enough.
    """
    with stream(method, url, content=content, headers=headers, allow=allow, seconds=seconds) as flowing:
        return Answer(flowing.status, flowing.headers, b"".join(flowing.chunks))


@contextmanager
def stream(
    method: str,
    url: str,
    *,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
    allow: Collection[str] = (),
    seconds: float | None = None,
) -> Iterator[Flowing]:
    """As `request`, with a body that is read as it comes; reading raises EgressError too."""
    from huiyin.core.egress import network  # the client's own imports take a third of a second

    check_url(url)
    asked = network.asked(
        method,
        url,
        content=content,
        headers=dict(headers or {}),
        allowed=[ipaddress.ip_network(name) for name in (*allow, *settings.EGRESS_ALLOW)],
        seconds=seconds or SECONDS,
    )
    with asked as (status, told, body):
        yield Flowing(status, told, _capped(body))


def _capped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_BODY:
            raise EgressError("The answer is larger than one megabyte.")
        yield chunk
