"""Reads of the assistant: dialogues, what it goes by, what it knows, how well it did."""

from huiyin.assistant.selectors.dialogues import (
    dialogue_of,
    handoff_of,
    overdue,
    owner_of,
    said_in,
    turn_in,
    turns_of,
)
from huiyin.assistant.selectors.settings import human_topics, live_ranker, rankers, tuning, tunings

__all__ = [
    "dialogue_of",
    "handoff_of",
    "human_topics",
    "live_ranker",
    "overdue",
    "owner_of",
    "rankers",
    "said_in",
    "tuning",
    "tunings",
    "turn_in",
    "turns_of",
]
