"""What visitors teach: their words as one more way to ask for an article. Vectors are made as the help centre's are."""

import time

from django.db import transaction

from huiyin.assistant.models import Phrasing, Turn
from huiyin.assistant.selectors import catalogue
from huiyin.knowledge.models import Article, Variant
from huiyin.knowledge.models import Phrasing as Brought
from huiyin.knowledge.services import vectors
from huiyin.language import pii

LONGEST = 200


def embed(*, seconds: float = 40.0) -> int:
    """Make the vectors that learnt phrasings lack for the encoders of today; how many."""
    deadline = time.monotonic() + seconds
    done = sum(vectors.embed(catalogue.learnt(), encoder, deadline=deadline) for encoder in vectors.COLUMNS)
    if done:
        catalogue.forget_index()
    return done


@transaction.atomic
def learn(turn: Turn, *, article: Article) -> Phrasing | None:
    """Keep a visitor's words as one more way to ask for an article. Words with personal data in them are not kept."""
    text = " ".join(turn.text.split())[:LONGEST]
    variant = Variant.objects.filter(article=article, published__isnull=False).order_by("-lang").first()
    if not text or variant is None or pii.redacted(text) != text:
        return None
    known = catalogue.learnt().filter(variant__article=article, text=text).first()
    if known is not None or Brought.objects.filter(variant__article=article, text=text).exists():
        return known
    kept = Phrasing(variant=variant, kind=Phrasing.Kind.LEARNT, text=text, turn=turn)
    kept.save(force_insert=True)
    catalogue.forget_index()
    return kept


@transaction.atomic
def unlearn(turn: Turn) -> None:
    """Take back what was learnt of a turn."""
    if Phrasing.objects.filter(turn=turn).delete()[0]:
        catalogue.forget_index()
