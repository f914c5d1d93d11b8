"""Facts that the floor tells."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True)
class MailSent(Event):
    """The mail server took the mail."""

    name: ClassVar[str] = "mail.sent"
    subject_kind: ClassVar[str] = "mail"

    owner_kind: str = ""
    owner_id: str = ""


@dataclass(frozen=True)
class MailFailed(Event):
    """The mail server refused the mail for good."""

    name: ClassVar[str] = "mail.failed"
    subject_kind: ClassVar[str] = "mail"

    owner_kind: str = ""
    owner_id: str = ""
    reason: str = ""


@dataclass(frozen=True)
class SmsSent(Event):
    """The gateway took the text message."""

    name: ClassVar[str] = "sms.sent"
    subject_kind: ClassVar[str] = "sms"

    owner_kind: str = ""
    owner_id: str = ""


@dataclass(frozen=True)
class SmsFailed(Event):
    """The text message will not go out: refused for good, or no longer of use."""

    name: ClassVar[str] = "sms.failed"
    subject_kind: ClassVar[str] = "sms"

    owner_kind: str = ""
    owner_id: str = ""
    reason: str = ""


@dataclass(frozen=True)
class BrakePulled(Event):
    """Somebody of the staff read more people's data in an hour than anybody's work needs."""

    name: ClassVar[str] = "brake.pulled"
    subject_kind: ClassVar[str] = "user"

    limit: str = ""
    count: int = 0


@dataclass(frozen=True)
class WebhookCreated(Event):
    """Another system wants to hear our facts."""

    name: ClassVar[str] = "webhook.created"
    subject_kind: ClassVar[str] = "webhook"
    is_act: ClassVar[bool] = True


@dataclass(frozen=True)
class WebhookChanged(Event):
    """Its name, address or choice of events changed."""

    name: ClassVar[str] = "webhook.changed"
    subject_kind: ClassVar[str] = "webhook"
    is_act: ClassVar[bool] = True


@dataclass(frozen=True)
class WebhookPaused(Event):
    """A person stopped telling it."""

    name: ClassVar[str] = "webhook.paused"
    subject_kind: ClassVar[str] = "webhook"
    is_act: ClassVar[bool] = True


@dataclass(frozen=True)
class WebhookResumed(Event):
    """It is told again."""

    name: ClassVar[str] = "webhook.resumed"
    subject_kind: ClassVar[str] = "webhook"
    is_act: ClassVar[bool] = True


@dataclass(frozen=True)
class WebhookDisabled(Event):
    """We gave up on its address."""

    name: ClassVar[str] = "webhook.disabled"
    subject_kind: ClassVar[str] = "webhook"
    is_act: ClassVar[bool] = True

    reason: str = ""


@dataclass(frozen=True)
class WebhookSecretRenewed(Event):
    """It has a fresh secret."""

    name: ClassVar[str] = "webhook.secret_renewed"
    subject_kind: ClassVar[str] = "webhook"
    is_act: ClassVar[bool] = True


@dataclass(frozen=True)
class WebhookRemoved(Event):
    """It is forgotten."""

    name: ClassVar[str] = "webhook.removed"
    subject_kind: ClassVar[str] = "webhook"
    is_act: ClassVar[bool] = True


@dataclass(frozen=True)
class WebhookReplayed(Event):
    """It is told facts again: some, or all since a moment."""

    name: ClassVar[str] = "webhook.replayed"
    subject_kind: ClassVar[str] = "webhook"
    is_act: ClassVar[bool] = True

    count: int = 0
    since: str = ""
