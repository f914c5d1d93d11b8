"""The packs: labels with names, phrases and own samples, shipped as JSON and read once."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Any

from huiyin.language.normalise import PACKS, fold
from huiyin.language.phrases import Phrases
from huiyin.language.verdicts import Example

# What is answered for every text; and what only helps somebody who trains such a task with few rows.
TASKS = ("category", "kind", "sentiment")
STARTERS = ("category", "kind", "priority", "emotion", "intent")
_RELATED_FROM = 0.6


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a task, named in both languages."""

    key: str
    zh: str
    en: str
    examples: tuple[Example, ...]
    phrases: tuple[str, ...]
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """All that this label is called, in small letters."""
        return frozenset(name.lower() for name in (self.key, self.zh, self.en, *self.aliases))


@cache
def labels(task: str) -> tuple[Label, ...]:
    """The labels that ship with a task; empty for a task that only people teach (product)."""
    if task not in (*TASKS, *STARTERS):
        return ()
    return tuple(_label(key, row) for key, row in _read(task)["labels"].items())


@cache
def examples(task: str) -> tuple[Example, ...]:
    """The shipped samples and descriptions of a task."""
    return tuple(chain.from_iterable(label.examples for label in labels(task)))


def related(task: str, wanted: Collection[str]) -> list[Example]:
    """Samples of the pack whose labels somebody uses for a task of their own, under their names for them."""
    best = max(STARTERS, key=lambda name: (_covered(name, wanted), name == task))
    if _covered(best, wanted) < _RELATED_FROM:
        return []
    theirs = {own: label for label in wanted for own in _meant(best, label)}
    return [replace(each, label=theirs[each.label]) for each in examples(best) if each.label in theirs]


def _covered(name: str, wanted: Collection[str]) -> float:
    return sum(bool(_meant(name, label)) for label in wanted) / max(len(wanted), 1)


def _meant(name: str, label: str) -> list[str]:
    """The pack's labels that go by this name: their key, a name in either language, or an alias."""
    said = label.strip().lower()
    return [each.key for each in labels(name) if said in each.names]


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
    words = chain(*row.get("keywords", {}).values())
    return Label(
        key,
        row["name"]["zh"],
        row["name"]["en"],
        tuple(Example(text, key, is_shipped=True) for text in texts),
        tuple(dict.fromkeys(fold(word) for word in words)),
        tuple(row.get("aliases", ())),
    )


@cache
def _read(name: str) -> dict[str, Any]:
    return dict(json.loads((PACKS / f"{name}.json").read_text(encoding="utf-8")))
