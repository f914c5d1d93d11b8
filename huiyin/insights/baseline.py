"""What an hour usually brings, by weekday and holiday, and how unlikely more than that is. Pure counting.

A day is compared with days of its sort: the same weekday where two were ordinary, else working days with working
days, days off with days off. What one topic brings is its share of everything.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

HOURS = 24
# A swell: at least so many voices, so many times the usual, and as unlikely as that by chance.
LEAST = 5
TIMES = 3.0
CHANCE = 1e-4
# What breaks out suddenly, and what rises over a day, in hours. One user who writes ten times is no swell.
WINDOWS = (3, 24)
PEOPLE = 3
CALM = 1.5  # times the usual of a day, below which a swell is over
# How many whole days tell what is usual, and with how few of them nobody knows yet.
HISTORY_DAYS = 28
LEAST_DAYS = 7
# Half a voice more than were seen: a topic that never came is expected to come rarely, not never.
_UNSEEN = 0.5


class Sort(StrEnum):
    """What kind of day it is for those who write to us."""

    WORKING = "working"
    FREE = "free"
    HOLIDAY = "holiday"


Hour = tuple[date, int]
SortOf = Callable[[date], Sort]


@dataclass(frozen=True)
class History:
    """All voices of some whole days, by hour, in local time."""

    days: tuple[date, ...]
    volume: Mapping[Hour, int]
    sort_of: SortOf
    _usual: dict[Hour, float] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def whole(self) -> int:
        return sum(self.volume.get((day, hour), 0) for day in self.days for hour in range(HOURS))

    def usual(self, hour: Hour) -> float:
        """How many voices such an hour of such a day brings."""
        if hour not in self._usual:
            like = self._like(hour[0])
            told = sum(self.volume.get((day, hour[1]), 0) for day in like)
            self._usual[hour] = told / max(len(like), 1)
        return self._usual[hour]

    def expected(self, seen: int, hours: Iterable[Hour]) -> float:
        """How many voices these hours bring to a topic that brought so many in all these days."""
        share = (seen + _UNSEEN) / max(self.whole, 1)
        return share * sum(self.usual(hour) for hour in hours)

    def spread(self, counts: Mapping[date, int]) -> float:
        """How much more a topic swings from day to day than chance does, at least 1: its variance by its mean.

        The usual day counts once more than it was seen, so that a few days prove little.
        """
        seen = sum(counts.values())
        squares, told = 1.0, 1
        for day in self.days:
            mean = self.expected(seen, [(day, hour) for hour in range(HOURS)])
            if mean > 0:
                squares, told = squares + (counts.get(day, 0) - mean) ** 2 / mean, told + 1
        return max(1.0, squares / told)

    def _like(self, day: date) -> list[date]:
        sort = self.sort_of(day)
        same = [each for each in self.days if self.sort_of(each) == sort]
        weekday = [each for each in same if each.weekday() == day.weekday()]
        return next((found for found in (weekday, same) if len(found) > 1), list(self.days))


def tail(count: int, mean: float, spread: float = 1.0) -> float:
    """The chance of `count` or more where `mean` are expected.

    Poisson, or the negative binomial of that mean whose variance is `spread` times as large.
    """
    if mean <= 0:
        return 1.0 if count <= 0 else 0.0
    size, stays = (mean / (spread - 1.0), 1.0 - 1.0 / spread) if spread > 1.0 else (math.inf, 0.0)
    term = math.exp(-mean) if spread <= 1.0 else (1.0 / spread) ** size
    below = 0.0
    for seen in range(count):
        below += term
        term *= mean / (seen + 1) if spread <= 1.0 else (seen + size) / (seen + 1) * stays
    return max(0.0, 1.0 - below)


def hours_back(at: datetime, count: int) -> list[Hour]:
    """The last so many hours up to a local moment, the one that runs among them."""
    moments = (at - timedelta(hours=back) for back in range(count))
    return [(moment.date(), moment.hour) for moment in moments]


def by_day(counts: Mapping[Hour, int]) -> dict[date, int]:
    days: dict[date, int] = defaultdict(int)
    for (day, _hour), count in counts.items():
        days[day] += count
    return dict(days)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last hours brought, against what they usually bring."""

    hours: int
    count: int
    expected: float
    chance: float

    @property
    def is_burst(self) -> bool:
        return is_burst(self.count, self.expected, self.chance)

    @property
    def is_calm(self) -> bool:
        """Near the usual again, when this was a day."""
        return self.count < max(LEAST, CALM * self.expected)


def looked(past: History, hourly: Mapping[Hour, int], hours: int, at: datetime) -> Seen:
    """The last so many hours up to a local moment; `hourly` holds what came in them and in the days before."""
    window = hours_back(at, hours)
    known = set(past.days)
    before = {hour: count for hour, count in hourly.items() if hour[0] in known and hour not in window}
    expected = past.expected(sum(before.values()), window)
    count = sum(hourly.get(hour, 0) for hour in window)
    return Seen(hours, count, expected, tail(count, expected, past.spread(by_day(before))))


def is_burst(count: int, mean: float, chance: float) -> bool:
    """Enough voices, clearly more than usual, and hardly by chance."""
    return count >= LEAST and count >= TIMES * mean and chance < CHANCE
