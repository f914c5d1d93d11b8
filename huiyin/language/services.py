"""Understanding for the other apps, and learning from their corrections, without numpy or scikit-learn.

`settings.LANGUAGE_ENGINE` chooses who answers: `owner` (the process on the socket), `inline` (this process
loads the models, for commands and tests) or `rules`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.core import journal
from huiyin.core.actors import Actor
from huiyin.core.clock import now
from huiyin.core.crypto import blind_index
from huiyin.core.errors import Invalid
from huiyin.language import duplicates, encoders, rules, selectors
from huiyin.language.client import Client
from huiyin.language.events import ExampleLearned
from huiyin.language.models import Example, ModelVersion
from huiyin.language.normalise import encodable
from huiyin.language.vectors import Vectors, compare
from huiyin.language.verdicts import Question, Understanding, Verdict

if TYPE_CHECKING:
    from huiyin.language.classify import ModelCard
    from huiyin.language.engine import Engine

__all__ = [
    "Understanding",
    "Vectors",
    "Verdict",
    "compare",
    "embed",
    "has_models",
    "learn",
    "near_duplicates",
    "understand",
    "understand_many",
    "vector_model",
]

BUDGET_MS = 200
# A batch may take longer than one request: its sender waits for hundreds of texts at once.
BULK_BUDGET_MS = 4_000
LEARNT_CHARACTERS = 2_000
Products = Mapping[str, Sequence[str]]


def has_models() -> bool:
    """Is there anybody who could answer with more than the rules?"""
    return str(settings.LANGUAGE_ENGINE) != "rules"


def understand(
    text: str,
    *,
    subject: str = "",
    products: Products | None = None,
    rules_only: bool = False,
    budget_ms: int = BUDGET_MS,
) -> Understanding:
    """What a text says. Never raises and never waits longer than the budget: then `complete` is false."""
    question = _question(text, subject, products)
    told = None if rules_only else _models(question, budget_ms)
    return told or rules.understand(question.text, subject=question.subject, products=products)


def understand_many(
    texts: Sequence[tuple[str, str]], *, products: Products | None = None, budget_ms: int = BULK_BUDGET_MS
) -> list[Understanding]:
    """The understandings of (text, subject) pairs, in order; by rules where the budget does not reach."""
    questions = [_question(text, subject, products) for text, subject in texts]
    engine = settings.LANGUAGE_ENGINE
    told: Sequence[Understanding | None] = [None] * len(questions)
    if engine == "inline":
        told = inline_engine().understand_many(questions)
    elif engine == "owner" and questions:
        told = client().understand_many(questions, budget_ms=budget_ms)
    return [
        answer or rules.understand(question.text, subject=question.subject, products=products)
        for question, answer in zip(questions, told, strict=True)
    ]


def embed(
    texts: Sequence[str],
    kind: Literal["query", "passage"] = "passage",
    *,
    engine: str = "builtin",
    budget_ms: int = BUDGET_MS,
) -> Vectors | None:
    """Sentence vectors of the texts, in order, with the id of their encoder.

    None when they are not there in time or this host has no such encoder (`quality` is an extra): then words
    alone must do. Jobs hand in about a hundred texts at once and allow seconds.
    """
    sound = [encodable(text) for text in texts]
    if settings.LANGUAGE_ENGINE == "owner":
        return client().embed(sound, kind, engine=engine, budget_ms=budget_ms)
    if settings.LANGUAGE_ENGINE == "inline" and inline_engine().embedder(engine) is not None:
        return inline_engine().embed(sound, kind, engine=engine)
    return None


def vector_model(engine: str = "builtin") -> str:
    """The id that new vectors of that encoder carry; kept ones with another id are stale. Empty: no encoder."""
    if settings.LANGUAGE_ENGINE == "inline":
        encoder = inline_engine().embedder(engine)
        return encoder.id if encoder else ""
    return encoders.identity(engine) if has_models() else ""


def near_duplicates(
    told: Understanding,
    known: Sequence[duplicates.Candidate],
    *,
    threshold: float = duplicates.NEAR_COSINE,
    limit: int = 5,
) -> list[duplicates.Match]:
    """Those of `known` that say the same: exactly, nearly in the same words, or in other words."""
    wanted = duplicates.Candidate("", told.digest, told.simhash, told.vector)
    return duplicates.near(wanted, known, threshold=threshold, limit=limit)


@transaction.atomic
def learn(
    task: str,
    text: str,
    label: str,
    *,
    shown: Mapping[str, Any] | None = None,
    source: Example.Source = Example.Source.TYPED,
    by: Actor,
    at: datetime | None = None,
) -> Example:
    """Keep a label that a person gave; the next refit learns from it. `shown` is the verdict they saw.

    Refuses an empty text or label. Events: language.example_learned.
    """
    example = _example(task, text, label, source, by, at or now())
    seen = dict(shown or {})
    example.model = str(seen.get("model", ""))[:80]
    example.shown_label = str(seen.get("label", ""))[:80]
    example.shown_confidence = seen.get("confidence")
    example.save(force_insert=True)
    fact = ExampleLearned(
        subject=str(example.id), task=example.task, label=example.label, shown_label=example.shown_label
    )
    journal.publish(fact, by=by, at=at)
    return example


@transaction.atomic
def take_rows(task: str, rows: Sequence[tuple[str, str]], *, by: Actor) -> int:
    """Keep the (text, label) rows of a training file in place of those kept before; how many."""
    at = now()
    Example.objects.filter(task=task[:40], source=Example.Source.IMPORTED).delete()
    examples = [_example(task, text, label, Example.Source.IMPORTED, by, at) for text, label in rows]
    Example.objects.bulk_create(examples, batch_size=500)
    return len(examples)


def refresh() -> bool:
    """Ask whoever holds the models to look for new examples; False when nobody heard it."""
    if settings.LANGUAGE_ENGINE == "owner":
        return client().refresh()
    if settings.LANGUAGE_ENGINE == "inline":
        record(inline_engine().learn(selectors.lessons()))
        return True
    return False


def record(cards: Sequence["ModelCard"]) -> list[ModelVersion]:
    """Keep what was fitted; the same rows and engine again are the same version."""
    kept = []
    for card in cards:
        version, _is_new = ModelVersion.objects.get_or_create(
            task=card.task,
            data_hash=card.data_hash,
            engine=card.engine,
            defaults={
                "name": card.name,
                "rows": card.rows,
                "classes": list(card.classes),
                "metrics": card.metrics,
                "fitted_at": now(),
            },
        )
        kept.append(version)
    return kept


@cache
def client() -> Client:
    """This process's line to the owner."""
    return Client(socket_file())


