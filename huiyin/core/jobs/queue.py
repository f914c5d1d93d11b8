"""The rows of the queue: put in, claim under a lease, extend, settle. Every step is one short transaction.

A claim moves `run_at` to the end of the lease; a dead worker stops extending it, and the row comes back.
`state` stands in the SQL as a literal: SQLite uses a partial index only when it can see the value.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, CharField, F, QuerySet, Value, When

from huiyin.core import wake
from huiyin.core.clock import now
from huiyin.core.models.jobs import Job

LEASE = timedelta(seconds=15)
BACKOFF_SECONDS = 4  # 4 s, 16 s, 64 s, 256 s, then the dead letter
LONGEST_ERROR = 8000

State = Job.State

_PENDING = """
    SELECT EXISTS (SELECT 1 FROM core_job WHERE state = 'ready'{queues})
        OR EXISTS (SELECT 1 FROM core_job WHERE state IN ('waiting', 'running') AND run_at <= %s)
"""
_DUE = """
    SELECT id FROM core_job WHERE state IN ('waiting', 'running') AND run_at <= %s
    ORDER BY run_at LIMIT 500{lock}
"""
_CLAIM = """
    UPDATE core_job
    SET state = 'running', worker = %s, attempts = attempts + 1, run_at = %s, started_at = %s
    WHERE id IN (SELECT id FROM (
        SELECT id FROM core_job WHERE state = 'ready'{queues} ORDER BY priority DESC, run_at
        LIMIT {limit}{lock}
    ) AS chosen)
    RETURNING *
"""


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
    with connection.cursor() as cursor:
        cursor.execute(_PENDING.format(queues=places), [*names, _moment(now())])
        return bool(cursor.fetchone()[0])


def promote() -> int:
    """Make ready what is due: jobs whose time has come, and jobs whose worker has gone."""
    at = now()
    with transaction.atomic():
        due = [job.id for job in Job.objects.raw(_DUE.format(lock=_skip_locked()), [at])]
        if not due:
            return 0
        rows = Job.objects.filter(id__in=due)
        lost = When(state=State.RUNNING, attempts__gte=F("max_attempts"), then=Value(State.DEAD.value))
        rows.filter(state=State.RUNNING).update(error_class="WorkerLost", error="", finished_at=at)
        return rows.update(state=Case(lost, default=Value(State.READY.value), output_field=CharField()))


def claim(token: str, limit: int, queues: Sequence[str] = ()) -> list[Job]:
    """Take up to `limit` ready jobs, most urgent first, under a lease that belongs to `token`."""
    at = now()
    places, names = _queue_filter(queues)
    sql = _CLAIM.format(queues=places, limit=int(limit), lock=_skip_locked())
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
    silent: dict[str, list[Job]] = defaultdict(list)
    with transaction.atomic():
        for outcome in outcomes:
            if outcome.error_class:
                _held([outcome.job]).update(**_failed(outcome))
            elif outcome.result is not None:
                _held([outcome.job]).update(result=outcome.result, **_finished())
            else:
                silent[outcome.job.worker].append(outcome.job)
        for jobs in silent.values():  # one statement a claim: most jobs return nothing
            _held(jobs).update(**_finished())


def _finished() -> dict[str, Any]:
    at = now()
    again = Case(When(again=True, then=Value(State.READY.value)), default=Value(State.DONE.value))
    return {"state": again, "again": False, "run_at": at, "finished_at": at}


def _failed(outcome: Outcome) -> dict[str, Any]:
    job, at = outcome.job, now()
    told = {"error_class": outcome.error_class[:160], "error": outcome.error[-LONGEST_ERROR:]}
    if job.attempts >= job.max_attempts:
        return {"state": State.DEAD, "finished_at": at, **told}
    return {"state": State.WAITING, "run_at": at + backoff(job.attempts), **told}


def backoff(attempts: int) -> timedelta:
    """Longer after each failure, with a quarter of jitter so that failures do not march in step."""
    return timedelta(seconds=BACKOFF_SECONDS**attempts * random.uniform(0.75, 1.25))  # noqa: S311


def _held(jobs: Sequence[Job]) -> QuerySet[Job]:
    """The rows of jobs from one claim, as far as the claim still holds them."""
    return Job.objects.filter(id__in=[job.id for job in jobs], worker=jobs[0].worker, state=State.RUNNING)


def _put_unique(job: Job) -> None:
    """Three rounds, because the job that held the key may finish between our two looks at it."""
    for _round in range(3):
        Job.objects.bulk_create([job], ignore_conflicts=True)
        holder = Job.objects.filter(unique_key=job.unique_key, state__in=Job.UNFINISHED).first()
        if holder is None:
            continue
        if holder.state == State.RUNNING and not _once_more(holder):
            continue
        job.id = holder.id
        return


def _once_more(holder: Job) -> bool:
    return bool(Job.objects.filter(id=holder.id, state=State.RUNNING).update(again=True))


def _queue_filter(queues: Sequence[str]) -> tuple[str, list[str]]:
    places = ", ".join(["%s"] * len(queues))
    return (f" AND queue IN ({places})" if queues else ""), list(queues)


def _skip_locked() -> str:
    return " FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
