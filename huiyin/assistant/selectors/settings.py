"""What the assistant goes by at the moment."""

from uuid import UUID

from huiyin.assistant.models import HumanTopic, Ranker, Tuning
from huiyin.assistant.ranking import ranker
from huiyin.core.errors import NotFound


def tuning() -> Tuning:
    """The newest thresholds; those the product ships with while nobody has set any."""
    return Tuning.objects.order_by("-at", "-id").first() or Tuning()


def tunings(limit: int = 20) -> list[Tuning]:
    """How the thresholds were set, newest first."""
    return list(Tuning.objects.select_related("by").order_by("-at", "-id")[:limit])


def human_topics() -> list[HumanTopic]:
    """Topics that only people answer."""
    return list(HumanTopic.objects.select_related("by").order_by("kind", "value"))


def live_ranker() -> Ranker | None:
    """The learnt ranker in use; None while the shipped one is."""
    return Ranker.objects.filter(status=Ranker.Status.LIVE).first()


def ranker_in_use() -> ranker.Ranker:
    """The ranker that answers now, read anew: ask once a question and pass it on."""
    live = live_ranker()
    return ranker.from_json(live.name, live.weights) if live else ranker.shipped()


def rankers() -> list[Ranker]:
    return list(Ranker.objects.order_by("-fitted_at", "-id")[:10])


def topic_named(topic_id: UUID) -> HumanTopic:
    topic = HumanTopic.objects.filter(id=topic_id).first()
    if topic is None:
        raise NotFound("topic_absent", "")
    return topic


def ranker_named(ranker_id: UUID) -> Ranker:
    found = Ranker.objects.filter(id=ranker_id).first()
    if found is None:
        raise NotFound("ranker_absent", "")
    return found
