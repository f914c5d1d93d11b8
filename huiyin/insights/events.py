"""Facts told by insights."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True, kw_only=True)
class TopicEvent(Event):
    """A fact about one topic; the subject is its key."""

    subject_kind: ClassVar[str] = "topic"
    subject: str


@dataclass(frozen=True, kw_only=True)
class TopicFound(TopicEvent):
    """Enough users speak of something that nobody spoke of before."""

    name: ClassVar[str] = "topic.found"


@dataclass(frozen=True, kw_only=True)
class TopicJoined(TopicEvent):
    """The night found that this topic is part of another one."""

    name: ClassVar[str] = "topic.joined"
    into: str


@dataclass(frozen=True, kw_only=True)
class TopicMerged(TopicEvent):
    """Somebody said that two topics are one."""

    name: ClassVar[str] = "topic.merged"
    is_act: ClassVar[bool] = True
    into: str


@dataclass(frozen=True, kw_only=True)
class TopicKept(TopicEvent):
    """Somebody gave a topic a name, an owner or another state."""

    name: ClassVar[str] = "topic.kept"
    is_act: ClassVar[bool] = True
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class TopicSwelled(TopicEvent):
    """A topic comes far more often than usual, and somebody should look."""

    name: ClassVar[str] = "topic.swelled"
    swell: str
    count: int
    people: int
    expected: float
    hours: int


@dataclass(frozen=True, kw_only=True)
class TopicCalmed(TopicEvent):
    """It comes as often as usual again."""

    name: ClassVar[str] = "topic.calmed"
    swell: str
    count: int
