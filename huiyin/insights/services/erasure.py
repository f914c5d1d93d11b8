"""What topics forget when a person is erased: the voice's place, its part of the sum, and words of theirs."""

from collections.abc import Collection
from uuid import UUID

from huiyin.core import erasing
from huiyin.core.persons import Person, Traces
from huiyin.insights import vectors
from huiyin.insights.models import Member, Space, Topic
from huiyin.insights.services.linking import recount
from huiyin.insights.services.naming import name_anew


def erase(person: Person, traces: Traces) -> int:
    """Take this person's voices out of their topics, and name those anew by what the others say."""
    return take_out([person.contact])


def take_out(contacts: Collection[UUID]) -> int:
    """The same for who wants no analysis of their words any more; how many voices left their topics."""
    theirs = Member.objects.filter(voice__contact__in=contacts)
    topics = list(Topic.objects.filter(id__in=theirs.values("topic")).order_by("id"))
    done = erasing.delete(theirs)
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


def _total(topic: Topic) -> bytes | None:
    """The sum of the voices that are left, apart from what all share."""
    space = Space.objects.filter(model=topic.model).first()
    rows = topic.members.filter(model=topic.model).exclude(voice__vector=None)
    kept = [bytes(row or b"") for row in rows.values_list("voice__vector", flat=True)]
    if space is None or not kept:
        return None
    mean = vectors.unpacked([bytes(space.mean)])[0]
    return vectors.packed(vectors.apart(vectors.unpacked(kept), mean).sum(axis=0))
