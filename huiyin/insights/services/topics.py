"""What people do with topics: name them, say whose they are, hide them, say that two are one."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.core import journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid
from huiyin.insights import vectors
from huiyin.insights.events import TopicKept, TopicMerged
from huiyin.insights.models import Member, Topic
from huiyin.insights.selectors.members import extents
from huiyin.insights.services.naming import name_anew
from huiyin.language import pii

CHANGED = ("title", "owner", "state")
LONGEST_TITLE = 80


@transaction.atomic
def change(topic: Topic, values: Mapping[str, Any], *, by: Actor) -> Topic:
    """Give a topic a title (empty: our own name again), an owner or a state. A titled topic stays as it is formed.

    Refuses a title that names somebody, and a topic that was merged. Events: topic.kept with the changed fields.
    """
    _refuse_merged(topic)
    fields = [name for name in CHANGED if name in values and getattr(topic, name) != values[name]]
    if not fields:
        return topic
    for name in fields:
        setattr(topic, name, values[name])
    _check(topic.title)
    topic.is_kept = topic.is_kept or bool(topic.title)
    topic.save(update_fields=[*fields, "is_kept"])
    journal.publish(TopicKept(subject=topic.key, fields=fields), by=by)
    return topic


@transaction.atomic
def merge(topic: Topic, *, into: Topic, by: Actor) -> Topic:
    """Put all voices of a topic into another one, which stays so formed; the old key leads there.

    Refuses a topic into itself, and topics that were merged already. Events: topic.merged.
    """
    topic, into = _locked(topic, into)
    if topic == into:
        raise Invalid("topic_same", _("Choose another topic."), field="into")
    _refuse_merged(topic)
    _refuse_merged(into)
    Member.objects.filter(topic=topic).update(topic=into)
    Topic.objects.filter(merged_into=topic).update(merged_into=into)
    if topic.total and into.total and topic.model == into.model:
        into.total = vectors.packed(vectors.unpacked([bytes(topic.total), bytes(into.total)]).sum(axis=0))
    into.size, into.first_at, into.last_at = extents([into.id])[into.id]
    into.is_kept = True
    into.save(update_fields=["size", "first_at", "last_at", "total", "is_kept"])
    topic.state, topic.merged_into, topic.size, topic.total = Topic.State.MERGED, into, 0, None
    topic.save(update_fields=["state", "merged_into", "size", "total"])
    name_anew([into])
    journal.publish(TopicMerged(subject=topic.key, into=into.key), by=by)
    return into


def _locked(*topics: Topic) -> list[Topic]:
    """The rows as they are now, locked in one order whoever is merged into whom."""
    rows = Topic.objects.select_for_update().filter(id__in={topic.id for topic in topics}).order_by("id")
    now = {topic.id: topic for topic in rows}
    return [now[topic.id] for topic in topics]


def _refuse_merged(topic: Topic) -> None:
    if topic.state == Topic.State.MERGED:
        raise Conflict("topic_merged", _("This topic has become part of another one."))


def _check(title: str) -> None:
    if len(title) > LONGEST_TITLE:
        raise Invalid("title_too_long", _("At most 80 characters, please."), field="title")
    if pii.masked(title) != title:
        raise Invalid("title_personal", _("A name of a topic must not name anybody."), field="title")
