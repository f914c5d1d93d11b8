"""What swells: seen within minutes, told once while it lasts, and said when it is over.

Topics are looked at first, then products without what swelling topics bring, then whole categories without either:
a swell is told at the narrowest place that shows it, and at a wider one only for what that leaves unexplained.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime

from huiyin.core import clock, journal
from huiyin.core.actors import SYSTEM
from huiyin.insights import events
from huiyin.insights.baseline import LEAST, PEOPLE, WINDOWS, History, Seen, looked
from huiyin.insights.models import Matter, Member, Swell, Topic
from huiyin.insights.selectors import counts, swells
from huiyin.insights.services.naming import name_anew

_FACTS: dict[Matter, tuple[type[events.Swelled], type[events.Calmed]]] = {
    Matter.TOPIC: (events.TopicSwelled, events.TopicCalmed),
    Matter.PRODUCT: (events.ProductSwelled, events.ProductCalmed),
    Matter.CATEGORY: (events.CategorySwelled, events.CategoryCalmed),
}


def watch() -> dict[str, int]:
    """Begin swells, keep those that last, end those that are over; how many of each.

    Nothing in an installation's first week: nobody knows yet what is usual. Events: topic.swelled, topic.calmed,
    product.swelled, product.calmed, category.swelled, category.calmed.
    """
    now = clock.now()
    past = counts.history(now)
    if past is None:
        return {"begun": 0, "ended": 0}
    begun, ended = 0, _drop_merged(now)
    places = Member.objects.all()
    for matter in Matter:
        more, fewer = _watch(matter, places, past, now)
        begun, ended = begun + more, ended + fewer
        places = places.exclude(**{f"{matter}__in": swells.lasting(matter).values(matter)})
    return {"begun": begun, "ended": ended}


def _watch(matter: Matter, places: QuerySet[Member], past: History, now: datetime) -> tuple[int, int]:
    """How many swells of one sort began and how many ended, by the voices of these places."""
    lasting = {swell.about: swell for swell in swells.lasting(matter).select_related("topic", "product")}
    busy = _open(matter, counts.busy(places, matter, now, hours=max(WINDOWS), least=LEAST))
    told = counts.by_hour(places, matter, busy | set(lasting), now)
    begun = ended = 0
    for key in sorted(told, key=str):
        here = places.filter(**{matter: key})
        seen = [looked(past, told[key], hours, localtime(now, counts.zone())) for hours in WINDOWS]
        if key in lasting:
            ended += _go_on(lasting[key], here, seen, now)
        else:
            begun += _begin({matter: key}, here, seen, now)
    return begun, ended


def _open(matter: Matter, keys: set[Any]) -> set[Any]:
    """Without topics that are hidden or became part of another one."""
    if matter is not Matter.TOPIC:
        return keys
    return set(Topic.objects.filter(id__in=keys, state=Topic.State.OPEN).values_list("id", flat=True))


def _begin(about: dict[Matter, Any], places: QuerySet[Member], seen: list[Seen], now: datetime) -> bool:
    """Alarm when the least likely window says so and enough people spoke."""
    worst = min(seen, key=lambda each: each.chance)
    if not worst.is_burst:
        return False
    people = _people(places, worst, now)
    if people < PEOPLE:
        return False
    values = {
        "began_at": now,
        "seen_at": now,
        "hours": worst.hours,
        "count": worst.count,
        "people": people,
        "expected": round(worst.expected, 2),
        "chance": worst.chance,
    }
    with transaction.atomic():
        swell, is_new = Swell.objects.get_or_create(**about, ended_at=None, defaults=values)
        if is_new:
            _tell(swell)
    return is_new


def _tell(swell: Swell) -> None:
    if swell.topic:
        name_anew([swell.topic])
    swelled, _calmed = _FACTS[swell.matter]
    fact = swelled(
        subject=swells.subject_of(swell),
        swell=str(swell.id),
        count=swell.count,
        people=swell.people,
        expected=swell.expected,
        hours=swell.hours,
    )
    journal.publish(fact, by=SYSTEM)


@transaction.atomic
def _go_on(swell: Swell, places: QuerySet[Member], seen: list[Seen], now: datetime) -> bool:
    """Note how far it went, or that it is over: a whole day that is near the usual again."""
    day = seen[-1]
    if day.is_calm:
        swell.ended_at = now
        _swelled, calmed = _FACTS[swell.matter]
        fact = calmed(subject=swells.subject_of(swell), swell=str(swell.id), count=day.count)
        journal.publish(fact, by=SYSTEM)
    worst = min(seen, key=lambda each: each.chance)
    if worst.is_burst:
        swell.seen_at = now
    if worst.count > swell.count:
        swell.hours, swell.count, swell.expected = worst.hours, worst.count, round(worst.expected, 2)
        swell.chance, swell.people = worst.chance, _people(places, worst, now)
    swell.save()
    return swell.ended_at is not None


def _people(places: QuerySet[Member], seen: Seen, now: datetime) -> int:
    return counts.people_in(places.filter(at__gt=now - timedelta(hours=seen.hours), at__lte=now))


def _drop_merged(now: datetime) -> int:
    """A topic that became part of another one swells there, or not at all."""
    return Swell.objects.filter(ended_at=None, topic__state=Topic.State.MERGED).update(ended_at=now)
