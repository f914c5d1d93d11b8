"""Topics as people read them: found, listed with their course, and down to the words of users."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.timezone import localtime

from huiyin.cases.models import Case
from huiyin.cases.selectors.access import cases_for
from huiyin.cases.selectors.notices import Thing
from huiyin.conversations.models import Message
from huiyin.core import clock
from huiyin.core.errors import NotFound
from huiyin.core.paging import Page, cursor_page
from huiyin.core.persons import ERASED
from huiyin.insights.models import FREQUENT, Member, Topic
from huiyin.insights.selectors.counts import zone
from huiyin.language import pii

COURSE_DAYS = 30
BAR_WIDTH, TALLEST = 10, 64  # of a drawing that is stretched to its place
SHOWN_WORDS = 240
VOICES = 20
MERGEABLE = 200


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """One voice of a topic, personal data hidden, and the case that came of it if the reader may see it."""

    text: str
    at: Any
    strength: float
    case: Case | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a topic's course, as it is drawn: place from the left, and how tall of `TALLEST`."""

    day: date
    count: int
    x: int
    tall: int

    @property
    def y(self) -> int:
        return TALLEST - self.tall


def things(keys: Collection[str]) -> dict[str, Thing]:
    """What topics are called and where they are read of, for the bell."""
    return {
        topic.key: Thing(topic.shown, reverse("insight_topic", args=[topic.key]))
        for topic in Topic.objects.filter(key__in=keys)
    }


def topic_named(key: str) -> Topic:
    """The topic of a key, as the address says it: a merged one is found too. Raises NotFound."""
    topic = Topic.objects.select_related("merged_into", "owner", "product").filter(key=key).first()
    if topic is None:
        raise NotFound("topic_absent", "")
    return topic


def topics(*, state: str, text: str = "", cursor: str = "") -> Page:
    """Frequent topics in one state, the largest first; `text` is looked for in names and keywords."""
    rows = Topic.objects.filter(state=state, size__gte=FREQUENT).select_related("owner", "product")
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(name__icontains=text) | Q(keywords__icontains=text))
    return cursor_page(rows, order=("-size", "id"), cursor=cursor)


def others(topic: Topic) -> list[Topic]:
    """Topics into which this one may be merged."""
    rows = Topic.objects.filter(size__gte=FREQUENT).exclude(state=Topic.State.MERGED).exclude(id=topic.id)
    return list(rows.order_by("-size", "id")[:MERGEABLE])


def course_of(topic: Topic) -> list[Bar]:
    """Its last thirty days in the house's zone, those without a voice too."""
    today = localtime(clock.now(), zone()).date()
    days = [today - timedelta(days=back) for back in reversed(range(COURSE_DAYS))]
    rows = topic.members.filter(at__gte=clock.now() - timedelta(days=COURSE_DAYS + 1))
    cut = rows.annotate(day=TruncDate("at", tzinfo=zone())).values("day").order_by("day")
    counts = {row["day"]: row["count"] for row in cut.annotate(count=Count("id"))}
    most = max([counts.get(day, 0) for day in days] or [0]) or 1
    return [
        Bar(day, counts.get(day, 0), place * BAR_WIDTH, round(TALLEST * counts.get(day, 0) / most))
        for place, day in enumerate(days)
    ]


def voices_of(topic: Topic, user: Any, *, cursor: str = "") -> Page:
    """The words of users in this topic, newest first, as far as the reader may see their cases. Two queries."""
    rows = members_for(user).filter(topic=topic).exclude(voice__text=ERASED).select_related("voice")
    page = cursor_page(rows, order=("-at", "id"), cursor=cursor, limit=VOICES)
    cases = _cases_of([member.voice_id for member in page.items], user)
    told = [
        VoiceRow(_shown(member.voice), member.at, member.strength, cases.get(member.voice_id))
        for member in page.items
    ]
    return Page(told, page.next)


def members_for(user: Any) -> QuerySet[Member]:
    """Places of voices that this person may read: of everybody's, or of the cases that their rights reach."""
    if any(line is None and team is None for _role, line, team in user.held):
        return Member.objects.all()
    return Member.objects.filter(voice__in=voices_in(cases_for(user)))


def voices_in(cases: QuerySet[Case]) -> QuerySet[Message, Any]:
    """The voices that these cases came of."""
    heard = Message.objects.filter(conversation__in=cases.values("conversation")).exclude(voice=None)
    return heard.values("voice")


def _cases_of(voices: Collection[UUID], user: Any) -> dict[UUID, Case]:
    """The newest case of each voice's thread."""
    threads = dict(Message.objects.filter(voice__in=voices).values_list("voice", "conversation"))
    cases = cases_for(user).filter(conversation__in=set(threads.values())).order_by("number")
    by_thread = {case.conversation_id: case for case in cases}
    return {voice: by_thread[thread] for voice, thread in threads.items() if thread in by_thread}


def _shown(voice: Any) -> str:
    whole = f"{voice.subject}：{voice.text}" if voice.subject else voice.text
    line = " ".join(pii.masked(whole).split())
    return line if len(line) <= SHOWN_WORDS else f"{line[:SHOWN_WORDS].rstrip()}…"
