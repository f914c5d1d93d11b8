"""Reads: what people taught, as the classifiers want it, which models there are, and what waits to be judged."""

from base64 import b85decode
from itertools import zip_longest
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from huiyin.core.errors import NotFound
from huiyin.core.fields import open_sealed
from huiyin.language import packs
from huiyin.language.models import Example, ModelVersion, ModelWeights, Sample
from huiyin.language.verdicts import Example as Row
from huiyin.language.verdicts import Lessons, Live

TAUGHT_TASKS = ("category", "kind", "sentiment", "product")
# The newest rows of a task; more of them cost refit time and, with classes this few, bring nothing.
_ROWS_READ = 4_000
# A label that somebody typed against a suggestion tells more than one that was merely not contradicted.
_WEIGHTS = {Example.Source.TYPED: 2.0, Example.Source.JUDGED: 1.5, Example.Source.ACCEPTED: 0.5}


def lessons_version() -> str:
    """Changes whenever the examples do, also when some are erased, and when somebody chose another version."""
    last = Example.objects.order_by("-id").values_list("id", flat=True).first()
    taught = f"{last}:{Example.objects.count()}" if last else ""
    chosen = ModelVersion.objects.filter(is_kept=True).order_by("task").values_list("name", flat=True)
    return "/".join([taught, *chosen]) if chosen else taught


def lessons() -> Lessons:
    """The examples of every task that a classifier learns, one vote a text, newest label first."""
    version = lessons_version()
    versions = ModelVersion.objects
    return Lessons(
        version,
        {task: rows for task in TAUGHT_TASKS if (rows := _rows(task, Example.Part.TAUGHT))},
        {task: rows for task in TAUGHT_TASKS if (rows := _rows(task, Example.Part.HELD))},
        live_models(),
        frozenset(versions.filter(is_kept=True).values_list("task", flat=True)),
        frozenset(versions.filter(state=ModelVersion.State.REFUSED).values_list("data_hash", flat=True)),
    )


def live_models() -> dict[str, Live]:
    """What is in use and can be predicted with, by task."""
    held = ModelWeights.objects.filter(version__state=ModelVersion.State.LIVE).select_related("version")
    return {each.version.task: Live(each.version.name, b85decode(each.content)) for each in held}


def candidate_weights(task: str) -> bytes | None:
    """What a training file became last, for a task of its own."""
    trained = ModelWeights.objects.filter(version__task=task, version__state=ModelVersion.State.CANDIDATE)
    newest = trained.order_by("-version__fitted_at").first()
    return b85decode(newest.content) if newest else None


def newest_models() -> list[ModelVersion]:
    """What answers for each task: the version in use, else the latest."""
    found: dict[str, ModelVersion] = {}
    for version in ModelVersion.objects.order_by("-fitted_at")[:100]:
        if version.state == ModelVersion.State.LIVE or version.task not in found:
            found[version.task] = version
    return list(found.values())


def _rows(task: str, part: str) -> tuple[Row, ...]:
    own = Example.objects.filter(task=task, part=part).exclude(source=Example.Source.IMPORTED)
    return _votes(own, _ROWS_READ)


def _votes(rows: QuerySet[Example], limit: int | None = None) -> tuple[Row, ...]:
    """One vote a text; the newest label is its vote."""
    votes: dict[str, Row] = {}
    columns = ("id", "text", "text_index", "label", "source")
    for id_, sealed, index, label, source in rows.order_by("-id").values_list(*columns)[:limit]:
        if index not in votes:
            text = open_sealed(Example, "text", id_, sealed)
            votes[index] = Row(text, label, _WEIGHTS.get(source, 1.0))
    return tuple(votes.values())


def queue(task: str, size: int = 20) -> list[Sample]:
    """A round of texts to judge: half torn, a quarter novel, a quarter drawn; others fill what one kind lacks."""
    waiting = Sample.objects.filter(task=task, state=Sample.State.OPEN)
    by_reason = {
        Sample.Reason.MARGIN: waiting.order_by("margin", "id"),
        Sample.Reason.NOVEL: waiting.order_by("-novelty", "id"),
        Sample.Reason.RANDOM: waiting.order_by("at", "id"),
    }
    shares = {
        Sample.Reason.MARGIN: size // 2,
        Sample.Reason.NOVEL: size // 4,
        Sample.Reason.RANDOM: size // 4,
    }
    picked = [list(rows.filter(reason=reason)[: shares[reason]]) for reason, rows in by_reason.items()]
    chosen = [sample for rows in zip_longest(*picked) for sample in rows if sample]
    rest = waiting.exclude(id__in=[sample.id for sample in chosen]).order_by("margin", "id")
    return chosen + list(rest[: max(0, size - len(chosen))])


def waiting_by_task() -> dict[str, int]:
    """How many texts wait to be judged, by task."""
    waiting = Sample.objects.filter(state=Sample.State.OPEN).values_list("task").annotate(Count("id"))
    return dict(waiting.order_by("task"))


def sample(key: UUID) -> Sample:
    """One text of the queue. Raises NotFound."""
    found = Sample.objects.filter(pk=key).first()
    if found is None:
        raise NotFound("sample_absent", "")
    return found


def version(key: UUID) -> ModelVersion:
    """One model version. Raises NotFound."""
    found = ModelVersion.objects.filter(pk=key).first()
    if found is None:
        raise NotFound("model_absent", "")
    return found


def versions_of(task: str) -> list[ModelVersion]:
    """The versions of a task, newest first, each with whether it can be used."""
    usable = Exists(ModelWeights.objects.filter(version=OuterRef("pk")))
    return list(ModelVersion.objects.filter(task=task).annotate(usable=usable).order_by("-fitted_at")[:30])


def judged_count(task: str) -> int:
    """How many rows are held out to judge that task's models by."""
    held = Example.objects.filter(task=task, part=Example.Part.HELD)
    return held.values("text_index").distinct().count()


def known_tasks() -> list[str]:
    """The tasks that are answered, and those that somebody trained."""
    found = ModelVersion.objects.order_by("task").values_list("task", flat=True).distinct()
    return list(dict.fromkeys((*packs.TASKS, *found)))
