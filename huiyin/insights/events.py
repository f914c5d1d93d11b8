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
class Swelled(Event):
    """Something comes far more often than usual, and somebody should look."""

    subject: str
    swell: str
    count: int
    people: int
    expected: float
    hours: int


@dataclass(frozen=True, kw_only=True)
class Calmed(Event):
    """It comes as often as usual again."""

    subject: str
    swell: str
    count: int


@dataclass(frozen=True, kw_only=True)
class TopicSwelled(Swelled):
    name: ClassVar[str] = "topic.swelled"
    subject_kind: ClassVar[str] = "topic"


@dataclass(frozen=True, kw_only=True)
class TopicCalmed(Calmed):
    name: ClassVar[str] = "topic.calmed"
    subject_kind: ClassVar[str] = "topic"


@dataclass(frozen=True, kw_only=True)
class ProductSwelled(Swelled):
    """More about a product than its topics explain; the subject is the product's key."""

    name: ClassVar[str] = "product.swelled"
    subject_kind: ClassVar[str] = "product"


@dataclass(frozen=True, kw_only=True)
class ProductCalmed(Calmed):
    name: ClassVar[str] = "product.calmed"
    subject_kind: ClassVar[str] = "product"


@dataclass(frozen=True, kw_only=True)
class CategorySwelled(Swelled):
    """More of a whole category than topics and products explain; the subject is the category."""

    name: ClassVar[str] = "category.swelled"
    subject_kind: ClassVar[str] = "category"


@dataclass(frozen=True, kw_only=True)
class CategoryCalmed(Calmed):
    name: ClassVar[str] = "category.calmed"
    subject_kind: ClassVar[str] = "category"
