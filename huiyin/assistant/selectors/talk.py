"""The visitor's page: what was said, what may be pressed, and, once people took over, what they say."""

from typing import Any

from django.urls import reverse

from huiyin.assistant.models import Dialogue, Outcome, State, Turn
from huiyin.assistant.selectors import flows
from huiyin.assistant.selectors.dialogues import turns_of
from huiyin.cases import selectors as cases
from huiyin.cases.selectors import follow as following
from huiyin.cases.selectors.detail import user_items
from huiyin.core import markdown

CHOICES = (Turn.Act.OFFER, Turn.Act.CLARIFY)


def page(dialogue: Dialogue | None) -> dict[str, Any]:
    """Everything on the page of one dialogue, or of none yet."""
    if dialogue is None:
        return {"turns": [], "is_open": True, "has_spoken": False}
    turns = turns_of(dialogue)
    last = turns[-1].id if turns else None
    return {
        "turns": [_shown(turn, is_last=turn.id == last, is_open=dialogue.is_open) for turn in turns],
        "is_open": dialogue.is_open,
        "is_ended": dialogue.state == State.ENDED,
        "has_spoken": bool(turns),
        "flow": flows.present_step(dialogue) if dialogue.is_open else None,
        **(_with_people(dialogue) if dialogue.case else {}),
    }


def _shown(turn: Turn, *, is_last: bool, is_open: bool) -> dict[str, Any]:
    shown = [each for each in turn.candidates if each.get("shown")]
    is_answer = turn.act == Turn.Act.ANSWER
    return {
        "id": turn.id,
        "is_visitor": turn.speaker == Turn.Speaker.VISITOR,
        "act": turn.act,
        "text": turn.text,
        "html": markdown.render(turn.text),
        "at": turn.at,
        "source": _link(shown[0]) if is_answer and shown else None,
        "choices": [_link(each) for each in shown] if turn.act in CHOICES else [],
        "may_choose": turn.act in CHOICES and is_last and is_open,
        "outcome": turn.outcome if turn.outcome != Outcome.UNKNOWN else "",
        "may_rate": is_answer and turn.outcome == Outcome.UNKNOWN and is_open,
        "asks_for_person": is_last and is_open and turn.act in (Turn.Act.MISS, *CHOICES),
    }


def _link(candidate: dict[str, Any]) -> dict[str, str]:
    key = str(candidate["key"])
    return {
        "article": str(candidate["article"]),
        "title": candidate["title"],
        "url": reverse("kb_article", args=[key]),
    }


def _with_people(dialogue: Dialogue) -> dict[str, Any]:
    """What was said since people took over, and where else it stands."""
    case = dialogue.case
    assert case is not None
    since = dialogue.handoff.at
    key = cases.follow_key(case)
    items = [item for item in user_items(case) if item["kind"] != "event" and item["at"] > since]
    return {
        "case": case,
        "items": items,
        "in_charge": str(case.owner) if case.owner else "",
        "promise_at": following.promise_of(case).next_at,
        "follow_key": key,
        "follow_url": reverse("follow", args=[key]),
    }
