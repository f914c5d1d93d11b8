"""The live view of topics: each new voice joins the topic that is nearest to it, or leads one of its own."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from huiyin.cases.models import Case
from huiyin.core import clock, journal
from huiyin.core.actors import SYSTEM
from huiyin.core.ids import uuid7
from huiyin.insights import vectors
from huiyin.insights.events import TopicFound
from huiyin.insights.models import FREQUENT, Member, Space, Topic
from huiyin.insights.selectors import members
from huiyin.insights.selectors.members import LOOKED_BACK, Said
from huiyin.insights.selectors.topics import voices_in
from huiyin.insights.services.naming import name_anew
from huiyin.language import services as language
from huiyin.language.topics import Stream

if TYPE_CHECKING:
    from huiyin.insights.vectors import Matrix

PLACED = 500
SWEPT = timedelta(hours=2)
_SAMPLED = 2_000


def place(only: Collection[UUID] = ()) -> int:
    """Put voices that stand in no topic yet into one; how many. Twice is once; nothing without models.

    Without names of voices all of the last two hours are looked at. Events: topic.found, when enough users speak
    of the same.
    """
    model = language.vector_model()
    if not model:
        return 0
    since = clock.now() - (LOOKED_BACK if only else SWEPT)
    if not members.waiting(model, since=since, most=1, only=only):
        return 0
    with transaction.atomic():
        space = _space(model)
        voices = members.waiting(model, since=since, most=PLACED, only=only)
        return _placed(voices, model, vectors.unpacked([bytes(space.mean)])[0]) if voices else 0


def _space(model: str) -> Space:
    """What voices of this encoder share, locked, so that two workers never lead the same topic twice."""
    space = Space.objects.select_for_update().filter(model=model).first()
    if space is None:
        known = members.countable(model, most=_SAMPLED)
        mean = vectors.shared(vectors.unpacked([said.vector for said in known]))
        Space.objects.get_or_create(model=model, defaults={"mean": vectors.packed(mean)})
        space = Space.objects.select_for_update().get(model=model)
    return space


def _placed(voices: Sequence[Said], model: str, mean: "Matrix") -> int:
    since = clock.now() - LOOKED_BACK
    known = Topic.objects.filter(model=model, last_at__gte=since).exclude(state=Topic.State.MERGED)
    topics = list(known.exclude(total=None).order_by("id"))
    rows = vectors.apart(vectors.unpacked([said.vector for said in voices]), mean)
    stream = _stream(topics, rows.shape[1])
    made, rest = [], []
    for said, row in zip(voices, rows, strict=True):
        group = stream.add(row)
        if group == len(topics):
            topics.append(topic_of(said.at, model))
            rest.append(topics[-1])
        made.append((topics[group], said, stream.nearness(group, row)))
    _keep(made, rest, dict(zip((topic.id for topic in topics), stream.sums, strict=True)))
    return len(made)


def _stream(topics: Sequence[Topic], dim: int) -> Stream:
    if not topics:
        return Stream(dim)
    sums = vectors.unpacked([bytes(topic.total or b"") for topic in topics])
    return Stream.resumed(sums, [topic.size for topic in topics])


def _keep(made: list[tuple[Topic, Said, float]], new: list[Topic], sums: dict[UUID, Any]) -> None:
    touched = {topic.id: topic for topic, _said, _near in made}
    before = {key: topic.size for key, topic in touched.items()}
    for topic, said, _near in made:
        topic.size += 1
        topic.first_at, topic.last_at = min(topic.first_at, said.at), max(topic.last_at, said.at)
        topic.total = vectors.packed(sums[topic.id])
    Topic.objects.bulk_create(new)
    old = [topic for key, topic in touched.items() if before[key]]
    Topic.objects.bulk_update(old, ["size", "first_at", "last_at", "total"], batch_size=100)
    Member.objects.bulk_create(
        member_of(said, topic=topic.id, strength=near, model=topic.model) for topic, said, near in made
    )
    find([topic for topic in touched.values() if topic.size >= FREQUENT and topic.found_at is None])


def count_anew(number: int) -> int:
    """Count the voices of a case under its category and its product as they are now; how many."""
    case = Case.objects.get(number=number)
    places = Member.objects.filter(voice__in=voices_in(Case.objects.filter(number=number)))
    return places.update(category=case.category, product=case.product_id)


def find(topics: Collection[Topic]) -> None:
    """Name topics that have become frequent, and say that they were found."""
    name_anew(topics)
    for topic in topics:
        topic.found_at = clock.now()
    Topic.objects.bulk_update(topics, ["found_at"], batch_size=100)
    journal.publish_all([TopicFound(subject=topic.key) for topic in topics], by=SYSTEM)


def member_of(said: Said, *, topic: UUID, strength: float, model: str) -> Member:
    """The place of a voice in a topic, not written yet."""
    return Member(
        topic_id=topic,
        voice_id=said.id,
        category=said.category[:80],
        product_id=said.product,
        strength=strength,
        model=model,
        at=said.at,
    )


def topic_of(at: Any, model: str) -> Topic:
    """A topic without voices yet. Its key is short enough to be spoken of."""
    key = uuid7()
    return Topic(id=key, key=f"t-{key.hex[-10:]}", model=model, first_at=at, last_at=at)
