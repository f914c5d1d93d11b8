"""The journal and its deliveries: what happened, once; and which listener has heard it."""

from django.db import models
from django.db.models import Q

from huiyin.core.clock import now
from huiyin.core.ids import uuid7
from huiyin.core.models.record import Record


class JournalEntry(models.Model):
    """One fact: ids and scalars only, never a name or a text of a person. Rows are added, never changed."""

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=now)
    dispatched = models.BooleanField(default=False)

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["subject_kind", "subject", "seq"], name="journal_subject"),
            models.Index(fields=["name", "at"], name="journal_name"),
            models.Index(fields=["seq"], name="journal_undispatched", condition=Q(dispatched=False)),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.name} {self.subject_kind}:{self.subject}"


class Delivery(Record):
    """One entry for one listener; the unique pair is what makes a listener hear each fact once."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DROPPED = "dropped"  # the listener or the event is no longer in the code

    entry = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, db_index=False, related_name="deliveries"
    )
    listener = models.CharField(max_length=160)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "listener"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.listener} <- {self.entry_id}"
