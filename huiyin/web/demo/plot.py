"""Decides what happens when: about 640 matters over two months, told as steps that the stage will play.

Time is counted back from the moment of loading. Old matters run their course; the youngest hundred or so are
placed one by one, so that the desk shows fresh, near, missed, waiting, reopened and solved ones at any hour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from huiyin.web.demo import courses
from huiyin.web.demo.content import Customer, Script, customers, scripts
from huiyin.web.demo.courses import Course, Pen, Story, service_time
from huiyin.web.demo.words import HERE, REPORTED, fill, values, varied

SEED = "inkbrook-1"
DAYS = 60
OLD = 545
BURST = "song-crash-burst"
# How often people write in each hour of the day, midnight first.
HOURS = (2, 1, 1, 0.5, 0.5, 1, 2, 4, 7, 10, 11, 10, 8, 8, 9, 10, 10, 9, 8, 9, 11, 11, 8, 5)
TITLED = frozenset({"form", "email", "phone", "offline", "api"})


@dataclass(frozen=True)
class Scene:
    """A group of young matters: how long ago they began, in minutes, and what became of them."""

    minutes: Sequence[float]
    course: Course
    pressing: bool | None = None


HOUR, DAY = 60.0, 1440.0
SCENES = (
    Scene((3, 6, 11, 17, 24, 31, 44, 58, 75, 96), courses.waiting, pressing=False),
    Scene((8, 21.5, 24.5, 26.5), courses.waiting, pressing=True),
    Scene((41, 67, 118, 190), courses.waiting, pressing=True),
    Scene((13, 29, 52, 85, 130, 175, 240), courses.taken, pressing=False),
    Scene((19, 23.5, 49, 150), courses.taken, pressing=True),
    Scene([95 + 61 * i for i in range(20)], courses.talking),
    Scene([150 + 170 * i for i in range(14)], courses.asked),
    Scene([7 * HOUR + 290 * i for i in range(9)], courses.with_partner),
    Scene([4.2 * DAY + 0.9 * DAY * i for i in range(8)], courses.stuck),
    Scene([1.4 * DAY + 0.45 * DAY * i for i in range(7)], courses.disputed),
    Scene([6 * HOUR + 190 * i for i in range(18)], courses.just_solved),
)


def write(now: datetime) -> list[Story]:
    """Every story, youngest first; steps after `now` have not happened."""
    chance = Random(SEED)  # noqa: S311 - a story, not a secret
    deck, guests, numbers = _Deck(chance), _Guests(chance), count(1)
    stories = [
        _story(
            next(numbers),
            deck.deal(scene.pressing),
            now - timedelta(minutes=minutes),
            scene.course,
            guests,
            chance,
        )
        for scene in SCENES
        for minutes in scene.minutes
    ]
    for at in _old_times(now, chance):
        course = chance.choices(courses.OLD, courses.OLD_WEIGHTS)[0]
        stories.append(_story(next(numbers), deck.deal(), at, course, guests, chance))
    for place, at in enumerate(sorted(_burst_times(now, chance), reverse=True)):
        burst = next(script for script in scripts() if script.key == BURST)
        course = courses.stuck if place == 2 else courses.quick
        stories.append(_story(next(numbers), (burst, place), at, course, guests, chance))
    for story in stories:
        story.steps = [step for step in story.steps if step.at <= now]
    return stories


class _Deck:
    """Deals every script once before any comes again, each time in its next wording."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._cards: list[tuple[Script, int]] = []
        self._rounds = count()

    def deal(self, pressing: bool | None = None) -> tuple[Script, int]:
        """The next script, and how often it was dealt before; of anxious people only when it presses."""
        if len(self._cards) < 12:
            self._shuffle()
        wanted = (place for place, (script, _round) in enumerate(self._cards) if _fits(script, pressing))
        return self._cards.pop(next(wanted, 0))

    def _shuffle(self) -> None:
        played = next(self._rounds)
        fresh = [(script, played) for script in scripts() if script.key != BURST]
        self._chance.shuffle(fresh)
        self._cards += fresh


class _Guests:
    """Customers in turn, by language."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._waiting: dict[str, list[Customer]] = {"zh": [], "en": []}

    def next(self, lang: str) -> Customer:
        waiting = self._waiting[lang]
        if not waiting:
            waiting += [each for each in customers() if each.lang == lang]
            self._chance.shuffle(waiting)
        return waiting.pop()


def _fits(script: Script, pressing: bool | None) -> bool:
    return pressing is None or pressing == script.pressing


def _story(
    number: int,
    card: tuple[Script, int],
    at: datetime,
    course: Course,
    guests: _Guests,
    chance: Random,
) -> Story:
    script, played = card
    customer = guests.next(script.lang)
    source = script.via[(played + number) % len(script.via)]
    known = values(script, customer, at, chance)
    own = fill(script.texts[played % len(script.texts)], known)
    text = varied(script, own, source, chance) if played else own
    titled = played == 0 or source in TITLED or source in REPORTED
    story = Story(number, script, customer, source, text, script.subject if titled else "", known, at)
    course(Pen(story, chance))
    return story


def _old_times(now: datetime, chance: Random) -> Iterator[datetime]:
    """Moments before yesterday, youngest first: few at week-ends and at night, many in the sale."""
    days = range(2, DAYS)
    weights = [_weight_of_day(now - timedelta(days=day), day) for day in days]
    found = []
    for day in chance.choices(days, weights, k=OLD):
        local = (now - timedelta(days=day)).astimezone(HERE)
        hour = chance.choices(range(24), HOURS)[0]
        found.append(
            local.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60), microsecond=0)
        )
    return iter(sorted((at.astimezone(now.tzinfo) for at in found), reverse=True))


def _weight_of_day(at: datetime, day: int) -> float:
    weekday = 0.7 if at.astimezone(HERE).weekday() >= 5 else 1.0
    return weekday * (2.2 if 10 <= day <= 13 else 1.0)


def _burst_times(now: datetime, chance: Random) -> list[datetime]:
    """A faulty release: ten voices within half a day, a little more than a week ago."""
    start = service_time(now - timedelta(days=8, hours=6))
    return [start + timedelta(minutes=chance.uniform(0, 640)) for _ in range(10)]
