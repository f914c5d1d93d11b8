"""Reads about the language model: where it may write, what it did, what it cost."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, F, QuerySet, Sum
from django.utils.translation import gettext as _

from huiyin.accounts.models import BusinessLine
from huiyin.assistant.models import WritingCall, WritingSwitch
from huiyin.assistant.models.writing import REST
from huiyin.core import clock
from huiyin.core.chat import asking

DAY, MONTH = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True)
class Place:
    """One line of the switch board: a business line, or everything else."""

    place: str
    name: str
    is_on: bool
    tokens_a_day: int
    spent: int


@dataclass(frozen=True)
class Figures:
    """What came of the model's work in thirty days."""

    calls: int
    outcomes: list[tuple[str, int]]
    reasons: list[tuple[str, int]]
    tokens: int
    cost: Decimal | None
    ms: int


def place_of(line: BusinessLine | None) -> str:
    return str(line.id) if line else REST


def switch_of(place: str) -> WritingSwitch | None:
    """The switch of a place, when somebody set it; what nobody set is off."""
    return WritingSwitch.objects.filter(place=place).first()


def spent_today(place: str) -> int:
    """Tokens of the last 24 hours."""
    recent = WritingCall.objects.filter(place=place, at__gt=clock.now() - DAY)
    return recent.aggregate(sum=Sum(F("tokens_in") + F("tokens_out")))["sum"] or 0


def places() -> list[Place]:
    """Every business line in order, then everything that belongs to none."""
    switches = {switch.place: switch for switch in WritingSwitch.objects.all()}
    named = [(str(line.id), str(line)) for line in BusinessLine.objects.order_by("key")]
    return [_place(key, name, switches.get(key)) for key, name in (*named, (REST, _("Everything else")))]


def model_on_page() -> dict[str, Any] | None:
    """The model that the operator named, without its key; None when there is none."""
    model = asking.model()
    if model is None:
        return None
    return {
        "name": model.endpoint.model,
        "host": model.host,
        "seconds": model.seconds,
        "is_shut": model.is_shut,
        "has_price": settings.LLM_PRICE is not None,
    }


def figures() -> Figures:
    """The last thirty days."""
    calls = WritingCall.objects.filter(at__gt=clock.now() - MONTH)
    asked = calls.exclude(outcome=WritingCall.Outcome.SKIPPED)
    sums = calls.aggregate(tokens=Sum(F("tokens_in") + F("tokens_out")), cost=Sum("cost"))
    took = sorted(asked.order_by("-at").values_list("ms", flat=True)[:500])
    return Figures(
        calls=calls.count(),
        outcomes=_counted(calls, "outcome"),
        reasons=_counted(calls.exclude(reason=""), "reason"),
        tokens=sums["tokens"] or 0,
        cost=sums["cost"],
        ms=took[len(took) // 2] if took else 0,
    )


def outcome_words(counted: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The same with words for pages."""
    return [(str(WritingCall.Outcome(outcome).label), count) for outcome, count in counted]


def calls(limit: int = 50) -> list[WritingCall]:
    """The newest questions to the model."""
    return list(WritingCall.objects.order_by("-at", "-id")[:limit])


def _counted(rows: QuerySet[WritingCall], column: str) -> list[tuple[str, int]]:
    counted = rows.order_by().values_list(column).annotate(count=Count("id"))
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def _place(key: str, name: str, switch: WritingSwitch | None) -> Place:
    set_to = switch or WritingSwitch(place=key)
    return Place(key, name, set_to.is_on, set_to.tokens_a_day, spent_today(key))
