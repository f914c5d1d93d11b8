"""The ways to ask for published articles: rows that come and go with the words that readers see."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from huiyin.knowledge.models import Phrasing, Revision, Variant
from huiyin.knowledge.selectors.meanings import LONGEST_PHRASING
from huiyin.knowledge.selectors.phrasings import KEPT, unphrased

MOST_QUESTIONS = 20
LEAD = 120  # characters of the body that stand beside the title as one more phrasing
BATCH = 200  # variants
UNREAD = {"model": "", "vector": b""}
Kind = Phrasing.Kind


@transaction.atomic
def put(variants: Iterable[Variant]) -> int:
    """Let these variants be asked for as their published words say; how many phrasings they have.

    A text that was there before keeps its vectors; those of new ones come with the next run of the job.
    """
    shown = [(variant, variant.published) for variant in variants if variant.published]
    held = Phrasing.objects.filter(variant__in=[variant for variant, _revision in shown])
    known = {(row.variant_id, row.text): {name: getattr(row, name) for name in KEPT} for row in held}
    made = [
        Phrasing(
            variant=variant,
            revision=revision,
            place=place,
            text=text,
            kind=kind,
            **known.get((variant.id, text), UNREAD),
        )
        for variant, revision in shown
        for place, (text, kind) in enumerate(ways(revision).items())
    ]
    held.delete()
    return len(Phrasing.objects.bulk_create(made, batch_size=500))


def remove(variants: Iterable[UUID]) -> None:
    """Nobody asks for these variants any more."""
    Phrasing.objects.filter(variant__in=list(variants)).delete()


def make_up() -> int:
    """Phrasings for all published words that have none, as an earlier version left them; how many."""
    done = 0
    while made := _make_up():
        done += made
    return done


@transaction.atomic
def _make_up() -> int:
    """Some of them. An article that somebody publishes or archives just now is theirs."""
    rows = unphrased().select_for_update(of=("article",), skip_locked=True)
    return put(rows[:BATCH])


def ways(revision: Revision) -> dict[str, Kind]:
    """The title, the known questions, and the title with the beginning of the answer, each text once."""
    found = {revision.title.strip(): Kind.TITLE}
    for question in revision.questions[:MOST_QUESTIONS]:
        found.setdefault(question.strip(), Kind.QUESTION)
    found.setdefault(f"{revision.title} {revision.plain[:LEAD]}".strip(), Kind.LEAD)
    return {text[:LONGEST_PHRASING]: kind for text, kind in found.items() if text}
