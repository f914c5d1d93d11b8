"""The stored alarm over a stream of texts, as an installation lives through it: nights that link, hours that watch.

The stream runs once from its beginning to its end, with the limits of huiyin/insights/baseline.py as they stand.
Every text is somebody else's; weekdays and weekends differ, holidays are not known.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from huiyin.insights.baseline import (
    HISTORY_DAYS,
    LEAST,
    LEAST_DAYS,
    PEOPLE,
    WINDOWS,
    History,
    Seen,
    Sort,
    looked,
)
from huiyin.insights.matching import matched
from huiyin.language.topics import Stream, centred, regrouped
from huiyin.language.topics.grouping import CUTS

LOOKED_BACK = timedelta(days=60)
# A made stream: so many days from a Monday, texts a weekday and a day of the weekend, and when bursts are planted.
FIRST, DAYS = date(2025, 6, 2), 45
USUAL, WEEKEND = 105, 70
PLANTED_ON = range(8, DAYS, 4)
SIZES = (6, 12)


@dataclass(frozen=True)
class Said:
    """One text of the stream: when, its vector, and the burst that it was planted for."""

    at: datetime
    vector: Any
    planted: str = ""


@dataclass(frozen=True)
class Alarm:
    """A swell that began: when, and for which planted burst most of its voices were; empty for none."""

    at: datetime
    planted: str


@dataclass
class House:
    """What has been heard so far, in which topic each of it stands, and which topics swell."""

    said: list[Said] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)
    swelling: set[int] = field(default_factory=set)
    mean: Any = None
    found: int = 0

    def link(self, now: datetime) -> None:
        """The night: texts of the last weeks grouped, going on from their topics."""
        import numpy as np

        first = next((i for i, each in enumerate(self.said) if each.at >= now - LOOKED_BACK), len(self.said))
        if first == len(self.said):
            return
        rows = np.stack([each.vector for each in self.said[first:]])
        before = self.topics[first:]
        groups = regrouped(centred(rows), before, CUTS["zh"])
        keys = {group: self._new() if was is None else was for group, was in matched(groups, before).items()}
        self.topics[first:] = [keys[group] for group in groups]
        self.mean = rows.mean(axis=0)

    def hear(self, more: Sequence[Said]) -> None:
        """A day: each text joins the nearest topic, or leads its own."""
        import numpy as np

        if self.mean is None:
            self.mean = np.mean([each.vector for each in more], axis=0)
        own = list(dict.fromkeys(self.topics))
        stream = self._stream(own)
        for each in more:
            row = each.vector - self.mean
            group = stream.add(row / max(float(np.linalg.norm(row)), 1e-9))
            if group == len(own):
                own.append(self._new())
            self.topics.append(own[group])
            self.said.append(each)

    def watch(self, now: datetime) -> list[Alarm]:
        """Swells that begin at this hour; those that are over end."""
        past = self._past(now.date())
        if past is None:
            return []
        hourly, here = self._counts(now)
        begun = []
        for topic, voices in here.items():
            if len(voices) < LEAST and topic not in self.swelling:
                continue
            seen = [looked(past, hourly[topic], hours, now) for hours in WINDOWS]
            if topic in self.swelling:
                self.swelling -= {topic} if seen[-1].is_calm else set()
            elif _swells(seen):
                self.swelling.add(topic)
                begun.append(Alarm(now, _mostly(voices)))
        self.swelling &= set(here)
        return begun

    def _new(self) -> int:
        self.found += 1
        return self.found

    def _stream(self, own: Sequence[int]) -> Stream:
        import numpy as np

        if not self.said:
            return Stream(len(self.mean))
        rows = np.stack([each.vector for each in self.said]) - self.mean
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        place = {topic: i for i, topic in enumerate(own)}
        sums = np.zeros((len(own), rows.shape[1]), dtype=np.float32)
        np.add.at(sums, [place[topic] for topic in self.topics], rows)
        sizes = Counter(self.topics)
        return Stream.resumed(sums, [sizes[topic] for topic in own])

    def _past(self, today: date) -> History | None:
        since = max(self.said[0].at.date(), today - timedelta(days=HISTORY_DAYS))
        days = tuple(since + timedelta(days=each) for each in range((today - since).days))
        volume = Counter(
            (each.at.date(), each.at.hour) for each in self.said if since <= each.at.date() < today
        )
        return History(days, volume, _sort_of) if len(days) >= LEAST_DAYS else None

    def _counts(self, now: datetime) -> tuple[Mapping[int, Counter[Any]], Mapping[int, list[Said]]]:
        """Of each topic: its hours since the history begins, and its voices of the last day."""
        since = datetime.combine(now.date() - timedelta(days=HISTORY_DAYS), time.min)
        hourly: dict[int, Counter[Any]] = defaultdict(Counter)
        here: dict[int, list[Said]] = defaultdict(list)
        for each, topic in zip(self.said, self.topics, strict=True):
            if since <= each.at <= now:
                hourly[topic][each.at.date(), each.at.hour] += 1
            if now - timedelta(hours=max(WINDOWS)) < each.at <= now:
                here[topic].append(each)
        return hourly, here


@dataclass(frozen=True)
class Text:
    """One text of a made stream."""

    at: datetime
    text: str
    planted: str = ""


def made(background: Sequence[str], intents: Mapping[str, Sequence[str]], seed: int) -> list[Text]:
    """Days of everyday texts; into every fourth day a burst of one intent, of six and of twelve texts in turn."""
    import numpy as np

    rng = np.random.default_rng(seed)
    rest = iter(rng.permutation(len(background)))
    labels = rng.permutation(sorted(key for key, texts in intents.items() if len(texts) >= max(SIZES)))
    found = []
    for back in range(DAYS):
        day = FIRST + timedelta(days=back)
        usual = WEEKEND if _sort_of(day) is Sort.FREE else USUAL
        found += [Text(_moment(day, rng), background[next(rest)]) for _each in range(usual)]
    for turn, (back, label) in enumerate(zip(PLANTED_ON, labels, strict=False)):
        size = SIZES[turn % len(SIZES)]
        day = FIRST + timedelta(days=back)
        found += [Text(_moment(day, rng), text, f"{label} {size}") for text in intents[label][:size]]
    return sorted(found, key=lambda each: each.at)


def _moment(day: date, rng: Any) -> datetime:
    """Somewhere in the waking day."""
    return datetime.combine(day, time.min) + timedelta(seconds=int(rng.integers(7 * 3600, 24 * 3600)))


def judged(alarms: Sequence[Alarm], stream: Sequence[Said]) -> dict[str, Any]:
    """Planted bursts that were seen on their day, by size, and days on which something else was called a swell."""
    days = {each.planted: each.at.date() for each in stream if each.planted}
    seen = {each.planted for each in alarms if each.planted and each.at.date() == days[each.planted]}
    false = [each for each in alarms if not each.planted]
    return {
        **{
            f"seen the same day at {size} a day": f"{sum(key.endswith(f' {size}') for key in seen)} of"
            f" {sum(key.endswith(f' {size}') for key in days)}"
            for size in SIZES
            if days
        },
        "alarms": len(alarms),
        "false alarm days": len({each.at.date() for each in false}),
        "days": (stream[-1].at.date() - stream[0].at.date()).days + 1 - LEAST_DAYS,
    }


def replay(stream: Sequence[Said]) -> list[Alarm]:
    """Every alarm of a stream in the order of time."""
    house, found = House(), []
    by_day: dict[date, list[Said]] = defaultdict(list)
    for each in stream:
        by_day[each.at.date()].append(each)
    day = stream[0].at.date()
    while day <= stream[-1].at.date():
        house.link(datetime.combine(day, time.min))
        if by_day[day]:
            house.hear(by_day[day])
        for hour in range(24):
            found += house.watch(datetime.combine(day, time(hour, 59, 59)))
        day += timedelta(days=1)
    return found


def _swells(seen: Sequence[Seen]) -> bool:
    worst = min(seen, key=lambda each: each.chance)
    return worst.is_burst and worst.count >= PEOPLE


def _mostly(voices: Sequence[Said]) -> str:
    """The burst that at least half of these were planted for."""
    planted, count = Counter(each.planted for each in voices).most_common(1)[0]
    return planted if count * 2 >= len(voices) else ""


def _sort_of(day: date) -> Sort:
    return Sort.FREE if day.weekday() >= 5 else Sort.WORKING
