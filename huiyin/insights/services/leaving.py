"""How voices leave their topics, and what is left of those: sizes, sums, names."""

from collections.abc import Sequence

from django.db.models import QuerySet

from huiyin.core import erasing
from huiyin.insights import vectors
from huiyin.insights.models import Member, Space, Topic
from huiyin.insights.selectors import members
from huiyin.insights.services.naming import name_anew


def leave(places: QuerySet[Member]) -> int:
    """Take these voices out of their topics, and name those anew by what the others say; how many left."""
    topics = list(Topic.objects.filter(id__in=places.values("topic")).order_by("id"))
    done = erasing.delete(places)
    if not topics:
        return done
    recount(topics)
    Topic.objects.filter(id__in=[topic.id for topic in topics], size=0).delete()
    left = [topic for topic in topics if topic.size]
    for topic in left:
        topic.total = _total(topic)
    Topic.objects.bulk_update(left, ["total"], batch_size=100)
    name_anew([topic for topic in left if topic.found_at])
    return done


def recount(topics: Sequence[Topic]) -> None:
    """Sizes and times of these topics by the voices that stand in them."""
    told = members.extents([topic.id for topic in topics])
    for topic in topics:
        size, first, last = told.get(topic.id, (0, topic.first_at, topic.last_at))
        topic.size, topic.first_at, topic.last_at = size, first, last
    Topic.objects.bulk_update(topics, ["size", "first_at", "last_at"], batch_size=100)


def _total(topic: Topic) -> bytes | None:
    """The sum of the voices that are left, apart from what all share."""
    space = Space.objects.filter(model=topic.model).first()
    rows = topic.members.filter(model=topic.model).exclude(voice__vector=None)
    kept = [bytes(row or b"") for row in rows.values_list("voice__vector", flat=True)]
    if space is None or not kept:
        return None
    mean = vectors.unpacked([bytes(space.mean)])[0]
    return vectors.packed(vectors.apart(vectors.unpacked(kept), mean).sum(axis=0))
