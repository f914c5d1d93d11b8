"""Articles that mean what a text means, by the sentence vectors of their phrasings."""

import threading
import time
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from huiyin.knowledge.models import Article, Phrasing, Variant
from huiyin.knowledge.signs import Signs, signs
from huiyin.language import duplicates
from huiyin.language import services as language

COMPARED = 64  # phrasings whose vectors are compared exactly
LOOK_EVERY = 5.0  # seconds between two looks whether there are new vectors
LONGEST_PHRASING = 300

_held = Signs()
_looked_at = 0.0
_lock = threading.Lock()


def vector_of(text: str) -> bytes:
    """The meaning of a text, or nothing when nobody tells it within the budget of one request."""
    if not text.strip() or not language.has_models():
        return b""
    told = language.embed([text[:LONGEST_PHRASING]], "query")
    return told.rows[0] if told and told.model == language.vector_model() else b""


def near_meanings(vector: bytes) -> dict[UUID, float]:
    """The cosine of the nearest phrasing of each published variant, for those that may be near. One query."""
    if not vector:
        return {}
    keys = _index().nearest(vector, COMPARED)
    rows = Phrasing.objects.filter(id__in=keys).values_list("variant", "vector")
    found: dict[UUID, float] = {}
    for variant, known in rows:
        found[variant] = max(found.get(variant, 0.0), duplicates.cosine(vector, bytes(known)))
    return found


def without_vectors(model: str) -> QuerySet[Variant]:
    """Published words whose phrasings have no vectors of this model yet."""
    known = Phrasing.objects.filter(variant=OuterRef("pk"), model=model, revision=OuterRef("published"))
    published = Variant.objects.filter(article__status=Article.Status.PUBLISHED, published__isnull=False)
    return published.filter(~Exists(known)).select_related("published")


def _index() -> Signs:
    """The signs of all phrasings in this process, read again when there are others."""
    global _held, _looked_at
    with _lock:
        now = time.monotonic()
        if now - _looked_at >= LOOK_EVERY:
            _looked_at = now
            model = language.vector_model()
            version = _version(model)
            if version != _held.version:
                _held = _read(model, version)
        return _held


def _version(model: str) -> tuple[object, ...]:
    """Changes whenever vectors of this model are added or removed: keys grow with time."""
    known = Phrasing.objects.filter(model=model)
    return (model, known.count(), known.order_by("-id").values_list("id", flat=True).first())


def _read(model: str, version: tuple[object, ...]) -> Signs:
    rows = Phrasing.objects.filter(model=model).values_list("id", "vector")
    pairs = [(key, signs(bytes(vector))) for key, vector in rows.iterator(chunk_size=2_000)]
    return Signs(model, version, [key for key, _code in pairs], [code for _key, code in pairs])
