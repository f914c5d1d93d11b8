"""Decides what happens when: some 610 matters over two months, told as steps that the stage will play.

Time is counted back from the moment of loading. Old matters run their course; the youngest hundred or so are
placed one by one, so that the desk shows fresh, near, missed, waiting, reopened and solved ones at any hour.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from huiyin.web.demo import courses
from huiyin.web.demo.content import Customer, Script, customers, scripts
from huiyin.web.demo.courses import Course
from huiyin.web.demo.pen import Pen, Story, presses, service_time
from huiyin.web.demo.words import HERE, fill, source_of, values, varied

SEED = "inkbrook-1"
DAYS = 60
OLD = 500
BURST = "song-crash-burst"
# How often people write in each hour of the day, midnight first.
HOURS = (2, 1, 1, 0.5, 0.5, 1, 2, 4, 7, 10, 11, 10, 8, 8, 9, 10, 10, 9, 8, 9, 11, 11, 8, 5)
# Where people give their words a title of their own.
TITLED = frozenset({"form", "email", "phone", "offline", "api"})
HOUR, DAY = 60.0, 1440.0


def calm(script: Script) -> bool:
    return not presses(script)


def earnest(script: Script) -> bool:
    """Something is to be done, and it need not be done at once."""
    return calm(script) and script.kind != "suggestion"


def doubted(script: Script) -> bool:
    return bool(script.unsettled)


@dataclass(frozen=True)
class Scene:
    """A group of young matters: how long ago they began, in minutes, and what became of them."""

    minutes: Sequence[float]
    course: Course
    fits: Callable[[Script], bool]


SCENES = (
    Scene((3, 6, 11, 17, 31, 44, 58, 75, 96), courses.waiting, calm),
    Scene((8, 21.5, 24.5, 26.5), courses.waiting, presses),
    Scene((41, 118), courses.waiting, presses),
    Scene((13, 29, 52, 85, 130, 175, 240), courses.taken, calm),
    Scene((12, 19, 23.5, 49), courses.taken, presses),
    Scene([95 + 61 * i for i in range(20)], courses.talking, calm),
    Scene([150 + 170 * i for i in range(14)], courses.asked, earnest),
    Scene([7 * HOUR + 290 * i for i in range(9)], courses.with_partner, earnest),
    Scene([4.2 * DAY + 1.3 * DAY * i for i in range(5)], courses.stuck, earnest),
    Scene([3 * HOUR + 100 * i for i in range(6)], courses.disputed, doubted),
    Scene([6 * HOUR + 190 * i for i in range(18)], courses.just_solved, calm),
)


def write(now: datetime, *, old: int = OLD) -> list[Story]:
    """Every story, the youngest scenes first, then so many old ones; steps after `now` have not happened."""
    chance = Random(SEED)  # noqa: S311 - a story, not a secret
    author = _Author(chance)
    for scene in SCENES:
        for minutes in scene.minutes:
            author.tell(now - timedelta(minutes=minutes), scene.course, author.deal(scene.fits))
    for at in _old_times(now, old, chance):
        script, played = author.deal(lambda script: True)
        author.tell(at, courses.one_of(script, chance), (script, played))
    burst = next(script for script in scripts() if script.key == BURST)
    for place, at in enumerate(_burst_times(now, chance)):
        author.tell(at, courses.stuck if place == 2 else courses.quick, (burst, place))
    for story in author.stories:
        story.steps = [step for step in story.steps if step.at <= now]
    return author.stories


class _Author:
    """Deals every script once before any comes again, and every customer likewise."""

    def __init__(self, chance: Random) -> None:
        self.stories: list[Story] = []
        self._chance = chance
        self._cards: list[tuple[Script, int]] = []
        self._guests: dict[str, list[Customer]] = {"zh": [], "en": []}
        self._rounds, self._numbers = count(), count(1)

    def deal(self, fits: Callable[[Script], bool]) -> tuple[Script, int]:
        """The next script that fits, and how often it was dealt before."""
        for place, (script, _played) in enumerate(self._cards):
            if fits(script):
                return self._cards.pop(place)
        played = next(self._rounds)
        fresh = [(script, played) for script in scripts() if script.key != BURST]
        self._chance.shuffle(fresh)
        self._cards += fresh
        return self.deal(fits)

    def tell(self, at: datetime, course: Course, card: tuple[Script, int]) -> None:
        """A story of somebody who speaks the script's language; told again, it is worded anew."""
        script, played = card
        number, customer = next(self._numbers), self._guest(script.lang)
        known = values(script, customer, at, self._chance)
        template = script.texts[played % len(script.texts)]
        source = source_of(script, template, played + number)
        text = fill(template, known)
        if played:
            text = varied(script, text, source, self._chance)
        subject = script.subject if not played or source in TITLED else ""
        story = Story(number, script, customer, source, text, subject, known, at)
        course(Pen(story, self._chance))
        self.stories.append(story)

    def _guest(self, lang: str) -> Customer:
        waiting = self._guests[lang]
        if not waiting:
            waiting += [each for each in customers() if each.lang == lang]
            self._chance.shuffle(waiting)
        return waiting.pop()


def _old_times(now: datetime, old: int, chance: Random) -> Iterator[datetime]:
    """Moments before yesterday, youngest first: few at week-ends and at night, many in the sale."""
    days = range(2, DAYS)
    weights = [_weight_of_day(now - timedelta(days=day), day) for day in days]
    found = []
    for day in chance.choices(days, weights, k=old):
        local = (now - timedelta(days=day)).astimezone(HERE)
        hour, minute = chance.choices(range(24), HOURS)[0], chance.randrange(60)
        found.append(local.replace(hour=hour, minute=minute, second=chance.randrange(60), microsecond=0))
    return iter(sorted((at.astimezone(now.tzinfo) for at in found), reverse=True))


def _weight_of_day(at: datetime, day: int) -> float:
    weekday = 0.7 if at.astimezone(HERE).weekday() >= 5 else 1.0
    return weekday * (2.2 if 10 <= day <= 13 else 1.0)


def _burst_times(now: datetime, chance: Random) -> list[datetime]:
    """A faulty release: ten voices within half a day, a little more than a week ago."""
    start = service_time(now - timedelta(days=8, hours=6))
    return sorted(start + timedelta(minutes=chance.uniform(0, 640)) for _ in range(10))
