"""Facts told by the ear."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True, kw_only=True)
class VoiceRecorded(Event):
    name: ClassVar[str] = "voice.recorded"
    subject_kind: ClassVar[str] = "voice"
    subject: str
    source: str
    language: str
    is_understood: bool


@dataclass(frozen=True, kw_only=True)
class VoiceUnderstood(Event):
    name: ClassVar[str] = "voice.understood"
    subject_kind: ClassVar[str] = "voice"
    subject: str


@dataclass(frozen=True, kw_only=True)
class VoicesEmbedded(Event):
    """All voices of the last weeks have vectors of one encoder, some of them only now; the subject is its id."""

    name: ClassVar[str] = "voices.embedded"
    subject_kind: ClassVar[str] = "encoder"
    subject: str


@dataclass(frozen=True, kw_only=True)
class VoiceRefused(Event):
    name: ClassVar[str] = "voice.refused"
    subject_kind: ClassVar[str] = "raw_input"
    subject: str
    reason: str
