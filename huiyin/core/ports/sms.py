"""The SMS port: one text message to a gateway, or for those who try things out to a folder or the console.

`HUIYIN_SMS_URL`: `https://token@host/path` (`http://` too), `file:///folder`, `console:`. A gateway gets a POST
of `{"id", "to", "text"}` with `Authorization: Bearer token` and the id as `Idempotency-Key`; any 2xx is a yes.
"""

import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec
from django.conf import settings

from huiyin.core import egress

ANYWHERE = ("0.0.0.0/0", "::/0")  # the operator chose the gateway: it may stand in the operator's own network
TRY_AGAIN = frozenset({408, 409, 425, 429})


class SmsError(Exception):
    """It did not go out; trying again later may work."""


class SmsRefused(SmsError):
    """The gateway said no for good: trying again does not help."""


class Sms(Protocol):
    def send(self, to: str, text: str, *, id: str) -> None:
        """Hand the message over. Raises SmsError or SmsRefused."""


class ConsoleSms:
    """Messages on standard output."""

    def send(self, to: str, text: str, *, id: str) -> None:
        sys.stdout.write(f"SMS {id} to {to}: {text}\n")
        sys.stdout.flush()


class FileSms:
    """Messages as files, for trying out and for tests; the same id is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, to: str, text: str, *, id: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = "".join(c for c in id if c.isalnum() or c == "-")
        handle = os.open(self._folder / f"{name}.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(body(to, text, id=id))

    def forget(self, id: str) -> None:
        """Remove the message of that id, if it is here."""
        (self._folder / f"{id}.json").unlink(missing_ok=True)


@dataclass(frozen=True)
class GatewaySms:
    """Messages to an HTTP gateway, which keeps the id so that a second attempt is not a second message."""

    url: str
    token: str = ""

    def send(self, to: str, text: str, *, id: str) -> None:
        headers = {"Content-Type": "application/json", "Idempotency-Key": id}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            content = body(to, text, id=id)
            answer = egress.request("POST", self.url, content=content, headers=headers, allow=ANYWHERE)
        except egress.EgressError as problem:
            raise SmsError(str(problem)) from problem
        if not 200 <= answer.status < 300:
            raise _refused_or_later(answer.status)


def body(to: str, text: str, *, id: str) -> bytes:
    """What a gateway reads and the file twin keeps."""
    return msgspec.json.encode({"id": id, "to": to, "text": text})


def from_url(url: str) -> Sms:
    """The adapter that the URL names. Raises ValueError when it names none."""
    parts = urlsplit(url)
    if parts.scheme == "console":
        return ConsoleSms()
    if parts.scheme == "file":
        return FileSms(Path(parts.path))
    if parts.scheme in {"http", "https"} and parts.hostname:
        return _gateway(parts)
    raise ValueError("HUIYIN_SMS_URL must begin with https://, http://, file:/// or console:")


@lru_cache(maxsize=1)
def port() -> Sms:
    """The SMS port of this installation: by default messages are kept in the data folder."""
    return from_url(settings.ENV.sms_url or f"file://{settings.DATA}/sms")


def reaches_phones() -> bool:
    """May users be offered text messages: is a port named, or is this a trial that keeps them in files?"""
    return bool(settings.ENV.sms_url) or settings.ENV.demo


def _gateway(parts: SplitResult) -> GatewaySms:
    host = parts.netloc.rpartition("@")[2]
    token = unquote(parts.password or parts.username or "")
    return GatewaySms(url=parts._replace(netloc=host).geturl(), token=token)


def _refused_or_later(status: int) -> SmsError:
    """4xx is for good, but for the few that say "not now"; 5xx is for now."""
    kind = SmsRefused if 400 <= status < 500 and status not in TRY_AGAIN else SmsError
    return kind(f"HTTP {status}")
