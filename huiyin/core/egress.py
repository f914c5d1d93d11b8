"""The one way out: HTTP requests to addresses that users chose, which must not reach our own network.

The address is checked at the moment of connecting, so that a name which changes its mind in between (DNS
rebinding) gains nothing. No redirects, no proxies of the environment, ten seconds in all, one megabyte back.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
from django.conf import settings

SECONDS = 10.0
MAX_BODY = 1024 * 1024
PORTS = frozenset({80, 443})
NAT64 = ipaddress.ip_network("64:ff9b::/96")
CLOUD = ipaddress.ip_network("168.63.129.16/32")  # Azure's platform address is public by number only

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class EgressError(Exception):
    """No answer: the other side cannot be reached, is too slow or says too much."""


class Late(EgressError):
    """No whole answer within the time that was given."""


class Blocked(EgressError):
    """We do not go there."""


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
    check_url(url)
    allowed = [ipaddress.ip_network(name) for name in (*allow, *settings.EGRESS_ALLOW)]
    seconds = seconds or SECONDS
    deadline = time.monotonic() + seconds
    try:
        with (
            httpx.Client(transport=_transport(allowed, deadline), timeout=seconds, trust_env=False) as client,
            client.stream(method, url, content=content, headers=dict(headers or {})) as response,
        ):
            yield Flowing(response.status_code, dict(response.headers), _capped(response.iter_raw()))
    except (httpx.TimeoutException, httpcore.TimeoutException, TimeoutError) as problem:
        raise Late("The answer took too long.") from problem
    except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, OSError) as problem:
        raise EgressError(type(problem).__name__) from problem


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


def _capped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_BODY:
            raise EgressError("The answer is larger than one megabyte.")
        yield chunk


def _transport(allowed: list[Any], deadline: float) -> httpx.HTTPTransport:
    transport = httpx.HTTPTransport()
    # httpx has no public way to give its pool another network; the rest of its transport is what we want.
    transport._pool = httpcore.ConnectionPool(
        ssl_context=_trusted(), network_backend=_Guarded(allowed, deadline)
    )
    return transport


@cache
def _trusted() -> ssl.SSLContext:
    """Reading the authorities takes up to half a second on a busy machine: once is enough."""
    return ssl.create_default_context()


class _Guarded(httpcore.NetworkBackend):
    """Connects to the very address that it checked."""

    def __init__(self, allowed: list[Any], deadline: float) -> None:
        self._allowed, self._deadline = allowed, deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        addresses = self._resolved(host, port)
        for address in addresses:
            self._check(address, port)
        kwargs["timeout"] = _left(self._deadline)
        return _Deadlined(self._plain.connect_tcp(str(addresses[0]), port, **kwargs), self._deadline)

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise Blocked("Unix sockets are not for others.")

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def _resolved(self, host: str, port: int) -> list[Address]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:
            raise EgressError("The name cannot be resolved.") from problem
        return [ipaddress.ip_address(entry[4][0].partition("%")[0]) for entry in found]  # type: ignore[union-attr]

    def _check(self, address: Address, port: int) -> None:
        if any(address in network for network in self._allowed):
            return
        if not is_public(address):
            raise Blocked("The address is not on the public internet.")
        if port not in PORTS:
            raise Blocked("Only the ports 80 and 443 are allowed.")


class _Deadlined(httpcore.NetworkStream):
    """A stream whose every step ends at one deadline, so that a slow drip cannot hold us."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        kwargs["timeout"] = _left(self._deadline)
        return _Deadlined(self._stream.start_tls(*args, **kwargs), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Late("The answer took too long.")
    return left
