"""One attempt of one job: find the function, call it, tell how it ended. Only here is everything caught."""

import traceback
from importlib import import_module
from typing import Any

from django.db import close_old_connections, connection
from django_tasks.base import Task, TaskContext
from django_tasks.utils import normalize_json

from huiyin.core.jobs.queue import Outcome
from huiyin.core.models.jobs import Job


class JobTimeout(BaseException):
    """Raised inside a job that has run longer than it may; not an Exception, so that no job swallows it."""


class TaskMissing(Exception):
    """The code no longer has the function of this job."""


def attempt(job: Job) -> Outcome:
    """Run the job here. Whatever it raises is an outcome, because the runner must live on."""
    _fresh_connections()
    try:
        return Outcome(job, result=normalize_json(call(job)))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 the job's failure is data to us
        return failure(job, error)


def call(job: Job) -> Any:
    """Call the task's function with the row's arguments."""
    task = find(job.task)
    first = (
        [TaskContext(task_result=task.get_backend().get_result(str(job.id)))] if task.takes_context else []
    )
    return task.call(*first, *job.args, **job.kwargs)


def find(path: str) -> Task[Any, Any]:
    """The `@task` of a dotted path. Raises TaskMissing."""
    module, _, name = path.rpartition(".")
    try:
        task = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise TaskMissing(path) from error
    if not isinstance(task, Task):
        raise TaskMissing(path)
    return task


def failure(job: Job, error: BaseException) -> Outcome:
    text = "".join(traceback.format_exception(error))
    kind = type(error)
    return Outcome(job, error_class=f"{kind.__module__}.{kind.__qualname__}", error=text)


def _fresh_connections() -> None:
    """Drop a connection that the database has cut; never inside a test's or a caller's transaction."""
    if not connection.in_atomic_block:
        close_old_connections()
