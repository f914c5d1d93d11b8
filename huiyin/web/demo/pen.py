"""The pen with which the demo's stories are written: each stroke is one step, and moves the story's time on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random

from huiyin.language import priority, rules
from huiyin.web.demo.content import Customer, Member, Script, members, phrases, team_of, title_of
from huiyin.web.demo.words import HERE

OPENS, SHUTS = 8.5, 22.0
USER_ANSWERS = timedelta(days=7, seconds=40)
FEELINGS = {"angry": "negative", "anxious": "negative", "disappointed": "negative", "happy": "positive"}
PARTNERS = {
    "jiwu-delivery": "carrier",
    "jiwu-wallet": "channel",
    "tingxi-plus": "channel",
    "jiwu-mall": "merchant",
    "jiwu-seller": "merchant",
}


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
    """Writes the steps of one story, one after the other."""

    def __init__(self, story: Story, chance: Random) -> None:
        self.story, self.script, self.chance = story, story.script, chance
        self.at = story.opened_at
        self.agent = _agent(self.script, chance)
        self._replies = iter(self.script.replies)
        self._mark("hear", story.text)

    def wait(self, minutes: float, *, in_service: bool = True) -> "Pen":
        """Let about so many minutes go by; staff work in service hours, and at night only for what presses."""
        self.at += timedelta(minutes=minutes * self.chance.lognormvariate(0, 0.5))
        if in_service and not presses(self.script):
            self.at = service_time(self.at)
        return self

    def soon(self, minutes: float) -> "Pen":
        """Let time go by at any hour: young matters move wherever the clock stands."""
        return self.wait(minutes, in_service=False)

    def take(self) -> "Pen":
        return self._mark("claim", who=self.agent.username)

    def reply(self, then: str = "") -> "Pen":
        """The next reply of the script, the first one perhaps with an article; when none is left, that we are on it."""
        text = next(self._replies, None)
        if text and text == self.script.replies[0] and self.script.article and self.chance.random() < 0.35:
            text = f"{text}\n\n{self._reading()}"
        return self._mark("reply", text or self._one_of("following"), who=self.agent.username, then=then)

    def ask(self) -> "Pen":
        """Ask the user for more; the clocks pause. A suggestion needs no question, but an answer."""
        if self.script.kind == "suggestion":
            return self.reply()
        pool = "asking" if self.script.kind == "fault" else "asking_other"
        return self._mark("reply", self._one_of(pool), who=self.agent.username, then="pending_user")

    def answer(self) -> "Pen":
        """The user writes again, in the words of the script when it has some."""
        own = self.script.followups
        return self._mark("receive", self.chance.choice(own)) if own else self.nag()

    def nag(self) -> "Pen":
        """The user asks where we are."""
        pool = {"suggestion": "chatting", "fault": "waiting_fault"}.get(self.script.kind, "waiting")
        return self._mark("receive", self._one_of(pool))

    def note(self, *, often: float = 0.5) -> "Pen":
        """Perhaps a word among staff."""
        if self.chance.random() > often:
            return self
        pool = self.script.notes or phrases()["notes"][self.script.lang]
        return self._mark("note", self.chance.choice(pool), who=self.agent.username)

    def partner(self) -> "Pen":
        """Wait for somebody outside the team."""
        whom = PARTNERS.get(self.script.product, "engineers")
        text = self.chance.choice(phrases()["partner"][self.script.lang][whom])
        return self._mark("partner", text, who=self.agent.username)

    def solve(self) -> "Pen":
        return self._solved(self.script.resolution, self.agent.username)

    def verdict(self, minutes: float = 420, *, often: float = 0.74) -> "Pen":
        """The user's answer after some time, or silence."""
        if self.chance.random() > often:
            return self
        said = self.chance.choice(self.script.settled)
        return self.soon(minutes)._mark("settle", said.comment, score=said.score)

    def dispute(self) -> "Pen":
        said = self.chance.choice(self.script.unsettled)
        return self._mark("dispute", said.comment, score=said.score)

    def second(self) -> "Pen":
        """Whoever owns the case now takes it up again; the stage knows who that is."""
        return self._mark("reply", self._one_of("reopening"), who="owner")

    def solve_again(self) -> "Pen":
        return self._solved(self._one_of("reopened_resolution"), "owner")

    def _solved(self, text: str, who: str) -> "Pen":
        self.story.steps.append(Step(self.at + USER_ANSWERS, "wake"))
        return self._mark("solve", text, who=who)

    def _mark(
        self, verb: str, text: str = "", *, who: str = "", then: str = "", score: int | None = None
    ) -> "Pen":
        self.story.steps.append(Step(self.at, verb, text, who, then, score))
        self.at += timedelta(seconds=self.chance.randint(5, 40))
        return self

    def _one_of(self, pool: str) -> str:
        return str(self.chance.choice(phrases()[pool][self.script.lang]))

    def _reading(self) -> str:
        title = title_of(self.script.article, self.script.lang)
        shown = str(phrases()["reading"][self.script.lang])
        return shown.replace("{title}", title).replace("{url}", f"/kb/{self.script.article}/")


@cache
def presses(script: Script) -> bool:
    """Whether the words of the script make a case urgent or high by the rules."""
    told = rules.understand(script.texts[0], subject=script.subject)
    feeling = FEELINGS.get(script.mood, "neutral")
    level = priority.assess(told.urgency, told.impact, kind=script.kind, sentiment=feeling)
    return level.label in {"urgent", "high"}


def service_time(at: datetime) -> datetime:
    """The moment itself, or soon after the next one at which the service is staffed."""
    local = at.astimezone(HERE)
    hour = local.hour + local.minute / 60
    if OPENS <= hour < SHUTS:
        return at
    day = local if hour < OPENS else local + timedelta(days=1)
    opening = day.replace(hour=int(OPENS), minute=int(OPENS % 1 * 60), second=0, microsecond=0)
    return opening.astimezone(at.tzinfo) + timedelta(minutes=1 + (local.minute * 7 + local.second) % 24)


def _agent(script: Script, chance: Random) -> Member:
    """Somebody of the product's team who speaks the language; senior agents take fewer."""
    team = team_of(script.product)
    able = [
        each
        for each in members()
        if team in each.teams and each.role in {"agent", "senior"} and script.lang in each.langs
    ]
    return chance.choices(able, [3 if each.role == "agent" else 1 for each in able])[0]
