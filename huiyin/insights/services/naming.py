"""Names of topics in plain words: those that two people or more share there and the rest does not use."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from huiyin.core.persons import ERASED
from huiyin.insights.models import Member, Topic
from huiyin.language import pii
from huiyin.language.topics import named

READ = 200  # of one topic, the newest
IN_NAME = 3
BESIDE = 1_000  # of all others, to tell what is particular
_PLACEHOLDER = re.compile(r"<[A-Z]+(?:_\d+)?>")
_LONGEST = 120


def name_anew(topics: Collection[Topic]) -> int:
    """Give topics their names and keywords by what their voices say now; how many were named.

    Personal data is taken out first, and all that one person said counts once, so that a name of somebody cannot
    become the name of a topic. A title that a person gave is never touched.
    """
    if not topics:
        return 0
    texts, groups = [], []
    for place, topic in enumerate(topics):
        said = _said(topic.members.order_by("-at")[:READ])
        texts += said
        groups += [place] * len(said)
    others = Member.objects.exclude(topic__in=[topic.id for topic in topics]).order_by("-at")[:BESIDE]
    rest = _said(others)
    told = named([*texts, *rest], [*groups, *[len(topics)] * len(rest)])
    for place, topic in enumerate(topics):
        if place in told:
            topic.keywords = _telling(told[place].keywords)
            topic.name = " · ".join(topic.keywords[:IN_NAME])[:_LONGEST]
    return Topic.objects.bulk_update(topics, ["name", "keywords"], batch_size=100)


def _telling(keywords: Sequence[str]) -> list[str]:
    """Without single characters, which say little alone, where there is more."""
    return [word for word in keywords if len(word) > 1] or list(keywords)


def _said(members: Iterable[Member]) -> list[str]:
    """The words of these voices, one text for each person."""
    keys = [member.voice_id for member in members]
    rows = Member.objects.filter(voice__in=keys).exclude(voice__text=ERASED)
    by_person: dict[UUID, list[str]] = defaultdict(list)
    for person, subject, text in rows.values_list("voice__contact", "voice__subject", "voice__text"):
        by_person[person].append(nameless(f"{subject}\n{text}"))
    return ["\n".join(dict.fromkeys(texts)) for texts in by_person.values()]


def nameless(text: str) -> str:
    """The text without what was found to be personal in it."""
    return _PLACEHOLDER.sub(" ", pii.mask(text).text).strip()
