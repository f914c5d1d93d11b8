"""Tables of the assistant, by noun."""

from huiyin.assistant.models.dialogues import Dialogue, Handoff, Outcome, State, Turn
from huiyin.assistant.models.learning import Judgement, Ranker
from huiyin.assistant.models.settings import HumanTopic, Phrasing, Tuning

__all__ = [
    "Dialogue",
    "Handoff",
    "HumanTopic",
    "Judgement",
    "Outcome",
    "Phrasing",
    "Ranker",
    "State",
    "Tuning",
    "Turn",
]
