"""Which topics swell: a day's count against what that weekday would have brought, by the last fourteen days.

Two witnesses: the groups (Poisson tail of their counts) and single terms (G2), since a new matter may scatter
over groups and still share a word.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from huiyin.language.topics.naming import surprise, terms

LOOK_BACK = 14
_LEAST = 4
_TIMES = 3.0
# Looser than chance alone would have it: a burst must be three times the usual and at least four besides.
_GROUP_CHANCE = 1e-3
_TERM_SURPRISE = 25.0
_FIRST_DAYS = 7


@dataclass(frozen=True, slots=True)
class Burst:
    """A day on which a group or a term came far more often than expected. Group is None for a term."""

    day: date
    count: int
    expected: float
    group: int | None = None
    term: str = ""


def bursts(texts: Sequence[str], groups: Sequence[int], days: Sequence[date]) -> list[Burst]:
    """All bursts, day by day; what stays high is told again each day."""
    volume = Counter(days)
    said = [terms(text) for text in texts]
    found: list[Burst] = []
    for day in sorted(volume):
        if (day - min(volume)).days >= _FIRST_DAYS:
            found += _group_bursts(groups, days, day, volume)
            found += _term_bursts(said, days, day, volume)
    return found


def expected(counts: Counter[date], day: date, volume: Counter[date]) -> float:
    """What the last fourteen days let expect of this day, in proportion to how much came in that day."""
    before = [day - timedelta(days=back) for back in range(1, LOOK_BACK + 1)]
    seen = sum(volume[each] for each in before)
    share = (sum(counts[each] for each in before) + 0.5) / max(seen, 1)
    return share * _usual(volume, day)


def tail(count: int, mean: float) -> float:
    """The chance of `count` or more where `mean` are expected (Poisson)."""
    term = math.exp(-mean)
    below = 0.0
    for seen in range(count):
        below += term
        term *= mean / (seen + 1)
    return max(0.0, 1.0 - below)


def _usual(volume: Counter[date], day: date) -> float:
    """How much that weekday brings: the mean of the same weekday where there are two, else of all days."""
    same = [
        volume[day - timedelta(days=7 * weeks)] for weeks in (1, 2) if volume[day - timedelta(days=7 * weeks)]
    ]
    before = [volume[day - timedelta(days=back)] for back in range(1, LOOK_BACK + 1)]
    usual = (
        sum(same) / len(same) if len(same) > 1 else sum(before) / max(sum(1 for each in before if each), 1)
    )
    return float(usual)


def _group_bursts(
    groups: Sequence[int], days: Sequence[date], day: date, volume: Counter[date]
) -> list[Burst]:
    counts: dict[int, Counter[date]] = defaultdict(Counter)
    for group, each in zip(groups, days, strict=True):
        counts[group][each] += 1
    found = []
    for group, own in counts.items():
        mean = expected(own, day, volume)
        if own[day] >= max(_LEAST, _TIMES * mean) and tail(own[day], mean) < _GROUP_CHANCE:
            found.append(Burst(day, own[day], round(mean, 2), group=group))
    return found


def _term_bursts(
    said: Sequence[set[str]], days: Sequence[date], day: date, volume: Counter[date]
) -> list[Burst]:
    here: Counter[str] = Counter()
    there: Counter[str] = Counter()
    first = day - timedelta(days=LOOK_BACK)
    for own, each in zip(said, days, strict=True):
        if each == day:
            here.update(own)
        elif first <= each < day:
            there.update(own)
    rest = sum(volume[first + timedelta(days=each)] for each in range(LOOK_BACK))
    found = []
    for term, count in here.items():
        mean = (there[term] + 0.5) * volume[day] / max(rest, 1)
        if (
            count >= max(_LEAST, _TIMES * mean)
            and surprise(count, there[term], volume[day], rest) > _TERM_SURPRISE
        ):
            found.append(Burst(day, count, round(mean, 2), term=term))
    return sorted(found, key=lambda burst: -burst.count)
