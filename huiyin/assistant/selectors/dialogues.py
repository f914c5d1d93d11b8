"""Reads of dialogues: the visitor's own one, and what staff see of one that became a case."""

from typing import Any
from uuid import UUID

from huiyin.assistant.models import Dialogue, Handoff, State, Turn
from huiyin.cases.models import Case
from huiyin.core import clock
from huiyin.core.errors import NotFound


def dialogue_of(session_id: object) -> Dialogue | None:
    """The dialogue that a browser's session names, while it is there; nothing else leads to one."""
    try:
        key = UUID(str(session_id))
    except ValueError:
        return None
    return Dialogue.objects.select_related("contact", "case").filter(id=key).first()


def turns_of(dialogue: Dialogue) -> list[Turn]:
    """All that was said, in order."""
    return list(dialogue.turns.select_related("dialogue").order_by("number"))


def turn_in(dialogue: Dialogue, turn_id: UUID) -> Turn:
    """One turn of this dialogue. Another one's looks absent."""
    turn = Turn.objects.select_related("dialogue").filter(dialogue=dialogue, id=turn_id).first()
    if turn is None:
        raise NotFound("turn_absent", "")
    return turn


def handoff_of(case: Case) -> Handoff | None:
    """How this case came from the assistant, if it did."""
    return Handoff.objects.select_related("dialogue").filter(case=case).first()


def overdue(limit: int = 100) -> list[Dialogue]:
    """Open dialogues whose time is up: the visitor fell silent, or the assistant broke off."""
    due = Dialogue.objects.filter(until_at__lte=clock.now()).order_by("until_at")
    return list(due[:limit])


def said_in(dialogue: Dialogue) -> list[str]:
    """The visitor's words, oldest first."""
    asked = dialogue.turns.filter(speaker=Turn.Speaker.VISITOR).select_related("dialogue").order_by("number")
    return [turn.text for turn in asked]


def owner_of(dialogue: Dialogue) -> dict[str, Any]:
    """Who has this dialogue now: the assistant, a timer, a person or a team's queue; nobody once it ended."""
    if dialogue.state == State.HANDED and dialogue.case is not None:
        owner = dialogue.case.owner
        return (
            {"kind": "person", "name": str(owner)}
            if owner
            else {"kind": "queue", "name": dialogue.case.team.name}
        )
    kinds = {State.ASSISTANT.value: "assistant", State.WAITING.value: "timer"}
    return {"kind": kinds.get(dialogue.state, ""), "name": ""}
