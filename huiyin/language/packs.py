"""The packs: labels with names, phrases and own samples, shipped as JSON and read once."""

import json
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from huiyin.language.normalise import PACKS, fold
from huiyin.language.phrases import Phrases
from huiyin.language.verdicts import Example

TASKS = ("category", "kind", "sentiment")


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a task, named in both languages."""

    key: str
    zh: str
    en: str
    examples: tuple[Example, ...]
    phrases: tuple[str, ...]


@cache
def labels(task: str) -> tuple[Label, ...]:
    """The labels that ship with a task; empty for a task that only people teach (product)."""
    if task not in TASKS:
        return ()
    return tuple(_label(key, row) for key, row in _read(task)["labels"].items())


@cache
def examples(task: str) -> tuple[Example, ...]:
    """The shipped samples and descriptions of a task."""
    return tuple(chain.from_iterable(label.examples for label in labels(task)))


@cache
def levels() -> dict[str, int]:
    """How grave each kind of urgency is, 1 to 3."""
    return {kind: row["level"] for kind, row in _read("urgency").items()}


@cache
def phrases() -> Phrases:
    """One index over the phrases of every task, of urgency and of impact."""
    entries = [
        (phrase, task, label.key) for task in TASKS for label in labels(task) for phrase in label.phrases
    ]
    for task in ("urgency", "impact"):
        for key, row in _read(task).items():
            entries += [(fold(phrase), task, key) for phrase in (*row["zh"], *row["en"])]
    return Phrases(dict.fromkeys(entries))


def _label(key: str, row: dict[str, Any]) -> Label:
    texts = chain(*row["samples"].values(), row.get("description", {}).values())
    words = chain(*row["keywords"].values())
    return Label(
        key,
        row["name"]["zh"],
        row["name"]["en"],
        tuple(Example(text, key, is_shipped=True) for text in texts),
        tuple(dict.fromkeys(fold(word) for word in words)),
    )


@cache
def _read(name: str) -> dict[str, Any]:
    return dict(json.loads((PACKS / f"{name}.json").read_text(encoding="utf-8")))
