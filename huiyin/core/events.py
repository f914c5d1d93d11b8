"""Facts that the floor tells."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.journal import Event


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
