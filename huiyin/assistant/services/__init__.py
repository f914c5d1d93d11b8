"""Every write of the assistant, by noun."""

from huiyin.assistant.services.answering import respond
from huiyin.assistant.services.dialogues import ASSISTANT, Reply, begin, end, hear, let_go, pick, rate, say
from huiyin.assistant.services.handing import hand_over
from huiyin.assistant.services.phrasings import embed, learn, read, unlearn

__all__ = [
    "ASSISTANT",
    "Reply",
    "begin",
    "embed",
    "end",
    "hand_over",
    "hear",
    "learn",
    "let_go",
    "pick",
    "rate",
    "read",
    "respond",
    "say",
    "unlearn",
]
