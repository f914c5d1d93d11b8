"""Model versions: what was fitted, which one answers, and the way back."""

from base64 import b85encode
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.core import journal
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.clock import now
from huiyin.core.errors import Conflict
from huiyin.language.events import ModelChanged
from huiyin.language.models import ModelVersion, ModelWeights

if TYPE_CHECKING:
    from huiyin.language.classify import ModelCard, Trial

State = ModelVersion.State
# Versions of a task that can be returned to; older ones can only be read about.
KEPT_VERSIONS = 5


def record(trials: Sequence["Trial"], *, by: Actor = SYSTEM) -> list[ModelVersion]:
    """Keep what was fitted and how it did; what beat the one in use takes its place.

    The same rows and engine again are the same version. Events: language.model_changed.
    """
    return [_recorded(trial, by) for trial in trials]


@transaction.atomic
def keep_candidate(card: "ModelCard", weights: bytes) -> ModelVersion:
    """A version that nobody uses until somebody says so."""
    version = _version(card, {}, State.CANDIDATE)
    _keep_weights(version, weights)
    _tidy(version.task)
    return version


@transaction.atomic
def put_live(version: ModelVersion, *, by: Actor, at: datetime | None = None) -> ModelVersion:
    """Let this version answer, and keep it until somebody lets learning go on.

    Refuses a version whose weights are gone, and one that answers already. Events: language.model_changed.
    """
    held = ModelVersion.objects.select_for_update().get(pk=version.pk)
    if held.state == State.LIVE:
        raise Conflict("model_live", _("This version is in use already."))
    if not ModelWeights.objects.filter(version=held).exists():
        raise Conflict("weights_gone", _("This version can no longer be used: its weights were not kept."))
    _go_live(held, by=by, at=at or now())
    held.is_kept = True
    held.save(update_fields=["is_kept"])
    return held


@transaction.atomic
def let_learn(task: str, *, by: Actor) -> None:
    """Let a better candidate take the place of the version in use again. Events: language.model_changed."""
    held = ModelVersion.objects.filter(task=task, is_kept=True, state=State.LIVE).first()
    ModelVersion.objects.filter(task=task).update(is_kept=False)
    if held is not None:
        journal.publish(ModelChanged(subject=str(held.id), task=task, model=held.name, was=held.name), by=by)


def unlearn(tasks: Collection[str]) -> None:
    """Drop the weights of every version of these tasks: they knew the words of somebody who was erased."""
    ModelWeights.objects.filter(version__task__in=tasks).delete()
    live = ModelVersion.objects.filter(task__in=tasks, state=State.LIVE)
    live.update(state=State.RETIRED, is_kept=False)


@transaction.atomic
def _recorded(trial: "Trial", by: Actor) -> ModelVersion:
    version = _version(trial.card, trial.as_json(), State.CANDIDATE if trial.goes_live else State.REFUSED)
    if trial.goes_live:
        _keep_weights(version, trial.weights)
        if version.state != State.LIVE:
            _go_live(version, by=by, at=now())
        _tidy(version.task)
    return version


def _version(card: "ModelCard", trial: dict[str, Any], state: str) -> ModelVersion:
    values = {
        "name": card.name,
        "rows": card.rows,
        "classes": list(card.classes),
        "metrics": card.metrics,
        "trial": trial,
        "fitted_at": now(),
    }
    same = {"task": card.task, "data_hash": card.data_hash, "engine": card.engine}
    version, is_new = ModelVersion.objects.get_or_create(**same, defaults={**values, "state": state})
    if not is_new and version.state != State.LIVE:
        for name, value in {**values, "state": state}.items():
            setattr(version, name, value)
        version.save()
    return version


def _go_live(version: ModelVersion, *, by: Actor, at: datetime) -> None:
    before = ModelVersion.objects.filter(task=version.task, state=State.LIVE).first()
    ModelVersion.objects.filter(task=version.task).update(is_kept=False)
    if before is not None:
        before.state, before.is_kept = State.RETIRED, False
        before.save(update_fields=["state", "is_kept"])
    version.state, version.live_at, version.is_kept = State.LIVE, at, False
    version.save(update_fields=["state", "live_at", "is_kept"])
    was = before.name if before else ""
    journal.publish(
        ModelChanged(subject=str(version.id), task=version.task, model=version.name, was=was), by=by, at=at
    )


def _keep_weights(version: ModelVersion, weights: bytes) -> None:
    held = ModelWeights.objects.filter(version=version).first() or ModelWeights(version=version)
    held.content = b85encode(weights).decode("ascii")
    held.save()


def _tidy(task: str) -> None:
    """Weights of the last versions stay; those of older ones go."""
    newest = ModelWeights.objects.filter(version__task=task).order_by("-version__fitted_at")
    kept = list(newest.values_list("id", flat=True)[:KEPT_VERSIONS])
    ModelWeights.objects.filter(version__task=task).exclude(version__state=State.LIVE).exclude(
        id__in=kept
    ).delete()
