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
