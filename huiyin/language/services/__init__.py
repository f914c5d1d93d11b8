"""Understanding for the other apps, and learning from their corrections, without numpy or scikit-learn.

`settings.LANGUAGE_ENGINE` chooses who answers: `owner` (the process on the socket), `inline` (this process
loads the models, for commands and tests) or `rules`.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.db import transaction

from huiyin.language import duplicates, encoders, rules, selectors
from huiyin.language.client import Client
from huiyin.language.models import Example, Sample
from huiyin.language.normalise import encodable
from huiyin.language.services import registry
from huiyin.language.services.lessons import learn, learnt_words, text_index
from huiyin.language.services.reviewing import judge, offer, skip
from huiyin.language.vectors import Vectors, compare, packed
from huiyin.language.verdicts import Question, Understanding, Verdict

if TYPE_CHECKING:
    from huiyin.language.engine import Engine

__all__ = [
    "Understanding",
    "Vectors",
    "Verdict",
    "compare",
    "embed",
    "has_models",
    "judge",
    "learn",
    "near_duplicates",
    "offer",
    "skip",
    "understand",
    "understand_many",
    "vector_model",
]

BUDGET_MS = 200
# A batch may take longer than one request: its sender waits for hundreds of texts at once.
BULK_BUDGET_MS = 4_000
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
    if engine == "endpoint":
        return _elsewhere(sound, kind, budget_ms)
    if settings.LANGUAGE_ENGINE == "owner":
        return client().embed(sound, kind, engine=engine, budget_ms=budget_ms)
    if settings.LANGUAGE_ENGINE == "inline" and inline_engine().embedder(engine) is not None:
        return inline_engine().embed(sound, kind, engine=engine)
    return None


def _elsewhere(texts: list[str], kind: Literal["query", "passage"], budget_ms: int) -> Vectors | None:
    """From the operator's own server, asked by this very process: the owner must never wait for the network."""
    encoder = encoders.elsewhere()
    if encoder is None:
        return None
    try:
        return packed(encoder.id, encoder.encode(texts, kind, seconds=budget_ms / 1000))
    except LookupError:
        return None


def vector_model(engine: str = "builtin") -> str:
    """The id that new vectors of that encoder carry; kept ones with another id are stale. Empty: no encoder."""
    if engine == "endpoint":
        return encoders.identity(engine)
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


def refresh() -> bool:
    """Ask whoever holds the models to look for new examples; False when nobody heard it."""
    if settings.LANGUAGE_ENGINE == "owner":
        return client().refresh()
    if settings.LANGUAGE_ENGINE == "inline":
        registry.record(inline_engine().learn(selectors.lessons()))
        return True
    return False


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
    registry.record(engine.learn(selectors.lessons()))
    return engine


@transaction.atomic
def forget(texts: Iterable[str]) -> int:
    """Erase the examples that were made of these very texts, and every model that learnt from them.

    The next refit learns without them, and goes live without a trial: what it replaces knew their words.
    """
    wanted = list(texts)
    tasks = {*Example.objects.values_list("task", flat=True).distinct()}
    tasks |= {*Sample.objects.values_list("task", flat=True).distinct()}
    indexes = [text_index(task, learnt_words(text)) for task in tasks for text in wanted]
    Sample.objects.filter(text_index__in=indexes).delete()
    learnt = Example.objects.filter(text_index__in=indexes)
    registry.unlearn(set(learnt.values_list("task", flat=True)))
    gone, _each = learnt.delete()
    return gone


def index_afresh(keys: Iterable[Any]) -> None:
    """The words of these rows changed: they are found, and forgotten, by what they say now."""
    keys = list(keys)
    for example in Example.objects.filter(pk__in=keys):
        Example.objects.filter(pk=example.pk).update(text_index=text_index(example.task, example.text))
    for sample in Sample.objects.filter(pk__in=keys):
        index = text_index(sample.task, sample.text)
        twins = Sample.objects.filter(task=sample.task, text_index=index).exclude(pk=sample.pk)
        if twins.exists():
            sample.delete()
        else:
            Sample.objects.filter(pk=sample.pk).update(text_index=index)


def _models(question: Question, budget_ms: int) -> Understanding | None:
    if settings.LANGUAGE_ENGINE == "owner":
        return client().understand(question, budget_ms=budget_ms)
    if settings.LANGUAGE_ENGINE == "inline":
        return inline_engine().understand_many([question])[0]
    return None


def _question(text: str, subject: str, products: Products | None) -> Question:
    named = {key: tuple(names) for key, names in products.items()} if products else None
    return Question(encodable(text), encodable(subject), named)
