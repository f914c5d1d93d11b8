"""The courses a matter can take, from the first word to the user's verdict, written down step by step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from huiyin.web.demo.content import Customer, Member, Script, members, phrases, team_of
from huiyin.web.demo.words import HERE

OPENS, SHUTS = 8.5, 22.0
USER_ANSWERS = timedelta(days=7, seconds=40)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does. `who` is a user name of the staff; the customer has none."""

    at: datetime
    verb: str
    text: str = ""
    who: str = ""
    then: str = ""
    score: int | None = None


@dataclass(slots=True)
class Story:
    """One matter of one customer and all its steps; `known` holds the values of its slots."""

    number: int
    script: Script
    customer: Customer
    source: str
    text: str
    subject: str
    known: Mapping[str, str]
    opened_at: datetime
    steps: list[Step] = field(default_factory=list)


class Pen:
    """Writes the steps of one story, one after the other; every stroke moves its time on."""

    def __init__(self, story: Story, chance: Random) -> None:
        self.story, self.script, self.chance = story, story.script, chance
        self.at = story.opened_at
        self.agent = self._agent()
        self.replies = iter(self.script.replies)
        self.mark("hear", story.text)

    def wait(self, minutes: float, *, in_service: bool = True) -> "Pen":
        """Let about so many minutes go by; staff work in service hours."""
        self.at += timedelta(minutes=minutes * self.chance.lognormvariate(0, 0.5))
        if in_service:
            self.at = service_time(self.at)
        return self

    def take(self, minutes: float = 9) -> "Pen":
        self.wait(minutes, in_service=not self.script.pressing)
        return self.mark("claim", who=self.agent.username)

    def reply(self, minutes: float = 16, *, then: str = "") -> "Pen":
        """The next reply of the script; when it has none left, a question of general use."""
        self.wait(minutes, in_service=not self.script.pressing)
        text = next(self.replies, None) or self.chance.choice(phrases()["asking"][self.script.lang])
        return self.mark("reply", text, who=self.agent.username, then=then)

    def ask(self, minutes: float = 14) -> "Pen":
        """Ask the user for more; the clocks pause."""
        self.wait(minutes)
        text = self.chance.choice(phrases()["asking"][self.script.lang][:2])
        return self.mark("reply", text, who=self.agent.username, then="pending_user")

    def hear(self, minutes: float = 35) -> "Pen":
        """The user writes again."""
        self.wait(minutes, in_service=False)
        own = self.script.followups
        text = self.chance.choice(own or phrases()["waiting"][self.script.lang])
        return self.mark("receive", text)

    def nag(self, minutes: float = 60) -> "Pen":
        """The user asks where we are."""
        self.wait(minutes, in_service=False)
        return self.mark("receive", self.chance.choice(phrases()["waiting"][self.script.lang]))

    def note(self, minutes: float = 3, *, often: float = 0.5) -> "Pen":
        """Perhaps a word among staff."""
        if self.chance.random() > often:
            return self
        self.wait(minutes, in_service=False)
        pool = self.script.notes or phrases()["notes"][self.script.lang]
        return self.mark("note", self.chance.choice(pool), who=self.agent.username)

    def partner(self, minutes: float = 10) -> "Pen":
        self.wait(minutes)
        text = self.chance.choice(phrases()["partner"][self.script.lang])
        return self.mark("partner", text, who=self.agent.username)

    def solve(self, minutes: float = 90, *, text: str = "", who: str = "") -> "Pen":
        self.wait(minutes)
        self.mark("solve", text or self.script.resolution, who=who or self.agent.username)
        self.story.steps.append(Step(self.at + USER_ANSWERS, "wake"))
        return self

    def verdict(self, minutes: float = 420, *, often: float = 0.74) -> "Pen":
        """The user's answer, or silence."""
        if self.chance.random() > often:
            return self
        self.wait(minutes, in_service=False)
        said = self.chance.choice(self.script.settled)
        return self.mark("settle", said.comment, score=said.score)

    def dispute(self, minutes: float = 300) -> "Pen":
        self.wait(minutes, in_service=False)
        if not self.script.unsettled:
            return self.nag(0)
        said = self.chance.choice(self.script.unsettled)
        return self.mark("dispute", said.comment, score=said.score)

    def second(self, minutes: float = 50) -> "Pen":
        """Whoever owns the case now takes it up again; the stage knows who that is."""
        self.wait(minutes)
        text = self.chance.choice(phrases()["reopening"][self.script.lang])
        return self.mark("reply", text, who="owner")

    def solve_again(self, minutes: float = 240) -> "Pen":
        text = self.chance.choice(phrases()["reopened_resolution"][self.script.lang])
        return self.solve(minutes, text=text, who="owner")

    def mark(
        self, verb: str, text: str = "", *, who: str = "", then: str = "", score: int | None = None
    ) -> "Pen":
        """Write one step down."""
        self.story.steps.append(Step(self.at, verb, text, who, then, score))
        self.at += timedelta(seconds=self.chance.randint(5, 40))
        return self

    def _agent(self) -> Member:
        team = team_of(self.script.product)
        able = [
            each
            for each in members()
            if team in each.teams and each.role in {"agent", "senior"} and self.script.lang in each.langs
        ]
        return self.chance.choices(able, [3 if each.role == "agent" else 1 for each in able])[0]


