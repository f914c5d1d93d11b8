"""What the archive of cases says about a period: what came most, where it waited, how often it changed hands."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import BusinessLine
from huiyin.cases.models import Case, Status
from huiyin.cases.selectors.access import cases_for
from huiyin.conversations.models import Conversation
from huiyin.conversations.selectors import words_while_waiting
from huiyin.core import clock
from huiyin.core.models import JournalEntry
from huiyin.insights.models import FREQUENT, Matter, Member, Swell, Topic
from huiyin.insights.selectors.swells import swelling
from huiyin.insights.selectors.topics import members_for, voices_in
from huiyin.insights.waiting import FACTS, Fact, Wait, stretches, waits
from huiyin.language import labels

PERIODS = (7, 30, 90)
SHOWN = 12
READ_CASES = 20_000
_BATCH = 500


@dataclass(frozen=True)
class Period:
    """So many days up to a moment, over one business line or all."""

    days: int
    until: datetime
    line: BusinessLine | None = None

    @cached_property
    def since(self) -> datetime:
        return self.until - timedelta(days=self.days)

    @cached_property
    def before(self) -> "Period":
        """As many days just before."""
        return Period(self.days, self.since, self.line)


@dataclass(frozen=True, slots=True)
class Issue:
    """One line of frequent issues: how often now and before, by how many users, how often handed over."""

    key: str
    name: str
    count: int
    before: int
    people: int = 0
    handovers: int = 0
    reopened: int = 0
    swell: Swell | None = None

    @property
    def change(self) -> int | None:
        """By how many percent it came more often than before; None when it is new."""
        return round(100 * (self.count - self.before) / self.before) if self.before else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The period in a handful of numbers."""

    cases: int
    handovers: int
    handed_over: int
    reopened: int
    chasers: int
    chased: int

    @property
    def handed_share(self) -> int:
        return self._share(self.handed_over)

    @property
    def chased_share(self) -> int:
        return self._share(self.chased)

    def _share(self, some: int) -> int:
        """Percent of the cases."""
        return round(100 * some / self.cases) if self.cases else 0


def period_of(days: str, line: str) -> Period:
    """The period that an address names; what is not offered is the month, over all lines."""
    wanted = next((each for each in PERIODS if str(each) == days), 30)
    lines = {str(each.key): each for each in people.directory().lines.values()}
    return Period(wanted, clock.now(), lines.get(line))


def figures(user: Any, period: Period) -> Figures:
    """How many, how often in other hands, opened again, and asked after while nothing came from us. Two queries."""
    told = _opened(user, period).aggregate(
        cases=Count("number"),
        handovers=Sum("handover_count", default=0),
        handed_over=Count("number", filter=Q(handover_count__gt=0)),
        reopened=Sum("reopened_count", default=0),
    )
    threads = Conversation.objects.filter(id__in=_opened(user, period).values("conversation"))
    again = words_while_waiting(threads)
    asked = again.aggregate(chasers=Count("id"), chased=Count("conversation", distinct=True))
    return Figures(**told, **asked)


def by_topic(user: Any, period: Period) -> list[Issue]:
    """Topics by the voices that came in the period. Four queries, however many topics there are."""
    now = _members(user, period).annotate(count=Count("id"), people=Count("voice__contact", distinct=True))
    rows = list(now.filter(count__gte=FREQUENT).order_by("-count", "topic")[:SHOWN])
    keys = [row["topic"] for row in rows]
    before = _members(user, period.before).filter(topic__in=keys).annotate(count=Count("id"))
    was = {row["topic"]: row["count"] for row in before}
    found, swells = _shown_topics(keys), swelling(Matter.TOPIC, keys)
    return [
        Issue(
            found[row["topic"]].key,
            found[row["topic"]].shown,
            row["count"],
            was.get(row["topic"], 0),
            people=row["people"],
            swell=swells.get(row["topic"]),
        )
        for row in rows
        if row["topic"] in found
    ]


