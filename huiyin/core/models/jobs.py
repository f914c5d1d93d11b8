"""Jobs and the schedule: rows in the business database, so that work and its job commit together."""

from django.db import models
from django.db.models import F, Q

from huiyin.core.clock import now
from huiyin.core.models.record import Record

MAX_ATTEMPTS = 5
MAX_SECONDS = 120


class Job(Record):
    """One call to be made. `run_at` is the start while waiting, and the end of the lease while running."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        RUNNING = "running"
        DONE = "done"
        DEAD = "dead"

    UNFINISHED = (State.WAITING, State.READY, State.RUNNING)

    task = models.CharField(max_length=160)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.READY)
    run_at = models.DateTimeField(default=now)
    unique_key = models.CharField(max_length=160, null=True)
    again = models.BooleanField(default=False)  # asked for once more while it was running
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=MAX_ATTEMPTS)
    max_seconds = models.PositiveIntegerField(default=MAX_SECONDS)
    worker = models.CharField(max_length=64, blank=True)
    enqueued_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    error_class = models.CharField(max_length=160, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(F("priority").desc(), F("run_at"), name="job_ready", condition=Q(state="ready")),
            models.Index(fields=["run_at"], name="job_due", condition=Q(state__in=["waiting", "running"])),
            models.Index(
                fields=["state", "finished_at"], name="job_state", condition=Q(state__in=["done", "dead"])
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state__in=["waiting", "ready", "running"]),
                name="job_unique_while_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.id}"


class Slot(models.Model):
    """The last time slot of a schedule entry that has been started, by whichever process came first."""

    name = models.CharField(primary_key=True, max_length=160)
    started = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.started:%Y-%m-%d %H:%M:%S}"


class Pulse(models.Model):
    """A process that works off jobs, by its last sign of life."""

    name = models.CharField(primary_key=True, max_length=64)
    started_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name