Course = Callable[[Pen], object]


def service_time(at: datetime) -> datetime:
    """The moment itself, or the next one at which the service is staffed."""
    local = at.astimezone(HERE)
    hour = local.hour + local.minute / 60
    if OPENS <= hour < SHUTS:
        return at
    day = local if hour < OPENS else local + timedelta(days=1)
    opening = day.replace(hour=int(OPENS), minute=int(OPENS % 1 * 60), second=0, microsecond=0)
    return opening.astimezone(at.tzinfo) + timedelta(minutes=1 + (local.minute * 7 + local.second) % 24)


def quick(pen: Pen) -> None:
    pen.take().note(often=0.25).reply().solve(45).verdict()


def brief(pen: Pen) -> None:
    pen.reply(22).solve(12).verdict(200, often=0.68)


def talk(pen: Pen) -> None:
    pen.take().ask().hear().note(often=0.4).reply(20).solve().verdict()


def long_talk(pen: Pen) -> None:
    pen.take(18).ask(30).hear(120).note().reply(40).nag(240).reply(35).solve(180).verdict()


def partnered(pen: Pen) -> None:
    pen.take().reply().partner().nag(600).reply(45).solve(200).verdict()


def late(pen: Pen) -> None:
    """Somebody had to ask twice before anybody looked."""
    pen.wait(380).nag(180).take(120).reply(30).solve(260).verdict(often=0.5)


def refused(pen: Pen) -> None:
    pen.take().reply().solve(60).dispute().second().solve_again().verdict(often=0.85)


def returned(pen: Pen) -> None:
    """The user writes again after the solution."""
    pen.take().reply().solve(40).nag(500).reply(30).solve(90).verdict(often=0.8)


def waiting(pen: Pen) -> None:
    """Nobody has taken it yet."""


def taken(pen: Pen) -> None:
    _soon(pen, 4)
    pen.mark("claim", who=pen.agent.username)
    pen.note(often=0.35)


def talking(pen: Pen) -> None:
    _soon(pen, 6)
    pen.mark("claim", who=pen.agent.username)
    _soon(pen, 7)
    pen.mark("reply", next(pen.replies), who=pen.agent.username)
    pen.note(often=0.4)
    _soon(pen, 40)
    if pen.chance.random() < 0.65:
        pen.hear(8)


def asked(pen: Pen) -> None:
    talk_start = pen.chance.random() < 0.3
    _soon(pen, 12)
    pen.mark("claim", who=pen.agent.username)
    pen.ask(5) if not talk_start else pen.note(often=0.8).ask(5)


def with_partner(pen: Pen) -> None:
    _soon(pen, 11)
    pen.mark("claim", who=pen.agent.username)
    _soon(pen, 9)
    pen.mark("reply", next(pen.replies), who=pen.agent.username)
    pen.partner(8)


def stuck(pen: Pen) -> None:
    """Begun well, then left lying: past its promise."""
    pen.take(14).reply(25).note(often=0.9).nag(900)
    if pen.chance.random() < 0.5:
        pen.note(often=1.0).nag(1400)


def disputed(pen: Pen) -> None:
    pen.take().reply().solve(70).dispute(200)
    if pen.chance.random() < 0.5:
        pen.second(60)


def just_solved(pen: Pen) -> None:
    _soon(pen, 8)
    pen.mark("claim", who=pen.agent.username)
    _soon(pen, 10)
    pen.mark("reply", next(pen.replies), who=pen.agent.username)
    _soon(pen, 60)
    pen.mark("solve", pen.script.resolution, who=pen.agent.username)


def _soon(pen: Pen, minutes: float) -> None:
    pen.wait(minutes, in_service=False)


OLD: tuple[Course, ...] = (quick, brief, talk, long_talk, partnered, late, refused, returned)
OLD_WEIGHTS = (30, 14, 24, 10, 8, 5, 7, 3)
