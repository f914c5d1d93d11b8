"""What people teach: a label to a text, kept sealed and told to whoever learns from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.core import journal
from huiyin.core.actors import Actor
from huiyin.core.clock import now
from huiyin.core.crypto import blind_index
from huiyin.core.errors import Invalid
from huiyin.language import duplicates
from huiyin.language.events import ExampleLearned
from huiyin.language.models import Example
from huiyin.language.normalise import encodable

LEARNT_CHARACTERS = 2_000


@transaction.atomic
def learn(
    task: str,
    text: str,
    label: str,
    *,
    shown: Mapping[str, Any] | None = None,
    source: Example.Source = Example.Source.TYPED,
    part: Example.Part = Example.Part.TAUGHT,
    by: Actor,
    at: datetime | None = None,
) -> Example:
    """Keep a label that a person gave; the next refit learns from it. `shown` is the verdict they saw.

    What is held out judges models and teaches none; a text that judges once does so for ever.

    Refuses an empty text or label. Events: language.example_learned.
    """
    example = _example(task, text, label, source, by, at or now())
    seen = dict(shown or {})
    example.part = Example.Part.HELD if _judges(example) else part
    example.model = str(seen.get("model", ""))[:80]
    example.shown_label = str(seen.get("label", ""))[:80]
    example.shown_confidence = seen.get("confidence")
    example.save(force_insert=True)
    fact = ExampleLearned(
        subject=str(example.id), task=example.task, label=example.label, shown_label=example.shown_label
    )
    journal.publish(fact, by=by, at=at)
    return example


def learnt_words(text: str) -> str:
    """As much of a text as is learnt from."""
    return encodable(text).strip()[:LEARNT_CHARACTERS]


def _example(task: str, text: str, label: str, source: Example.Source, by: Actor, at: datetime) -> Example:
    words = learnt_words(text)
    if not words or not label.strip():
        raise Invalid("example_empty", _("A text and a label are needed to learn from."), field="label")
    return Example(
        task=task[:40],
        text=words,
        text_index=text_index(task, words),
        label=label.strip()[:80],
        source=source,
        by_kind=by.kind,
        by_id=by.id,
        at=at,
    )


def text_index(task: str, words: str) -> str:
    return blind_index("example.text", f"{task}\n{duplicates.digest(words)}")


def _judges(example: Example) -> bool:
    """Was this very text held out before? A model that learns from it could not be judged by it."""
    same = Example.objects.filter(task=example.task, text_index=example.text_index)
    return same.filter(part=Example.Part.HELD).exists()
