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
from huiyin.assistant.selectors.settings import (
    human_topics,
    live_ranker,
    ranker_in_use,
    ranker_named,
    rankers,
    topic_named,
    tuning,
    tunings,
)

__all__ = [
    "dialogue_of",
    "handoff_of",
    "human_topics",
    "live_ranker",
    "overdue",
    "owner_of",
    "ranker_in_use",
    "ranker_named",
    "rankers",
    "said_in",
    "topic_named",
    "tuning",
    "tunings",
    "turn_in",
    "turns_of",
]
