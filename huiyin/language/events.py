"""Facts that language tells."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core import journal


@dataclass(frozen=True)
class ExampleLearned(journal.Event):
    """A person put a label to a text; the classifiers may learn from it."""

    name: ClassVar[str] = "language.example_learned"
    subject_kind: ClassVar[str] = "example"

    task: str
    label: str
    shown_label: str = ""


@dataclass(frozen=True)
class ModelChanged(journal.Event):
    """Another version answers for a task, or the same one may be replaced again (`was` is then itself)."""

    name: ClassVar[str] = "language.model_changed"
    subject_kind: ClassVar[str] = "model"

    task: str
    model: str
    was: str = ""
