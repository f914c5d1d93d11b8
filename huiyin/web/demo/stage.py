"""Plays the steps of all stories in the order of time, each by the real service with the clock stopped there.

Between two steps the deadlines that pass are acted on by the real ticker, so that every journal row, clock
and trace is what the running product would have written.
"""

import heapq
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from huiyin.accounts.models import User
from huiyin.cases import services as cases
from huiyin.cases.models import Case, Clock, Status
from huiyin.cases.services import ticking
from huiyin.conversations import services as conversations
from huiyin.core import clock
from huiyin.core.actors import Actor
from huiyin.language import rules
from huiyin.language.verdicts import Understanding, Verdict, replace
from huiyin.voices.services import Spoken
from huiyin.web.demo import content
from huiyin.web.demo.company import Cast
from huiyin.web.demo.pen import FEELINGS, Step, Story
from huiyin.web.demo.words import fill

SENT_AFTER = timedelta(seconds=2)
DEVICES = ("Android 14", "iOS 18", "Android 12", "Windows 11", "iOS 17", "HarmonyOS 4")
# The steps after which other deadlines run than before.
WINDING = frozenset({"hear", "receive", "reply", "dispute"})
TYPED = frozenset({"form", "widget", "email"})


class Stage:
    """Knows which case each story has become, and the deadlines that are still to come."""

    def __init__(self, cast: Cast, *, until: datetime) -> None:
        self._cast, self._until = cast, until
        self._numbers: dict[int, int] = {}
        self._alarms: list[tuple[datetime, int]] = []
        self._rings: dict[int, frozenset[datetime]] = {}
        self._people = {user.id: user for user in cast.staff.values()}
        self._names = {row.username: row for row in content.members()}
        self._verbs: dict[str, Callable[[Story, Step], Any]] = {
            "hear": self._hear,
            "receive": self._receive,
            "claim": self._claim,
            "reply": self._reply,
            "note": self._note,
            "partner": self._partner,
            "solve": self._solve,
            "settle": self._settle,
            "dispute": self._dispute,
            "wake": self._wake,
        }

    def play(self, stories: Sequence[Story]) -> None:
        """Everything until now, then the deadlines that have passed meanwhile."""
        told = {story.number: story for story in stories}
        turns = [
            (step.at, story.number, place) for story in stories for place, step in enumerate(story.steps)
        ]
        for at, number, place in sorted(turns):
            self._ring(at)
            story = told[number]
            step = story.steps[place]
            with clock.frozen(at):
                self._verbs[step.verb](story, step)
            if step.verb in WINDING:
                self._listen(self._numbers[number])
        self._ring(self._until)

    def _ring(self, until: datetime) -> None:
        """Let the deadlines before this moment pass, each at its own time."""
        while self._alarms and self._alarms[0][0] <= until:
            at, number = heapq.heappop(self._alarms)
            if at in self._rings[number]:
                with clock.frozen(at):
                    ticking.tick()

    def _listen(self, number: int) -> None:
        """Remember when the clocks of this case will ring; what it said before does not count any more."""
        running = Clock.objects.open().filter(case_id=number, breached_at=None)
        times = running.values_list("due_at", "warn_at")
        moments = frozenset(at for pair in times for at in pair if at is not None and at <= self._until)
        for at in moments - self._rings.get(number, frozenset()):
            heapq.heappush(self._alarms, (at, number))
        self._rings[number] = moments

    def _hear(self, story: Story, step: Step) -> None:
        script = story.script
        spoken = Spoken(
            source=story.source,
            text=step.text,
            subject=story.subject,
            kind=script.kind if story.source == "form" else "",
            product=script.product,
            person=self._cast.person(story.customer),
            context=_context(story),
        )
        taken = cases.hear(spoken, meaning=_meaning(story, step.text), by=self._customer(story))
        self._numbers[story.number] = taken.case.number

    def _receive(self, story: Story, step: Step) -> None:
        text = fill(step.text, story.known)
        spoken = Spoken(source=story.source, text=text, person=self._cast.person(story.customer))
        meaning = _meaning(story, text)
        cases.receive(self._case(story), spoken, meaning=meaning, by=self._customer(story))

    def _claim(self, story: Story, step: Step) -> None:
        cases.claim(self._case(story), by=self._cast.staff[step.who].actor)

    def _reply(self, story: Story, step: Step) -> None:
        user = self._speaker(story, step)
        body = self._said(story, step.text, user)
        message = cases.reply(self._case(story), body, then=step.then, by=user.actor)
        with clock.frozen(step.at + SENT_AFTER):
            conversations.mark_delivered(message)

    def _note(self, story: Story, step: Step) -> None:
        user = self._speaker(story, step)
        cases.note(self._case(story), self._said(story, step.text, user), by=user.actor)

    def _partner(self, story: Story, step: Step) -> None:
        user = self._speaker(story, step)
        reason = self._said(story, step.text, user)
        held = Case.objects.get(number=self._numbers[story.number])
        cases.transition(held, Status.PENDING_THIRD_PARTY, reason=reason, by=user.actor)

    def _solve(self, story: Story, step: Step) -> None:
        user = self._speaker(story, step)
        self._rings[self._numbers[story.number]] = frozenset()
        cases.solve(
            self._case(story),
            resolution=self._said(story, step.text, user),
            temporary_fix=self._said(story, story.script.workaround, user),
            by=user.actor,
        )

    def _settle(self, story: Story, step: Step) -> None:
        cases.confirm(self._case(story), score=step.score, comment=step.text, by=self._customer(story))

    def _dispute(self, story: Story, step: Step) -> None:
        cases.dispute(self._case(story), score=step.score, comment=step.text, by=self._customer(story))

    def _wake(self, story: Story, step: Step) -> None:
        cases.close_silent(self._case(story))

    def _case(self, story: Story) -> Case:
        """Enough of the case for a service, which reads and locks the row itself."""
        return Case(number=self._numbers[story.number])

    def _customer(self, story: Story) -> Actor:
        return self._cast.customers[story.customer.name].actor

    def _speaker(self, story: Story, step: Step) -> User:
        """The person of this step; `owner` is whoever owns the case at that moment."""
        if step.who != "owner":
            return self._cast.staff[step.who]
        owner = Case.objects.values_list("owner_id", flat=True).get(number=self._numbers[story.number])
        return self._people[owner]

    def _said(self, story: Story, template: str, user: User) -> str:
        row = self._names[user.username]
        return fill(template, story.known, agent=row.en if story.script.lang == "en" else row.zh)


def _meaning(story: Story, text: str) -> Understanding:
    """What the words say: urgency and evidence by the rules, the rest as the script means it."""
    script = story.script
    told = rules.understand(text, subject=story.subject)
    sure = 0.74 + (story.number * 37 % 23) / 100
    return replace(
        told,
        language=Verdict(script.lang, 0.99),
        category=_verdict(told.category, script.category, sure),
        kind=_verdict(told.kind, script.kind, sure),
        sentiment=_verdict(told.sentiment, FEELINGS.get(script.mood, "neutral"), sure),
        complete=True,
    )


def _verdict(told: Verdict, label: str, sure: float) -> Verdict:
    """The rules' own verdict where they agree, with its evidence."""
    evidence = told.evidence if told.label == label else ()
    return Verdict(label, max(sure, told.confidence if evidence else 0), evidence, "demo")


def _context(story: Story) -> dict[str, str]:
    """What a form or an app tells beside the words."""
    if story.source not in TYPED:
        return {}
    told = {"device": DEVICES[story.number % len(DEVICES)], "app_version": story.known["version"]}
    if story.known["order"] in story.text:
        told["order_id"] = story.known["order"]
    return told
