"""The night's look at topics: what has become alike is joined, what came apart is divided, and keys stay."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.module_loading import import_string

from huiyin.core import journal
from huiyin.core.actors import SYSTEM
from huiyin.insights import vectors
from huiyin.insights.events import TopicJoined
from huiyin.insights.matching import heirs, matched
from huiyin.insights.models import FREQUENT, Member, Space, Topic
from huiyin.insights.selectors import members
from huiyin.insights.selectors.members import Said
from huiyin.insights.services.leaving import leave, recount
from huiyin.insights.services.naming import name_anew
from huiyin.insights.services.placing import find, member_of, topic_of
from huiyin.language import services as language
from huiyin.language.topics import regrouped
from huiyin.language.topics.grouping import CUT, CUTS

if TYPE_CHECKING:
    from huiyin.insights.vectors import Matrix

LINKING = "huiyin.insights.tasks.link"
MOST = 20_000  # voices that a night reads
_OF_ONE_PRODUCT = 0.8
_SHADE = 0.05


@dataclass(frozen=True)
class Night:
    """What a night was given and found: voices, their rows, the topic of each before and after."""

    voices: Sequence[Said]
    rows: "Matrix"
    before: Sequence[UUID | None]
    after: Sequence[UUID]
    new: Mapping[UUID, Topic]


def link_soon() -> None:
    """Have the topics looked at by a job now instead of by night."""
    import_string(LINKING).enqueue()


def link() -> dict[str, int]:
    """Look at the voices of the last weeks together; how many topics there are, and how many voices moved.

    The sums are long and run outside the transaction: who moved meanwhile, by hand or by the live view, stays
    there. Events: topic.joined for frequent topics that went into others, topic.found.
    """
    leave(members.goings_on())
    model = language.vector_model()
    voices = members.countable(model, most=MOST) if model else []
    if not voices:
        return {"topics": 0, "moved": 0}
    whole = vectors.unpacked([said.vector for said in voices])
    mean = vectors.shared(whole)
    night = _looked(voices, vectors.apart(whole, mean), model)
    with transaction.atomic():
        Space.objects.update_or_create(model=model, defaults={"mean": vectors.packed(mean)})
        list(Space.objects.select_for_update().filter(model=model))
        return _written(night, model)


def _looked(voices: Sequence[Said], rows: "Matrix", model: str) -> Night:
    known = members.topic_of_each(voices)
    before = [known.get(said.id) for said in voices]
    kept = set(Topic.objects.filter(is_kept=True).values_list("id", flat=True))
    numbers = {key: place for place, key in enumerate(dict.fromkeys(filter(None, before)))}
    groups = regrouped(rows, [numbers.get(was) if was else None for was in before], _cut(voices))
    found = matched(groups, before, kept)
    new: dict[UUID, Topic] = {}
    for group, key in found.items():
        if key is None:
            topic = topic_of(voices[groups.index(group)].at, model)
            found[group], new[topic.id] = topic.id, topic
    # What people formed stays as they formed it.
    after = [was if was in kept else found[group] for was, group in zip(before, groups, strict=True)]
    return Night(voices, rows, before, after, new)  # type: ignore[arg-type]


def _cut(voices: Sequence[Said]) -> float:
    """By the language that most of them are written in."""
    return CUTS.get(Counter(said.language for said in voices).most_common(1)[0][0], CUT)


def _written(night: Night, model: str) -> dict[str, int]:
    Topic.objects.bulk_create(night.new.values())
    moved = _move(night, model)
    _retire(heirs(night.before, night.after))
    changed = _counted(night, model)
    seen = [topic for topic in changed if topic.size >= FREQUENT]
    name_anew([topic for topic in seen if topic.found_at])
    find([topic for topic in seen if topic.found_at is None])
    Topic.objects.filter(size=0, state=Topic.State.OPEN, found_at=None).delete()
    return {"topics": len(changed), "moved": moved}


def _move(night: Night, model: str) -> int:
    """Write where each voice stands now, unless it was moved while we counted; how many changed their topic."""
    rows = {row.voice_id: row for row in Member.objects.filter(at__gte=night.voices[0].at)}
    made, changed, moved = [], [], 0
    near = _strengths(night)
    for said, was, now, strength in zip(night.voices, night.before, night.after, near, strict=True):
        row = rows.get(said.id)
        if row is None:
            made.append(member_of(said, topic=now, strength=strength, model=model))
        elif row.topic_id == was and _differs(row, now, strength, model):
            row.topic_id, row.strength, row.model = now, strength, model
            changed.append(row)
            moved += was != now
    Member.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    Member.objects.bulk_update(changed, ["topic", "strength", "model"], batch_size=200)
    return moved


def _differs(row: Member, topic: UUID, strength: float, model: str) -> bool:
    """Worth a write: a shade nearer or farther is not, since a night would write every row."""
    return (row.topic_id, row.model) != (topic, model) or abs(row.strength - strength) > _SHADE


def _strengths(night: Night) -> list[float]:
    """How near each voice is to the middle of its topic."""
    units = {key: total / max(float((total @ total) ** 0.5), 1e-9) for key, total in _totals(night).items()}
    return [float(units[key] @ row) for key, row in zip(night.after, night.rows, strict=True)]


def _totals(night: Night) -> dict[UUID, "Matrix"]:
    places: dict[UUID, list[int]] = defaultdict(list)
    for place, key in enumerate(night.after):
        places[key].append(place)
    return {key: night.rows[held].sum(axis=0) for key, held in places.items()}


def _retire(joined: Mapping[UUID, UUID]) -> None:
    """Topics that went into others lead there; those that nobody ever saw go without a trace."""
    topics = Topic.objects.in_bulk([*joined, *joined.values()])
    facts = []
    for was, now in joined.items():
        gone, heir = topics.get(was), topics.get(now)
        if gone is None or heir is None:
            continue  # erased with their last voice while we counted
        Member.objects.filter(topic=gone).update(topic=heir)
        if gone.found_at is None:
            gone.delete()
            continue
        Topic.objects.filter(merged_into=gone).update(merged_into=heir)
        gone.state, gone.merged_into, gone.size, gone.total = Topic.State.MERGED, heir, 0, None
        gone.save(update_fields=["state", "merged_into", "size", "total"])
        facts.append(TopicJoined(subject=gone.key, into=heir.key))
    journal.publish_all(facts, by=SYSTEM)


def _counted(night: Night, model: str) -> list[Topic]:
    """Bring sizes, times, sums and products of the topics up to what was written."""
    totals, products = _totals(night), defaultdict(list)
    for said, key in zip(night.voices, night.after, strict=True):
        products[key].append(said.product)
    topics = list(Topic.objects.filter(id__in=totals).order_by("id"))
    for topic in topics:
        topic.total, topic.model = vectors.packed(totals[topic.id]), model
        topic.product_id = _product(products[topic.id])
    Topic.objects.bulk_update(topics, ["total", "model", "product"], batch_size=100)
    recount(topics)
    return topics


def _product(named: Sequence[UUID | None]) -> UUID | None:
    """The product that nearly all voices are about."""
    product, count = Counter(named).most_common(1)[0]
    return product if product and count >= _OF_ONE_PRODUCT * len(named) else None