def socket_file() -> Path:
    return Path(settings.DATA) / "language.sock"


@cache
def inline_engine() -> "Engine":
    """The models in this process, taught with what people taught; seconds to load."""
    from huiyin.language.engine import Engine

    engine = Engine()
    engine.learn(selectors.lessons())
    return engine


@transaction.atomic
def forget(texts: Iterable[str]) -> int:
    """Erase the examples that were made of these very texts; the next refit learns without them."""
    tasks = Example.objects.values_list("task", flat=True).distinct()
    indexes = [_text_index(task, _learnt(text)) for task in tasks for text in texts]
    gone, _each = Example.objects.filter(text_index__in=indexes).delete()
    return gone


def _example(task: str, text: str, label: str, source: Example.Source, by: Actor, at: datetime) -> Example:
    words = _learnt(text)
    if not words or not label.strip():
        raise Invalid("example_empty", _("A text and a label are needed to learn from."), field="label")
    return Example(
        task=task[:40],
        text=words,
        text_index=_text_index(task, words),
        label=label.strip()[:80],
        source=source,
        by_kind=by.kind,
        by_id=by.id,
        at=at,
    )


def _learnt(text: str) -> str:
    return encodable(text).strip()[:LEARNT_CHARACTERS]


def _text_index(task: str, words: str) -> str:
    return blind_index("example.text", f"{task}\n{duplicates.digest(words)}")


def _models(question: Question, budget_ms: int) -> Understanding | None:
    if settings.LANGUAGE_ENGINE == "owner":
        return client().understand(question, budget_ms=budget_ms)
    if settings.LANGUAGE_ENGINE == "inline":
        return inline_engine().understand_many([question])[0]
    return None


def _question(text: str, subject: str, products: Products | None) -> Question:
    named = {key: tuple(names) for key, names in products.items()} if products else None
    return Question(encodable(text), encodable(subject), named)
