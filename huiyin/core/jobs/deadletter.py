"""What gave up, for a person to look at: the list, the retry, and the forgetting of what is long finished."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from huiyin.core import journal, wake
from huiyin.core.actors import Actor
from huiyin.core.clock import now
from huiyin.core.errors import Conflict, NotFound
from huiyin.core.jobs.events import JobRetried
from huiyin.core.models.jobs import Job, Pulse
from huiyin.core.models.journal import Delivery

KEEP_DONE = timedelta(days=1)
KEEP_DELIVERIES = timedelta(days=30)
KEEP_DEAD = timedelta(days=90)


def jobs_in(state: str, text: str = "") -> QuerySet[Job]:
    """Jobs of one state, newest first; `text` searches the task's name and the error's class."""
    rows = Job.objects.filter(state=state).order_by("-id")
    if text:
        rows = rows.filter(task__icontains=text) | rows.filter(error_class__icontains=text)
    return rows


def counts() -> dict[str, int]:
    """How many jobs there are in each state."""
    found = dict(Job.objects.order_by().values_list("state").annotate(count=Count("id")))
    return {state: found.get(state, 0) for state in Job.State.values}


def dead_job(job_id: str) -> Job:
    """The job of an id. Raises NotFound."""
    job = Job.objects.filter(id=job_id).first()
    if job is None:
        raise NotFound("job_unknown", _("There is no such job."))
    return job


def retry(job: Job, *, by: Actor) -> Job:
    """Give a dead job all its attempts again. Refuses one that is not dead, or whose work is queued anew."""
    fresh = {"state": Job.State.READY, "attempts": 0, "run_at": now(), "finished_at": None}
    try:
        with transaction.atomic():
            if not Job.objects.filter(id=job.id, state=Job.State.DEAD).update(**fresh):
                raise Conflict("job_not_dead", _("This job has not given up."), current=job.state)
            journal.publish(JobRetried(subject=str(job.id), task=job.task), by=by)
    except IntegrityError as error:
        raise Conflict("job_queued_anew", _("The same work is queued already.")) from error
    transaction.on_commit(lambda: wake.ring(wake.WORKER), robust=True)
    job.refresh_from_db()
    return job


def retry_all(jobs: QuerySet[Job], *, by: Actor) -> int:
    """Retry each; those that cannot be retried any more are passed over. Returns how many were."""
    done = 0
    for job in jobs:
        try:
            retry(job, by=by)
        except Conflict:
            continue
        done += 1
    return done


def sweep() -> int:
    """Delete what finished long ago: done jobs, old dead ones, deliveries, workers that fell silent."""
    at = now()
    done, _rows = Job.objects.filter(state=Job.State.DONE, finished_at__lt=at - KEEP_DONE).delete()
    dead, _rows = Job.objects.filter(state=Job.State.DEAD, finished_at__lt=at - KEEP_DEAD).delete()
    Delivery.objects.exclude(state=Delivery.State.PENDING).filter(at__lt=at - KEEP_DELIVERIES).delete()
    Pulse.objects.filter(seen_at__lt=at - KEEP_DONE).delete()
    return done + dead
