"""Sentence vectors of published phrasings, made by the language owner in the background.

Nothing but the vectors themselves says how far the work is: cut off anywhere, it goes on where it stopped.
"""

import time
from uuid import UUID

from django.db import transaction

from huiyin.knowledge.models import Article, Phrasing, Revision, Variant
from huiyin.knowledge.selectors.meanings import LONGEST_PHRASING, without_vectors
from huiyin.language import services as language

BATCH = 20  # variants, about a hundred phrasings
BUDGET_MS = 8_000
MOST_QUESTIONS = 12
LEAD = 120  # characters of the body that stand beside the title as one more phrasing


def fill(*, seconds: float = 40.0) -> int:
    """Make what is missing for the model of today, the old model's last; how many variants were done."""
    model = language.vector_model()  # first, since it may have to load them
    deadline, done = time.monotonic() + seconds, 0
    while model and time.monotonic() < deadline:
        batch = list(without_vectors(model)[:BATCH])
        if not batch or not _fill(batch, model):
            break
        done += len(batch)
    return done


def forget(article: UUID) -> None:
    """Take the vectors of an article away, unless it is back before its readers."""
    rows = Phrasing.objects.filter(variant__article=article)
    rows.exclude(variant__article__status=Article.Status.PUBLISHED).delete()


def _fill(variants: list[Variant], model: str) -> bool:
    """One batch; False when the owner did not answer, and the next run tries again."""
    shown = [(variant, variant.published) for variant in variants if variant.published]
    texts = [phrasings(revision) for _variant, revision in shown]
    flat = [text for each in texts for text in each]
    told = language.embed(flat, "passage", budget_ms=BUDGET_MS)
    if told is None or told.model != model:
        return False
    rows = iter(told.rows)
    made = [
        Phrasing(variant=variant, revision=revision, place=place, model=model, vector=next(rows))
        for (variant, revision), each in zip(shown, texts, strict=True)
        for place in range(len(each))
    ]
    with transaction.atomic():
        Phrasing.objects.filter(variant__in=variants).delete()
        Phrasing.objects.bulk_create(made, batch_size=500)
    return True


def phrasings(revision: Revision) -> list[str]:
    """The title, the known questions, and the title with the beginning of the answer."""
    lead = f"{revision.title} {revision.plain[:LEAD]}"
    told = [revision.title, *revision.questions[:MOST_QUESTIONS], lead]
    return [text[:LONGEST_PHRASING] for text in dict.fromkeys(told)]
