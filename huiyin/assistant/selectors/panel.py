"""What an agent sees of the talk before a case: why it came to people, what was said, what was tried."""

from typing import Any

from huiyin.assistant.models import Turn
from huiyin.assistant.selectors.dialogues import handoff_of, turns_of
from huiyin.cases import policies
from huiyin.cases.models import Case
from huiyin.core import markdown, shroud
from huiyin.language import labels, pii
from huiyin.voices.models import Source


def came_by_chat(case: Case) -> bool:
    """Only such cases can have a talk before them."""
    return case.channel == Source.WIDGET


def panel_of(user: Any, case: Case) -> dict[str, Any] | None:
    """The hand-over with the whole talk; None for a case that did not come from the assistant."""
    handoff = handoff_of(case) if policies.can_read_cases(user) else None
    if handoff is None:
        return None
    return {
        "handoff": handoff,
        "intent": labels.name("category", handoff.intent) if handoff.intent else "",
        "sentiment": labels.name("sentiment", handoff.sentiment) if handoff.sentiment else "",
        "lines": [_line(turn) for turn in turns_of(handoff.dialogue)],
    }


def _line(turn: Turn) -> dict[str, Any]:
    words = turn.text if turn.speaker == Turn.Speaker.VISITOR else markdown.plain(turn.text)
    shown = [each for each in turn.candidates if each.get("shown")]
    return {
        "is_visitor": turn.speaker == Turn.Speaker.VISITOR,
        "act": turn.get_act_display(),
        "text": pii.masked(words) if shroud.is_drawn() else pii.redacted(words),
        "articles": [each["title"] for each in shown],
        "confidence": turn.confidence,
        "outcome": turn.outcome,
        "at": turn.at,
    }
