"""Texts that somebody should judge: picked as they come in, judged without seeing what the model said.

Half of a round is what the model was torn about, a quarter what resembles nothing known, a quarter drawn at
random. Only the random ones tell how good the model is, so they are held out and never learnt from.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from huiyin.core.actors import Actor
from huiyin.core.clock import now
from huiyin.core.errors import Conflict
from huiyin.language.models import Example, Sample
from huiyin.language.services.lessons import learn, learnt_words, text_index
from huiyin.language.verdicts import Understanding, Verdict

JUDGED_TASKS = ("category", "kind", "sentiment")
TORN = 0.25
NOVEL = 0.55
# One text in so many is drawn; by its fingerprint, so that the same text is not drawn twice.
ONE_IN = 12
WAITING = 200
PATIENCE = timedelta(days=30)


def offer(text: str, told: Understanding, *, at: datetime | None = None) -> list[Sample]:
    """Keep a text for review where its verdict is doubtful, it is unlike anything known, or the lot falls on it.

    Says nothing of texts that the models have not read, and nothing twice.
    """
    words = learnt_words(text)
    if not words or not told.complete:
        return []
    found = [_picked(task, words, getattr(told, task), at or now()) for task in JUDGED_TASKS]
    samples = [sample for sample in found if sample]
    Sample.objects.bulk_create(samples, ignore_conflicts=True)
    return samples


@transaction.atomic
def judge(sample: Sample, label: str, *, by: Actor) -> Example:
    """Put a label to a text of the queue. What was drawn at random is held out to judge models by.

    Refuses a text that somebody judged meanwhile, and an empty label. Events: language.example_learned.
    """
    held = _held(sample)
    part = Example.Part.HELD if held.reason == Sample.Reason.RANDOM else Example.Part.TAUGHT
    shown = {"model": held.model, "label": held.shown_label, "confidence": held.shown_confidence}
    example = learn(held.task, held.text, label, shown=shown, source=Example.Source.JUDGED, part=part, by=by)
    _settle(held, Sample.State.JUDGED)
    return example


@transaction.atomic
def skip(sample: Sample, *, by: Actor) -> None:
    """Nobody can tell: the text leaves the queue and teaches nothing. Refuses one that is settled."""
    _settle(_held(sample), Sample.State.SKIPPED)


def tidy() -> int:
    """Forget texts that nobody judged in time, and those beyond what people will ever get to."""
    waiting = Sample.objects.filter(state=Sample.State.OPEN)
    ranked = waiting.annotate(
        rank=Window(RowNumber(), partition_by=[F("task"), F("reason")], order_by=F("at").desc())
    )
    surplus = [key for key, rank in ranked.values_list("id", "rank") if rank > WAITING]
    old = Sample.objects.filter(at__lt=now() - PATIENCE)
    gone = old.delete()[0]
    return gone + Sample.objects.filter(id__in=surplus).delete()[0]


def _picked(task: str, words: str, verdict: Verdict, at: datetime) -> Sample | None:
    index = text_index(task, words)
    runner = verdict.alternatives[0][1] if verdict.alternatives else 0.0
    margin = max(verdict.confidence - runner, 0.0)
    near = [piece.weight for piece in verdict.evidence if piece.kind in {"sample", "taught"}]
    novelty = 1 - max(near, default=1.0)
    reason = _reason(index, margin, novelty)
    if reason is None:
        return None
    return Sample(
        task=task,
        text=words,
        text_index=index,
        reason=reason,
        model=verdict.model[:80],
        shown_label=verdict.label[:80],
        shown_confidence=verdict.confidence,
        margin=round(margin, 4),
        novelty=round(novelty, 4),
        at=at,
    )


def _reason(index: str, margin: float, novelty: float) -> Sample.Reason | None:
    """The lot first: a doubtful text must be as likely to be drawn as any other."""
    if int.from_bytes(index[-4:].encode(), "big") % ONE_IN == 0:
        return Sample.Reason.RANDOM
    if novelty > NOVEL:
        return Sample.Reason.NOVEL
    return Sample.Reason.MARGIN if margin < TORN else None


def _held(sample: Sample) -> Sample:
    held = Sample.objects.select_for_update().filter(pk=sample.pk).first()
    if held is None or held.state != Sample.State.OPEN:
        raise Conflict("sample_settled", _("Somebody judged this text meanwhile."))
    return held


def _settle(held: Sample, state: Sample.State) -> None:
    """A settled text needs no words any more: what was learnt from it is kept with the example."""
    held.state, held.text = state, ""
    held.save(update_fields=["state", "text"])
