"""Tables of the assistant, by noun."""

from huiyin.assistant.models.dialogues import Dialogue, Handoff, Outcome, State, Turn
from huiyin.assistant.models.flows import Flow, FlowAction, FlowLookup, FlowRun, FlowVersion
from huiyin.assistant.models.learning import Judgement, Ranker
from huiyin.assistant.models.settings import HumanTopic, Phrasing, Tuning
from huiyin.assistant.models.writing import WritingCall, WritingSwitch

__all__ = [
    "Dialogue",
    "Flow",
    "FlowAction",
    "FlowLookup",
    "FlowRun",
    "FlowVersion",
    "Handoff",
    "HumanTopic",
    "Judgement",
    "Outcome",
    "Phrasing",
    "Ranker",
    "State",
    "Tuning",
    "Turn",
    "WritingCall",
    "WritingSwitch",
]
