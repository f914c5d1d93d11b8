"""The rows of the queue: put in, claim under a lease, extend, settle. Every step is one short transaction.

A claim moves `run_at` to the end of the lease; a worker that dies stops extending it, and the row comes back by itself.
Literals instead of parameters for `state`, because SQLite uses a partial index only when it can see the value.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, CharField, F, Value, When

from huiyin.core import wake
from huiyin.core.clock import now
from huiyin.core.models.jobs import Job

LEASE = timedelta(seconds=15)
BACKOFF_SECONDS = 4  # 4 s, 16 s, 64 s, 256 s, then the dead letter
LONGEST_ERROR = 8000

State = Job.State


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: a result, or the class and the traceback of its error."""

    job: Job
    result: Any = None
    error_class: str = ""
    error: str = ""


def put(jobs: Sequence[Job]) -> None:
    """Insert jobs in the caller's transaction. One with the unique key of an unfinished job is not inserted:
    that job will do, and when it is running already it runs once more."""
    plain = [job for job in jobs if job.unique_key is None]
    if plain:
        Job.objects.bulk_create(plain)
    for job in jobs:
        if job.unique_key is not None:
            _put_unique(job)
    transaction.on_commit(lambda: wake.ring(wake.WORKER), robust=True)


def pending(queues: Sequence[str] = ()) -> bool:
    """Is anything due? A read, so that an idle worker never takes the writer's place."""
    places, names = _queue_filter(queues)
    sql = (
        f"SELECT EXISTS(SELECT 1 FROM core_job WHERE state = 'ready'{places})"  # noqa: S608
        " OR EXISTS(SELECT 1 FROM core_job WHERE state IN ('waiting', 'running') AND run_at <= %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*names, _moment(now())])
        return bool(cursor.fetchone()[0])


def promote() -> int:
    """Make ready what is due: jobs whose time has come, and jobs whose worker has gone."""
    at = now()
    sql = (
        "SELECT id FROM core_job WHERE state IN ('waiting', 'running') AND run_at <= %s"
        f" ORDER BY run_at LIMIT 500{_skip_locked()}"
    )
    with transaction.atomic():
        due = [job.id for job in Job.objects.raw(sql, [at])]
        if not due:
            return 0
        lost = When(state=State.RUNNING, attempts__gte=F("max_attempts"), then=Value(State.DEAD.value))
        rows = Job.objects.filter(id__in=due)
        rows.filter(state=State.RUNNING).update(error_class="WorkerLost", error="", finished_at=at)
        return rows.update(state=Case(lost, default=Value(State.READY.value), output_field=CharField()))


def claim(token: str, limit: int, queues: Sequence[str] = ()) -> list[Job]:
    """Take up to `limit` ready jobs, most urgent first, under a lease that `token` alone may extend or settle."""
    at = now()
    places, names = _queue_filter(queues)
    chosen = (
        f"SELECT id FROM core_job WHERE state = 'ready'{places}"  # noqa: S608
        f" ORDER BY priority DESC, run_at LIMIT {int(limit)}{_skip_locked()}"
    )
    sql = (
        "UPDATE core_job SET state = 'running', worker = %s, attempts = attempts + 1, run_at = %s, started_at = %s"
        f" WHERE id IN (SELECT id FROM ({chosen}) AS chosen) RETURNING *"  # noqa: S608
    )
    with transaction.atomic():
        jobs = list(Job.objects.raw(sql, [token, at + LEASE, at, *names]))
    return sorted(jobs, key=lambda job: (-job.priority, job.enqueued_at))


def extend(jobs: Iterable[Job]) -> int:
    """Heartbeat: push the lease of the jobs that their tokens still hold."""
    held = [job.id for job in jobs]
    tokens = {job.worker for job in jobs}
    rows = Job.objects.filter(id__in=held, worker__in=tokens, state=State.RUNNING)
    return rows.update(run_at=now() + LEASE)


def give_back(jobs: Iterable[Job]) -> None:
    """Claimed but not begun: ready again for anybody, and the attempt does not count."""
    rows = Job.objects.filter(id__in=[job.id for job in jobs], state=State.RUNNING)
    rows.update(state=State.READY, worker="", attempts=F("attempts") - 1)


def settle(outcomes: Sequence[Outcome]) -> None:
    """Write how attempts ended. An attempt whose lease went to somebody else changes nothing."""
    good = [outcome for outcome in outcomes if not outcome.error_class]
    with transaction.atomic():
        for outcome in good:
            _held(outcome.job).update(**_finished(outcome))
        for outcome in outcomes:
            if outcome.error_class:
                _held(outcome.job).update(**_failed(outcome))


def _finished(outcome: Outcome) -> dict[str, Any]:
    at = now()
    again = Case(When(again=True, then=Value(State.READY.value)), default=Value(State.DONE.value))
    return {"state": again, "again": False, "run_at": at, "finished_at": at, "result": outcome.result}


def _failed(outcome: Outcome) -> dict[str, Any]:
    job, at = outcome.job, now()
    told = {"error_class": outcome.error_class[:160], "error": outcome.error[-LONGEST_ERROR:]}
    if job.attempts >= job.max_attempts:
        return {"state": State.DEAD, "finished_at": at, **told}
    return {"state": State.WAITING, "run_at": at + backoff(job.attempts), **told}


def backoff(attempts: int) -> timedelta:
    """Longer after each failure, with a quarter of jitter so that failures do not march in step."""
    return timedelta(seconds=BACKOFF_SECONDS**attempts * random.uniform(0.75, 1.25))  # noqa: S311


def _held(job: Job) -> Any:
    return Job.objects.filter(id=job.id, worker=job.worker, state=State.RUNNING)


def _put_unique(job: Job) -> None:
    """Three rounds, because the job that held the key may finish between our two looks at it."""
    for _round in range(3):
        Job.objects.bulk_create([job], ignore_conflicts=True)
        holder = Job.objects.filter(unique_key=job.unique_key, state__in=Job.UNFINISHED).first()
        if holder is None:
            continue
        if holder.state == State.RUNNING and holder.id != job.id:
            if not Job.objects.filter(id=holder.id, state=State.RUNNING).update(again=True):
                continue
        job.id = holder.id
        return


def _queue_filter(queues: Sequence[str]) -> tuple[str, list[str]]:
    places = ", ".join(["%s"] * len(queues))
    return (f" AND queue IN ({places})" if queues else ""), list(queues)


def _skip_locked() -> str:
    return " FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
