"""Articles that mean what a text means, by the sentence vectors of their phrasings."""

import threading
import time
from collections.abc import Iterable
from uuid import UUID

from cachetools import LRUCache
from django.db.models import QuerySet

from huiyin.knowledge.models import Phrasing
from huiyin.knowledge.signs import Signs, joined
from huiyin.language import services as language
from huiyin.language.vectors import compare, stacked

COMPARED = 64  # phrasings whose vectors are compared exactly
FEW = 500  # new phrasings that are fetched by name; when there are more, all are read
LOOK_EVERY = 5.0  # seconds between two looks whether there are new vectors
LONGEST_PHRASING = 300
KEPT = 4_000  # vectors of phrasings that were near lately; 8 MB

_held = Signs()
_looked_at = 0.0
_lock = threading.Lock()
_near_lately: LRUCache[UUID, tuple[UUID, bytes]] = LRUCache(KEPT)
_near_lock = threading.Lock()


def vector_of(text: str) -> bytes:
    """The meaning of a text, or nothing when nobody tells it within the budget of one request."""
    if not text.strip() or not language.has_models():
        return b""
    told = language.embed([text[:LONGEST_PHRASING]], "query")
    return told.rows[0] if told and told.model == language.vector_model() else b""


def near_meanings(vector: bytes) -> dict[UUID, float]:
    """The cosine of the nearest phrasing of each published variant, for those that may be near.

    One query where a phrasing comes near that was not lately.
    """
    if not vector:
        return {}
    rows = _rows(_index().nearest(vector, COMPARED))
    asked = stacked("", [vector])
    near = compare(asked, stacked("", (known for _variant, known in rows)))[0]
    found: dict[UUID, float] = {}
    for (variant, _known), cosine in zip(rows, near, strict=True):
        found[variant] = max(found.get(variant, 0.0), float(cosine))
    return found


def _rows(keys: Iterable[UUID]) -> list[tuple[UUID, bytes]]:
    """Variant and vector of each phrasing. What an id says never changes; one that is gone is in no index for long."""
    with _near_lock:
        found = {key: _near_lately.get(key) for key in keys}
    missing = [key for key, row in found.items() if row is None]
    fresh = Phrasing.objects.filter(id__in=missing).values_list("id", "variant", "vector") if missing else []
    for key, variant, vector in fresh:
        found[key] = (variant, bytes(vector))
    with _near_lock:
        _near_lately.update((key, row) for key, row in found.items() if row is not None)
    return [row for row in found.values() if row is not None]


def _index() -> Signs:
    """The signs of all phrasings in this process. While one thread reads new ones, the others go on without."""
    global _held, _looked_at
    if time.monotonic() - _looked_at < LOOK_EVERY or not _lock.acquire(blocking=not _held.version):
        return _held
    try:
        model = language.vector_model()
        version = _version(model)
        if version != _held.version:
            _held = _read(model, version)
        _looked_at = time.monotonic()
    finally:
        _lock.release()
    return _held


def _version(model: str) -> tuple[object, ...]:
    """Changes whenever vectors of this model are added or removed: keys grow with time."""
    known = _read_by(model)
    return (model, known.count(), known.order_by("-id").values_list("id", flat=True).first())


def _read_by(model: str) -> QuerySet[Phrasing]:
    """The phrasings that this encoder has read; without an encoder none, for what nobody has read names none."""
    return Phrasing.objects.filter(model=model) if model else Phrasing.objects.none()


def _read(model: str, version: tuple[object, ...]) -> Signs:
    """What is held, without what is gone and with what is new: one published article costs one article."""
    phrasings = _read_by(model)
    there = {key.bytes: key for key in phrasings.values_list("id", flat=True)}
    known = _held.kept(there) if _held.model == model else Signs()
    fresh = [there[key] for key in there.keys() - set(known.keys)]
    wanted = phrasings if len(fresh) > FEW else phrasings.filter(id__in=fresh)
    known = known if len(fresh) <= FEW else Signs()
    rows = wanted.values_list("id", "vector").iterator(chunk_size=2_000)
    return joined(model, version, known, ((key, bytes(vector)) for key, vector in rows))
