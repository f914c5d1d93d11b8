"""Every write of the assistant, by noun."""

from huiyin.assistant.services.answering import choose, hand_over_after_failures, reason_of_call, respond
from huiyin.assistant.services.dialogues import (
    ASSISTANT,
    Reply,
    begin,
    check,
    end,
    hear,
    let_go,
    pick,
    rate,
    say,
)
from huiyin.assistant.services.erasure import forget_strangers
from huiyin.assistant.services.handing import hand_over
from huiyin.assistant.services.phrasings import embed, learn, unlearn

__all__ = [
    "ASSISTANT",
    "Reply",
    "begin",
    "check",
    "choose",
    "embed",
    "end",
    "forget_strangers",
    "hand_over",
    "hand_over_after_failures",
    "hear",
    "learn",
    "let_go",
    "pick",
    "rate",
    "reason_of_call",
    "respond",
    "say",
    "unlearn",
]
