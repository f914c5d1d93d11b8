"""Voices as topics read them: those that may be counted, with their vectors, and where they stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet
from django.db.models.fields.json import KT

from huiyin.accounts.models import Contact
from huiyin.accounts.selectors.family import family_of
from huiyin.cases.events import CaseSplit
from huiyin.conversations.selectors import further_words
from huiyin.core import clock
from huiyin.core.ids import first_of
from huiyin.core.models import JournalEntry
from huiyin.core.persons import ERASED
from huiyin.insights.models import Member
from huiyin.privacy import selectors as privacy
from huiyin.privacy.models import Purpose
from huiyin.voices.models import Voice

LOOKED_BACK = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Said:
    """A voice that may be counted."""

    id: UUID
    at: datetime
    vector: bytes
    language: str
    product: UUID | None
    category: str


def countable(model: str, *, most: int) -> list[Said]:
    """The newest voices of the last weeks with a vector of that encoder, oldest first.

    Left out is who wants no analysis of their words, who was erased, and what goes on about a matter that is
    counted already.
    """
    since = clock.now() - LOOKED_BACK
    return _said(_with_vectors(model).filter(received_at__gte=since), most)


def waiting(model: str, *, since: datetime, most: int, only: Collection[UUID] = ()) -> list[Said]:
    """Those of them that stand in no topic yet; `only` looks at single ones."""
    rows = _with_vectors(model).filter(received_at__gte=since)
    # The key bounds what is read; the time of receipt has no index of its own.
    rows = rows.filter(id__in=only) if only else rows.filter(id__gte=first_of(since))
    return _said(rows.exclude(Exists(Member.objects.filter(voice=OuterRef("pk")))), most)


def topic_of_each(voices: Sequence[Said]) -> dict[UUID, UUID]:
    """The topic of each voice that has one."""
    oldest = min((said.at for said in voices), default=clock.now())
    known = Member.objects.filter(at__gte=oldest).values_list("voice_id", "topic_id")
    wanted = {said.id for said in voices}
    return {voice: topic for voice, topic in known if voice in wanted}


def goings_on() -> QuerySet[Member]:
    """Places that words which only go on in a thread were given before they were left out."""
    return Member.objects.filter(at__gte=clock.now() - LOOKED_BACK).filter(_goes_on("voice"))


def _with_vectors(model: str) -> QuerySet[Voice]:
    rows = Voice.objects.filter(is_understood=True, understanding__vector_model=model)
    return rows.exclude(vector=None).exclude(text=ERASED).filter(~_goes_on("pk"))


def _goes_on(voice: str) -> Exists:
    """Is it no matter of its own? Words that somebody split off are one, though their thread had begun."""
    return Exists(further_words().filter(voice=OuterRef(voice)).exclude(id__in=_split_off()))


def _split_off() -> list[str]:
    split = JournalEntry.objects.filter(name=CaseSplit.name, at__gte=clock.now() - LOOKED_BACK)
    return list(split.values_list("data__message", flat=True))


def _said(rows: QuerySet[Voice], most: int) -> list[Said]:
    columns = ("id", "received_at", "vector", "language", "product_id", "contact")
    voices = rows.select_related("contact__merged_into").only(
        *columns, "contact__choices", "contact__merged_into"
    )
    named = voices.annotate(category=KT("understanding__category__label"))
    newest = named.order_by("-received_at", "-id")[:most]
    told = [_one(voice) for voice in newest if privacy.allows(voice.contact, Purpose.ANALYTICS)]
    return told[::-1]


def _one(voice: Any) -> Said:
    """A row with its category beside it."""
    vector, category = bytes(voice.vector or b""), voice.category or ""
    return Said(voice.id, voice.received_at, vector, voice.language, voice.product_id, category)


def extents(topics: Collection[UUID]) -> dict[UUID, tuple[int, datetime, datetime]]:
    """How many voices each topic has, the first and the last of them. One query."""
    rows = Member.objects.filter(topic__in=topics).values("topic").order_by("topic")
    told = rows.annotate(size=Count("id"), first=Min("at"), last=Max("at"))
    return {row["topic"]: (row["size"], row["first"], row["last"]) for row in told}


def persons_of(contact: UUID) -> list[UUID]:
    """Every contact that this person is."""
    return family_of(Contact.objects.get(id=contact))
