"""What a change would do to running deadlines, as the preview page shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huiyin.cases import clock_words
from huiyin.cases.models import Case, Clock
from huiyin.cases.services.calendars import Effect, Move

SHOWN = 50


@dataclass(frozen=True)
class MoveShown:
    """One deadline that would move; `earlier` when it would be due sooner than now."""

    number: int
    reference: str
    kind_label: str
    old_due_at: datetime | None
    due_at: datetime | None
    difference: str
    earlier: bool
    becomes_late: bool


def effect_context(effect: Effect) -> dict[str, Any]:
    """Those that become late first; the rest in the order of their deadlines."""
    ordered = sorted(effect.moves, key=lambda move: not move.becomes_late)
    return {
        "effect": effect,
        "moves": [_shown(move) for move in ordered[:SHOWN]],
        "late_count": sum(move.becomes_late for move in effect.moves),
        "hidden_count": max(0, len(ordered) - SHOWN),
    }


def _shown(move: Move) -> MoveShown:
    both = move.due_at and move.old_due_at
    difference = move.due_at - move.old_due_at if both else None  # type: ignore[operator]
    return MoveShown(
        number=move.case,
        reference=Case(number=move.case).reference,
        kind_label=str(Clock.Kind(move.kind).label),
        old_due_at=move.old_due_at,
        due_at=move.due_at,
        difference=clock_words.length_words(abs(difference)) if difference else "",
        earlier=bool(difference and difference.total_seconds() < 0),
        becomes_late=move.becomes_late,
    )
