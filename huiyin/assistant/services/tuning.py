"""How sure the assistant has to be, and what it leaves to people."""

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.assistant import events, selectors
from huiyin.assistant.models import HumanTopic, Tuning
from huiyin.assistant.ranking import measures
from huiyin.assistant.selectors import console
from huiyin.core import journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid

MOST_FAILURES = 10


@transaction.atomic
def tune(*, answer_at: float, offer_at: float, failures: int, user: User, by: Actor) -> Tuning:
    """Set the thresholds; the former ones stay on record. Events: assistant.tuned.

    Refuses thresholds that are no shares or stand in the wrong order, and less than one or more than ten failures.
    """
    if not 0 <= answer_at <= 1:
        raise Invalid("share_invalid", _("Between 0 and 100, please."), field="answer_at")
    if not 0 <= offer_at <= answer_at:
        raise Invalid("order_invalid", _("Not above the threshold for answering."), field="offer_at")
    if not 1 <= failures <= MOST_FAILURES:
        raise Invalid("failures_invalid", _("Between 1 and 10, please."), field="failures")
    before = selectors.tuning()
    tuned = Tuning(
        precision=before.precision,
        answer_at=answer_at,
        offer_at=offer_at,
        failures=failures,
        idle_minutes=before.idle_minutes,
        by=user,
    )
    return _keep(tuned, by)


@transaction.atomic
def tune_for(precision: float, *, user: User, by: Actor) -> Tuning:
    """Answer alone from the confidence on at which judged answers were right that often. Events: assistant.tuned.

    Refuses what judged answers do not bear out: fewer than a hundred of them, or a precision that none reached.
    """
    if not 0.5 <= precision < 1:
        raise Invalid("precision_invalid", _("Between 50 and 99, please."), field="precision")
    rows = console.judged()
    if len(rows) < console.ENOUGH:
        raise Invalid(
            "not_enough_data",
            _("Not enough data: %(count)s of %(enough)s judged answers.")
            % {"count": len(rows), "enough": console.ENOUGH},
            field="precision",
        )
    found = measures.threshold_for(rows, precision)
    if found is None:
        raise Invalid(
            "precision_out_of_reach", _("No confidence reaches this precision yet."), field="precision"
        )
    before = selectors.tuning()
    tuned = Tuning(
        precision=precision,
        answer_at=round(found, 4),
        offer_at=min(before.offer_at, round(found, 4)),
        failures=before.failures,
        idle_minutes=before.idle_minutes,
        by=user,
    )
    return _keep(tuned, by)


@transaction.atomic
def keep_topic(kind: str, value: str, *, user: User, by: Actor) -> HumanTopic:
    """Leave a topic to people from now on; the same twice is once. Events: assistant.tuned."""
    words = value.strip()
    if kind not in HumanTopic.Kind.values or not 0 < len(words) <= 80:
        raise Invalid("topic_invalid", _("Between 1 and 80 characters, please."), field="value")
    topic, is_new = HumanTopic.objects.get_or_create(kind=kind, value=words, defaults={"by": user})
    if is_new:
        _tell("topic", by)
    return topic


@transaction.atomic
def remove_topic(topic: HumanTopic, *, by: Actor) -> None:
    """The assistant may answer this topic again. Events: assistant.tuned."""
    topic.delete()
    _tell("topic", by)


def _keep(tuned: Tuning, by: Actor) -> Tuning:
    tuned.save(force_insert=True)
    _tell("thresholds", by)
    return tuned


def _tell(what: str, by: Actor) -> None:
    journal.publish(events.AssistantTuned(subject="assistant", what=what), by=by)
