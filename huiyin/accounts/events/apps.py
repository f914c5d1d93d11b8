"""Host sites and apps that use us to sign people in."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True, kw_only=True)
class AppDisconnected(Event):
    """The person withdrew what an app of somebody else was allowed."""

    name: ClassVar[str] = "app.disconnected"
    subject_kind: ClassVar[str] = "user"
    subject: str
    client: str


@dataclass(frozen=True, kw_only=True)
class HostSiteOpened(Event):
    name: ClassVar[str] = "host_site.opened"
    subject_kind: ClassVar[str] = "host_site"
    subject: str


@dataclass(frozen=True, kw_only=True)
class HostSiteChanged(Event):
    name: ClassVar[str] = "host_site.changed"
    subject_kind: ClassVar[str] = "host_site"
    subject: str
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class HostSiteClosed(Event):
    name: ClassVar[str] = "host_site.closed"
    subject_kind: ClassVar[str] = "host_site"
    subject: str


@dataclass(frozen=True, kw_only=True)
class HostKeyAdded(Event):
    name: ClassVar[str] = "host_key.added"
    subject_kind: ClassVar[str] = "host_site"
    subject: str
    kid: str


@dataclass(frozen=True, kw_only=True)
class HostKeyRevoked(Event):
    name: ClassVar[str] = "host_key.revoked"
    subject_kind: ClassVar[str] = "host_site"
    subject: str
    kid: str


@dataclass(frozen=True, kw_only=True)
class AppRegistered(Event):
    name: ClassVar[str] = "app.registered"
    subject_kind: ClassVar[str] = "app"
    subject: str


@dataclass(frozen=True, kw_only=True)
class AppChanged(Event):
    name: ClassVar[str] = "app.changed"
    subject_kind: ClassVar[str] = "app"
    subject: str


@dataclass(frozen=True, kw_only=True)
class AppSecretRenewed(Event):
    name: ClassVar[str] = "app.secret_renewed"
    subject_kind: ClassVar[str] = "app"
    subject: str


@dataclass(frozen=True, kw_only=True)
class AppDisabled(Event):
    name: ClassVar[str] = "app.disabled"
    subject_kind: ClassVar[str] = "app"
    subject: str


@dataclass(frozen=True, kw_only=True)
class AppEnabled(Event):
    name: ClassVar[str] = "app.enabled"
    subject_kind: ClassVar[str] = "app"
    subject: str


@dataclass(frozen=True, kw_only=True)
class AppConnected(Event):
    """A person let an app of somebody else act for them."""

    name: ClassVar[str] = "app.connected"
    subject_kind: ClassVar[str] = "user"
    subject: str
    client: str
    scopes: list[str]


@dataclass(frozen=True, kw_only=True)
class AppTokensEnded(Event):
    """A grant was used twice, or given back: all tokens that came from it ended."""

    name: ClassVar[str] = "app.tokens_ended"
    subject_kind: ClassVar[str] = "user"
    subject: str
    client: str
    why: str
