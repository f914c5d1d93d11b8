"""The `django_tasks` backend: `@task` functions become rows of our queue, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from huiyin.core.clock import now
from huiyin.core.jobs import queue
from huiyin.core.jobs.runner import find
from huiyin.core.models.jobs import MAX_ATTEMPTS, MAX_SECONDS, Job

_STATUS = {
    Job.State.WAITING: TaskResultStatus.READY,
    Job.State.READY: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.DEAD: TaskResultStatus.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedTask(Task):  # type: ignore[type-arg]
    """A task with our three more: how often it is tried, how long it may run, and what makes it unique."""

    max_attempts: int = MAX_ATTEMPTS
    max_seconds: int = MAX_SECONDS
    unique_key: str | None = None

    def using(self, *, unique_key: str | None = None, **changes: Any) -> Self:
        """The task with other defaults; `unique_key` lets one unfinished job stand for all that carry it."""
        changes = {name: value for name, value in changes.items() if value is not None}
        if unique_key is not None:
            changes["unique_key"] = unique_key
        return replace(self, **changes)


class LeasedBackend(BaseTaskBackend):
    """Our queue behind the library's API."""

    task_class = LeasedTask
    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, {"QUEUES": [], **params})  # no list: any queue name is good

    def enqueue(self, task: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> TaskResult[Any]:
        job = job_for(task, args, kwargs)
        queue.put([job])
        return result_of(job, task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        try:
            job = Job.objects.get(id=result_id)
        except (Job.DoesNotExist, ValidationError, ValueError) as error:
            raise TaskResultDoesNotExist(result_id) from error
        return result_of(job, find(job.task))


def job_for(task: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Job:
    """The row of one call, not yet stored."""
    at = now()
    return Job(
        task=task.module_path,
        queue=task.queue_name,
        priority=task.priority,
        args=normalize_json(list(args)),
        kwargs=normalize_json(dict(kwargs)),
        unique_key=task.unique_key,
        max_attempts=task.max_attempts,
        max_seconds=task.max_seconds,
        enqueued_at=at,
        **_start(task.run_after, at),
    )


def result_of(job: Job, task: Any) -> TaskResult[Any]:
    """The library's view of a row."""
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=str(job.id),
        status=_STATUS[Job.State(job.state)],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.started_at,
        args=job.args,
        kwargs=job.kwargs,
        backend=task.backend,
        errors=[TaskError(exception_class_path=job.error_class, traceback=job.error)]
        if job.error_class
        else [],
        worker_ids=[job.worker] * job.attempts,
    )
    object.__setattr__(result, "_return_value", job.result)
    return result


def _start(run_after: datetime | None, at: datetime) -> dict[str, Any]:
    if run_after is None or run_after <= at:
        return {"state": Job.State.READY, "run_at": at}
    return {"state": Job.State.WAITING, "run_at": run_after}
