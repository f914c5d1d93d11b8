"""The connection itself: the address checked is the address connected to, and every step ends at one deadline."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpcore
import httpx

from huiyin.core.egress.addresses import Address, is_public
from huiyin.core.egress.errors import Blocked, EgressError, Late

PORTS = frozenset({80, 443})
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@contextmanager
def asked(
    method: str, url: str, *, content: bytes, headers: dict[str, str], allowed: list[Network], seconds: float
) -> Iterator[tuple[int, dict[str, str], Iterator[bytes]]]:
    """Status, headers and the body as it comes. Raises EgressError, also while the body is read."""
    deadline = time.monotonic() + seconds
    try:
        with (
            httpx.Client(transport=_transport(allowed, deadline), timeout=seconds, trust_env=False) as client,
            client.stream(method, url, content=content, headers=headers) as response,
        ):
            yield response.status_code, dict(response.headers), response.iter_raw()
    except (httpx.TimeoutException, httpcore.TimeoutException, TimeoutError) as problem:
        raise Late("The answer took too long.") from problem
    except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, OSError) as problem:
        raise EgressError(type(problem).__name__) from problem


def _transport(allowed: list[Network], deadline: float) -> httpx.HTTPTransport:
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

    def __init__(self, allowed: list[Network], deadline: float) -> None:
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