def by_category(user: Any, period: Period) -> list[Issue]:
    """Cases by what they are about. Three queries."""
    names = labels.names("category")

    def named(key: str) -> tuple[str, str]:
        return key, str(names.get(key, key)) or _("Not classified")

    return _issues(user, period, Matter.CATEGORY, named)


def by_product(user: Any, period: Period) -> list[Issue]:
    """Cases by product. Three queries."""
    known = people.directory().products

    def named(key: UUID | None) -> tuple[str, str]:
        product = known.get(key) if key else None
        return (product.key, product.name) if product else ("", _("No product"))

    return _issues(user, period, Matter.PRODUCT, named)


def waiting(user: Any, period: Period) -> list[Wait]:
    """Where the cases of the period waited, by state and team, with the names of both. The longest first."""
    teams = {str(key): team.name for key, team in people.directory().teams.items()}
    states = dict(Status.choices)
    return [
        Wait(str(states.get(each.state, each.state)), teams.get(each.team, ""), *_rest(each))
        for each in waits(stretches(_facts(user, period), period.until))
    ]


def bottleneck(waits: Sequence[Wait]) -> Wait | None:
    """The step of ours where most time went. Waiting for the user to say that it is solved is none of ours."""
    return next((wait for wait in waits if wait.state != str(Status.SOLVED.label)), None)


def _rest(wait: Wait) -> tuple[int, timedelta, timedelta, float]:
    return wait.cases, wait.median, wait.most, wait.share


def _facts(user: Any, period: Period) -> Iterable[Fact]:
    """The journal of the newest cases, a few hundred at a time."""
    numbers = list(_opened(user, period).order_by("-number").values_list("number", flat=True)[:READ_CASES])
    for start in range(0, len(numbers), _BATCH):
        subjects = [str(number) for number in numbers[start : start + _BATCH]]
        rows = JournalEntry.objects.filter(subject_kind="case", subject__in=subjects, name__in=FACTS)
        for row in rows.order_by("seq").values_list("subject", "name", "at", "data"):
            yield Fact(*row)


def _issues(
    user: Any, period: Period, column: Matter, named: Callable[[Any], tuple[str, str]]
) -> list[Issue]:
    """`named` tells the key that lists know and the name that people read."""
    told = _grouped(user, period, column).annotate(
        count=Count("number"),
        people=Count("contact", distinct=True),
        handovers=Sum("handover_count"),
        reopened=Sum("reopened_count"),
    )
    rows = list(told.order_by("-count", column)[:SHOWN])
    former = _grouped(user, period.before, column).annotate(count=Count("number"))
    before = {row[column]: row["count"] for row in former}
    swells = swelling(column, [row[column] for row in rows if row[column]])
    return [
        Issue(
            *named(row[column]),
            row["count"],
            before.get(row[column], 0),
            row["people"],
            row["handovers"],
            row["reopened"],
            swells.get(row[column]),
        )
        for row in rows
    ]


def _grouped(user: Any, period: Period, column: str) -> QuerySet[Case, Any]:
    return _opened(user, period).values(column).order_by(column)


def _opened(user: Any, period: Period) -> QuerySet[Case]:
    """Cases of the period that this person may see, those that were merged into others left out."""
    cases = cases_for(user).filter(opened_at__gt=period.since, opened_at__lte=period.until, merged_into=None)
    return cases.filter(product__line=period.line) if period.line else cases


def _members(user: Any, period: Period) -> QuerySet[Member, Any]:
    rows = members_for(user).filter(at__gt=period.since, at__lte=period.until)
    if period.line:
        rows = rows.filter(voice__in=voices_in(cases_for(user).filter(product__line=period.line)))
    return rows.values("topic").order_by("topic")


def _shown_topics(keys: Sequence[UUID]) -> dict[UUID, Topic]:
    return {topic.id: topic for topic in Topic.objects.filter(id__in=keys, state=Topic.State.OPEN)}
