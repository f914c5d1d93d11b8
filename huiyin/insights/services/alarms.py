"""Topics that swell: seen within minutes, told once while it lasts, and said when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime

from huiyin.core import clock, journal
from huiyin.core.actors import SYSTEM
from huiyin.insights.baseline import LEAST, History, Hour, by_day, hours_back, is_burst, tail
from huiyin.insights.events import TopicCalmed, TopicSwelled
from huiyin.insights.models import Swell, Topic
from huiyin.insights.selectors import counts
from huiyin.insights.services.naming import name_anew

WINDOWS = (3, 24)  # hours: what breaks out suddenly, and what rises over a day
PEOPLE = 3  # one user who writes ten times is no swell
CALM = 1.5  # times what is usual


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last hours brought to a topic, against what they usually bring."""

    hours: int
    count: int
    expected: float
    chance: float

    @property
    def is_burst(self) -> bool:
        return is_burst(self.count, self.expected, self.chance)


def watch() -> dict[str, int]:
    """Begin swells, keep those that last, end those that are over; how many of each.

    Nothing in an installation's first week: nobody knows yet what is usual. Events: topic.swelled, topic.calmed.
    """
    now = clock.now()
    past = counts.history(now)
    if past is None:
        return {"begun": 0, "ended": 0}
    open_now = {swell.topic_id: swell for swell in Swell.objects.filter(ended_at=None)}
    busy = counts.busy(now, hours=max(WINDOWS), least=LEAST)
    told = counts.by_hour({*busy, *open_now}, now)
    begun = ended = 0
    for topic in Topic.objects.filter(id__in=told).exclude(state=Topic.State.MERGED).order_by("id"):
        seen = [_seen(past, told[topic.id], hours, now) for hours in WINDOWS]
        swell = open_now.get(topic.id)
        if swell is None:
            begun += topic.state == Topic.State.OPEN and _begin(topic, seen, now)
        else:
            ended += _go_on(swell, seen, now)
    return {"begun": begun, "ended": ended + _drop_merged(open_now, now)}


def _seen(past: History, hourly: Mapping[Hour, int], hours: int, at: datetime) -> Seen:
    window = hours_back(localtime(at, counts.zone()), hours)
    known = set(past.days)
    before = {hour: count for hour, count in hourly.items() if hour[0] in known and hour not in window}
    expected = past.expected(sum(before.values()), window)
    count = sum(hourly.get(hour, 0) for hour in window)
    return Seen(hours, count, expected, tail(count, expected, past.spread(by_day(before))))


def _begin(topic: Topic, seen: list[Seen], now: datetime) -> bool:
    """Alarm when the least likely window says so and enough people spoke."""
    worst = min(seen, key=lambda each: each.chance)
    if not worst.is_burst:
        return False
    since = now - timedelta(hours=worst.hours)
    people = counts.people_in(topic.id, since=since, until=now)
    if people < PEOPLE:
        return False
    with transaction.atomic():
        swell, is_new = Swell.objects.get_or_create(
            topic=topic,
            ended_at=None,
            defaults={
                "began_at": now,
                "seen_at": now,
                "hours": worst.hours,
                "count": worst.count,
                "people": people,
                "expected": round(worst.expected, 2),
                "chance": worst.chance,
            },
        )
        if is_new:
            name_anew([topic])
            journal.publish(_fact(topic, swell), by=SYSTEM)
    return is_new


def _fact(topic: Topic, swell: Swell) -> TopicSwelled:
    return TopicSwelled(
        subject=topic.key,
        swell=str(swell.id),
        count=swell.count,
        people=swell.people,
        expected=swell.expected,
        hours=swell.hours,
    )


@transaction.atomic
def _go_on(swell: Swell, seen: list[Seen], now: datetime) -> bool:
    """Note how far it went, or that it is over: a whole day that is near the usual again."""
    day = seen[-1]
    if day.count < max(LEAST, CALM * day.expected):
        swell.ended_at = now
        journal.publish(TopicCalmed(subject=swell.topic.key, swell=str(swell.id), count=day.count), by=SYSTEM)
    worst = min(seen, key=lambda each: each.chance)
    if worst.is_burst:
        swell.seen_at = now
    if worst.count > swell.count:
        swell.hours, swell.count, swell.expected = worst.hours, worst.count, round(worst.expected, 2)
        swell.chance = worst.chance
        since = now - timedelta(hours=worst.hours)
        swell.people = counts.people_in(swell.topic_id, since=since, until=now)
    swell.save()
    return swell.ended_at is not None


def _drop_merged(open_now: Mapping[UUID, Swell], now: datetime) -> int:
    """A topic that became part of another one swells there, or not at all."""
    merged = Swell.objects.filter(id__in=[swell.id for swell in open_now.values()], ended_at=None)
    return merged.filter(topic__state=Topic.State.MERGED).update(ended_at=now)
