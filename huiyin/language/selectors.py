"""Reads: what people taught, as the classifiers want it, and which models there are."""

from django.db.models import QuerySet

from huiyin.core.fields import open_sealed
from huiyin.language.models import Example, ModelVersion
from huiyin.language.verdicts import Example as Row
from huiyin.language.verdicts import Lessons

TAUGHT_TASKS = ("category", "kind", "sentiment", "product")
# The newest rows of a task; more of them cost refit time and, with classes this few, bring nothing.
_ROWS_READ = 4_000
# A label that somebody typed against a suggestion tells more than one that was merely not contradicted.
_WEIGHTS = {Example.Source.TYPED: 2.0, Example.Source.ACCEPTED: 0.5}


def lessons_version() -> str:
    """Changes whenever the examples do, also when some are erased."""
    last = Example.objects.order_by("-id").values_list("id", flat=True).first()
    return f"{last}:{Example.objects.count()}" if last else ""


def lessons() -> Lessons:
    """The examples of every task that a classifier learns, one vote a text, newest label first."""
    version = lessons_version()
    tasks = {task: rows for task in TAUGHT_TASKS if (rows := _rows(task))}
    return Lessons(version, tasks)


def training_rows(task: str) -> list[Row]:
    """The rows of a training file: a candidate's own, which no live classifier reads."""
    return list(_votes(Example.objects.filter(task=task, source=Example.Source.IMPORTED)))


def newest_models() -> list[ModelVersion]:
    """The latest version of every task."""
    found: dict[str, ModelVersion] = {}
    for version in ModelVersion.objects.order_by("-fitted_at")[:100]:
        found.setdefault(version.task, version)
    return list(found.values())


def _rows(task: str) -> tuple[Row, ...]:
    return _votes(Example.objects.filter(task=task).exclude(source=Example.Source.IMPORTED), _ROWS_READ)


def _votes(rows: QuerySet[Example], limit: int | None = None) -> tuple[Row, ...]:
    """One vote a text; the newest label is its vote."""
    votes: dict[str, Row] = {}
    columns = ("id", "text", "text_index", "label", "source")
    for id_, sealed, index, label, source in rows.order_by("-id").values_list(*columns)[:limit]:
        if index not in votes:
            text = open_sealed(Example, "text", id_, sealed)
            votes[index] = Row(text, label, _WEIGHTS.get(source, 1.0))
    return tuple(votes.values())
