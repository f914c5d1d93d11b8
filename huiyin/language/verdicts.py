"""The answers of this app: a verdict on one question, the understanding of one text. Plain, frozen data."""

from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why: a word of the text (with its place), a shipped sample that is near, or the name of a rule.

    Kind `taught` stands for a near text that a person labelled; `text` is then that label, not the words.
    """

    kind: str
    text: str
    start: int | None = None
    end: int | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One label, how sure we are of it (0..1), why, by which model, and the runners-up."""

    label: str
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    model: str = "rules"
    alternatives: tuple[tuple[str, float], ...] = ()

    def scores(self) -> dict[str, float]:
        """Confidence by label, the chosen one included."""
        return {self.label: self.confidence, **dict(self.alternatives)}


@dataclass(frozen=True, slots=True)
class Signal:
    """A stretch of the text that makes it urgent; `level` 1 (notice) to 3 (a person at once)."""

    kind: str
    level: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything said about one text. `complete` is false when the models did not answer in time."""

    language: Verdict
    sentiment: Verdict
    category: Verdict
    kind: Verdict
    priority: Verdict
    product: Verdict | None = None
    urgency: tuple[Signal, ...] = ()
    impact: tuple[Evidence, ...] = ()
    digest: str = ""
    simhash: int = 0
    vector: bytes = b""
    vector_model: str = ""
    complete: bool = False

    @property
    def urgency_level(self) -> int:
        return max((signal.level for signal in self.urgency), default=0)

    def as_json(self) -> dict[str, Any]:
        """Builtin types only, without the vector; `understanding_from` reads it back."""
        data = msgspec.to_builtins(self)
        del data["vector"]
        data["simhash"] = f"{self.simhash:016x}"
        return dict(data)


def without_words(data: dict[str, Any]) -> dict[str, Any]:
    """The verdicts alone: no word of the text, no place in it, nothing to compare texts by."""
    bare = {name: _bare(value) for name, value in data.items()}
    return {**bare, "digest": "", "simhash": "0" * 16} if "simhash" in data else bare


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _bare(part) for name, part in value.items() if name != "evidence"}
    return [] if isinstance(value, list) else value


def understanding_from(data: dict[str, Any], vector: bytes = b"") -> Understanding:
    """The inverse of `Understanding.as_json`."""
    plain = {**data, "simhash": int(data["simhash"], 16)}
    plain.pop("vector", None)
    kept = msgspec.convert(plain, Understanding)
    return replace(kept, vector=vector)


def replace(understanding: Understanding, **changes: Any) -> Understanding:
    """A copy with other values."""
    values = {name: getattr(understanding, name) for name in Understanding.__dataclass_fields__}
    return Understanding(**{**values, **changes})


@dataclass(frozen=True, slots=True)
class Question:
    """One text to understand, with the products it may be about: key to names."""

    text: str
    subject: str = ""
    products: dict[str, tuple[str, ...]] | None = None

    @property
    def whole(self) -> str:
        return f"{self.subject}\n{self.text}" if self.subject else self.text


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text that a classifier learns from. `weight` is its vote.

    A shipped sample may be shown as evidence; the words of one user are never shown beside those of another.
    """

    text: str
    label: str
    weight: float = 1.0
    is_shipped: bool = False


@dataclass(frozen=True, slots=True)
class Live:
    """The classifier that an installation uses for a task."""

    name: str
    weights: bytes


@dataclass(frozen=True, slots=True)
class Lessons:
    """What people taught and decided, by task. `version` changes whenever any of it does.

    `tasks` is learnt from, `held` only judged by. Tasks in `kept` keep their live version whatever a candidate
    shows; `tried` are the data hashes of candidates that were not better.
    """

    version: str = ""
    tasks: dict[str, tuple[Example, ...]] = field(default_factory=dict)
    held: dict[str, tuple[Example, ...]] = field(default_factory=dict)
    live: dict[str, Live] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    tried: frozenset[str] = frozenset()
