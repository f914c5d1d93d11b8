"""Facts told by the assistant."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True, kw_only=True)
class DialogueBegun(Event):
    name: ClassVar[str] = "dialogue.begun"
    subject_kind: ClassVar[str] = "dialogue"
    subject: str
    lang: str


@dataclass(frozen=True, kw_only=True)
class DialogueAnswered(Event):
    """The assistant said something to a question: an answer, several, a question back, or that it does not know."""

    name: ClassVar[str] = "dialogue.answered"
    subject_kind: ClassVar[str] = "dialogue"
    subject: str
    turn: str
    act: str
    confidence: float | None = None


@dataclass(frozen=True, kw_only=True)
class DialogueHandedOver(Event):
    name: ClassVar[str] = "dialogue.handed_over"
    subject_kind: ClassVar[str] = "dialogue"
    subject: str
    case: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DialogueEnded(Event):
    """Nobody said anything for a while; `outcome` is the visitor's last word on it, or unknown."""

    name: ClassVar[str] = "dialogue.ended"
    subject_kind: ClassVar[str] = "dialogue"
    subject: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class AnswerRated(Event):
    """The visitor said whether an answer helped."""

    name: ClassVar[str] = "answer.rated"
    subject_kind: ClassVar[str] = "dialogue"
    subject: str
    turn: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class AnswerJudged(Event):
    """A colleague said whether an answer was right."""

    name: ClassVar[str] = "answer.judged"
    subject_kind: ClassVar[str] = "dialogue"
    is_act: ClassVar[bool] = True
    subject: str
    turn: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class AssistantTuned(Event):
    """Thresholds or topics that only people answer were set."""

    name: ClassVar[str] = "assistant.tuned"
    subject_kind: ClassVar[str] = "assistant"
    is_act: ClassVar[bool] = True
    subject: str
    what: str


@dataclass(frozen=True, kw_only=True)
class RankerFitted(Event):
    name: ClassVar[str] = "ranker.fitted"
    subject_kind: ClassVar[str] = "ranker"
    is_act: ClassVar[bool] = True
    subject: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class RankerChosen(Event):
    """From now on this ranker answers; `before` is the one that did, or empty."""

    name: ClassVar[str] = "ranker.chosen"
    subject_kind: ClassVar[str] = "ranker"
    is_act: ClassVar[bool] = True
    subject: str
    before: str


@dataclass(frozen=True, kw_only=True)
class FlowChanged(Event):
    """The draft of a guided flow became another one."""

    name: ClassVar[str] = "flow.changed"
    subject_kind: ClassVar[str] = "flow"
    subject: str
    edition: int


@dataclass(frozen=True, kw_only=True)
class FlowPublished(Event):
    """From now on users get this version, a new one or an older one again."""

    name: ClassVar[str] = "flow.published"
    is_act: ClassVar[bool] = True
    subject_kind: ClassVar[str] = "flow"
    subject: str
    version: int


@dataclass(frozen=True, kw_only=True)
class FlowWithdrawn(Event):
    name: ClassVar[str] = "flow.withdrawn"
    is_act: ClassVar[bool] = True
    subject_kind: ClassVar[str] = "flow"
    subject: str


@dataclass(frozen=True, kw_only=True)
class FlowBegun(Event):
    name: ClassVar[str] = "flow.begun"
    subject_kind: ClassVar[str] = "dialogue"
    subject: str
    flow: str
    run: str


@dataclass(frozen=True, kw_only=True)
class FlowEnded(Event):
    """Somebody came to the end of a flow, left it, or was given to people; `reason` says why."""

    name: ClassVar[str] = "flow.ended"
    subject_kind: ClassVar[str] = "dialogue"
    subject: str
    run: str
    status: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class FlowActionChanged(Event):
    """A system that flows ask was set up, changed or removed."""

    name: ClassVar[str] = "flow_action.changed"
    is_act: ClassVar[bool] = True
    subject_kind: ClassVar[str] = "flow_action"
    subject: str
    what: str
