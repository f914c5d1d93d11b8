"""Sentence vectors of phrasings, made by the language owner in the background.

Nothing but the vectors themselves says how far the work is: cut off anywhere, it goes on where it stopped.
"""

import time
from typing import Any

from django.db.models import QuerySet

from huiyin.core.ids import uuid7
from huiyin.knowledge.models import Phrasing
from huiyin.knowledge.selectors.phrasings import COLUMNS, SHORT, waiting_for
from huiyin.language import services as language

BATCH = 50
BUDGET_MS = 8_000


def fill(*, seconds: float = 40.0) -> int:
    """Make what is missing for the encoders of today, search's first; how many vectors were made.

    The better encoder reads what is short: titles and known questions.
    """
    deadline = time.monotonic() + seconds
    done = embed(Phrasing.objects.all(), "builtin", deadline=deadline)
    return done + embed(Phrasing.objects.filter(kind__in=SHORT), "quality", deadline=deadline)


def embed(rows: QuerySet[Any], encoder: str, *, deadline: float) -> int:
    """Let an encoder read those of the rows that it has not read; how many. It ends early when nobody answers."""
    done = 0
    while time.monotonic() < deadline and (batch := waiting_for(encoder, rows, BATCH)):
        told = language.embed([row.text for row in batch], "passage", engine=encoder, budget_ms=BUDGET_MS)
        if told is None or told.model != language.vector_model(encoder):
            break
        for row, vector in zip(batch, told.rows, strict=True):
            changed = dict(zip(COLUMNS[encoder], (told.model, vector), strict=True))
            # A statement of its own, so that no publisher waits for a batch; a row that is gone stays gone.
            rows.filter(id=row.id).update(**changed, **_renewed(encoder))
        done += len(batch)
    return done


def _renewed(encoder: str) -> dict[str, Any]:
    """The vector that search goes by comes with a new id.

    What a process holds of an id is true for ever then, and the newest id tells it that there is more to read.
    """
    return {"id": uuid7()} if encoder == "builtin" else {}
