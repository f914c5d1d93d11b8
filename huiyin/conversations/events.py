"""Facts told by threads."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True, kw_only=True)
class MessageReceived(Event):
    name: ClassVar[str] = "message.received"
    subject_kind: ClassVar[str] = "conversation"
    subject: str
    message: str
    voice: str


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    name: ClassVar[str] = "message.sent"
    subject_kind: ClassVar[str] = "conversation"
    subject: str
    message: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class MessageDelivered(Event):
    name: ClassVar[str] = "message.delivered"
    subject_kind: ClassVar[str] = "conversation"
    subject: str
    message: str


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Event):
    name: ClassVar[str] = "message.failed"
    subject_kind: ClassVar[str] = "conversation"
    subject: str
    message: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ConversationToldBy(Event):
    """The contact wants to be told otherwise: by e-mail, by text message, or only on the page."""

    name: ClassVar[str] = "conversation.told_by"
    subject_kind: ClassVar[str] = "conversation"
    subject: str
    way: str
