"""The mail port: one letter to one mail server, or for those who try things out to a folder or the console.

`HUIYIN_EMAIL_URL`: `smtps://user:password@host:465`, `smtp://user:password@host:587` (STARTTLS is demanded,
but on loopback), `file:///folder`, `console:`; each may end in `?from=help@example.com`.
"""

import os
import smtplib
import ssl
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.conf import settings

TIMEOUT = 20  # seconds
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class MailError(Exception):
    """It did not go out; trying again later may work."""


class MailRefused(MailError):
    """The server said no for good: trying again does not help."""


class Mail(Protocol):
    def send(self, letter: EmailMessage) -> None:
        """Hand the letter over. Raises MailError or MailRefused."""


class ConsoleMail:
    """Letters on standard output."""

    def send(self, letter: EmailMessage) -> None:
        sys.stdout.write(f"{letter.as_string()}\n")
        sys.stdout.flush()


class FileMail:
    """Letters as files, for trying out and for tests; the same Message-ID is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = "".join(c for c in letter["Message-ID"] if c.isalnum() or c in "-.")
        handle = os.open(self._folder / f"{name}.eml", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(letter.as_bytes())

    def forget(self, id: str) -> None:
        """Remove the letter of that id, if it is here."""
        for file in self._folder.glob(f"{id}*.eml"):
            file.unlink(missing_ok=True)


@dataclass(frozen=True)
class SmtpMail:
    """Letters to a mail server whose certificate is checked."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    implicit_tls: bool = False

    def send(self, letter: EmailMessage) -> None:
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(letter)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as problem:
            raise _refused_or_later(problem) from problem
        except (smtplib.SMTPException, OSError) as problem:
            raise MailError(f"{type(problem).__name__}: {problem}") from problem

    def _connected(self) -> smtplib.SMTP:
        trust = ssl.create_default_context()
        if self.implicit_tls:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=trust)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        if self.host not in LOOPBACK:
            server.starttls(context=trust)
        return server


def _refused_or_later(problem: Exception) -> MailError:
    """5xx is for good, 4xx for now (RFC 5321, 4.2.1)."""
    replies = (
        problem.recipients.values() if isinstance(problem, smtplib.SMTPRecipientsRefused) else [problem.args]
    )
    codes = [int(reply[0]) for reply in replies]
    kind = MailRefused if all(code >= 500 for code in codes) else MailError
    return kind(f"SMTP {codes}")


def from_url(url: str) -> Mail:
    """The adapter that the URL names. Raises ValueError when it names none."""
    parts = urlsplit(url)
    if parts.scheme == "console":
        return ConsoleMail()
    if parts.scheme == "file":
        return FileMail(Path(parts.path))
    if parts.scheme in {"smtp", "smtps"} and parts.hostname:
        return _smtp(parts, parts.hostname)
    raise ValueError("HUIYIN_EMAIL_URL must begin with smtp://, smtps://, file:/// or console:")


def sender() -> str:
    """The address that our mail comes from."""
    named = parse_qs(urlsplit(settings.ENV.email_url).query).get("from")
    return named[0] if named else f"noreply@{urlsplit(settings.ORIGIN).hostname}"


@lru_cache(maxsize=1)
def port() -> Mail:
    """The mail port of this installation: by default letters are kept in the data folder."""
    return from_url(settings.ENV.email_url or f"file://{settings.DATA}/mail")


def _smtp(parts: SplitResult, host: str) -> SmtpMail:
    implicit = parts.scheme == "smtps"
    return SmtpMail(
        host=host,
        port=parts.port or (465 if implicit else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        implicit_tls=implicit,
    )
