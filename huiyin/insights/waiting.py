"""Where cases wait: their facts in order, cut into stretches in one state with one team. No table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# The state that a fact leaves a case in; what is not here leaves it as it was.
_INTO = {
    "case.opened": "new",
    "case.reopened": "open",
    "case.confirmed": "",
    "case.closed": "",
    "case.merged": "",
}
FACTS = (*_INTO, "case.solved", "case.transitioned", "case.assigned")


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the journal about a case."""

    case: str
    name: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """How long a case stood in one state with one team."""

    case: str
    team: str
    state: str
    length: timedelta


@dataclass(frozen=True, slots=True)
class Wait:
    """All stretches of one state and team: how many cases, how long as a rule, and what part of all waiting."""

    state: str
    team: str
    cases: int
    median: timedelta
    most: timedelta
    share: float

    @property
    def percent(self) -> int:
        return round(100 * self.share)


def stretches(facts: Iterable[Fact], until: datetime) -> list[Stretch]:
    """Facts in the order of time into stretches; what still lasts counts up to `until`."""
    by_case: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_case[fact.case].append(fact)
    return [stretch for own in by_case.values() for stretch in _of_case(own, until)]


def _of_case(facts: Sequence[Fact], until: datetime) -> Iterable[Stretch]:
    state = team = ""
    for fact, later in zip(facts, [*(each.at for each in facts[1:]), until], strict=True):
        team = fact.data.get("team") or team
        state = _state_after(fact, state)
        if state and later > fact.at:
            yield Stretch(fact.case, team, state, later - fact.at)


def _state_after(fact: Fact, state: str) -> str:
    if fact.name == "case.transitioned":
        return str(fact.data["target"])
    if fact.name == "case.solved":
        return "solved"
    return _INTO.get(fact.name, state)


def waits(found: Iterable[Stretch]) -> list[Wait]:
    """The longest waiting first: where all cases together spent most of their time."""
    lengths: dict[tuple[str, str], dict[str, timedelta]] = defaultdict(lambda: defaultdict(timedelta))
    for stretch in found:
        lengths[stretch.state, stretch.team][stretch.case] += stretch.length
    totals = {place: sum(cases.values(), timedelta()) for place, cases in lengths.items()}
    whole = sum(totals.values(), timedelta()) or timedelta(1)
    told = [
        Wait(
            *place,
            len(lengths[place]),
            _quantile(sorted(lengths[place].values()), 0.5),
            _quantile(sorted(lengths[place].values()), 0.9),
            total / whole,
        )
        for place, total in totals.items()
    ]
    return sorted(told, key=lambda wait: -wait.share)


def _quantile(ordered: Sequence[timedelta], share: float) -> timedelta:
    """The least length that so large a share of them does not exceed."""
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * round(share * 100) // 100) - 1))]
