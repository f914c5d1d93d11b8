"""Other systems that want to hear our facts, and what each of them was told."""

from django.db import models

from huiyin.core import clock
from huiyin.core.fields import EncryptedTextField
from huiyin.core.models.journal import JournalEntry
from huiyin.core.models.record import Record


class WebhookEndpoint(Record):
    """One address of another system. Address and secret are sealed: both may let somebody in."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"  # by a person
        DISABLED = "disabled"  # by us, after it failed for days

    name = models.CharField(max_length=80)
    url = EncryptedTextField()
    events = models.JSONField(default=list)
    secret = EncryptedTextField()
    former_secret = EncryptedTextField(blank=True, default="")
    former_secret_until = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    failures = models.PositiveIntegerField(default=0)
    created_by = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name

    def wants(self, event_name: str) -> bool:
        """Does it want this event? `*` is all, `case.*` all of one kind."""
        wished = set(self.events)
        return bool(wished & {"*", event_name, f"{event_name.partition('.')[0]}.*"})


class WebhookDelivery(Record):
    """One fact for one endpoint, until it was taken or we gave up."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        DEAD = "dead"

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, db_index=False, related_name="deliveries"
    )
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="+", null=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=120, blank=True, default="")
    next_at = models.DateTimeField(null=True, default=clock.now)
    at = models.DateTimeField(default=clock.now)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "entry"], name="webhook_delivery_once")]
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_newest"),
            models.Index(
                fields=["next_at"], condition=models.Q(status="waiting"), name="webhook_delivery_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_name} -> {self.endpoint_id}"

    @property
    def event_name(self) -> str:
        return self.entry.name if self.entry else "webhook.ping"

    @property
    def event_id(self) -> str:
        """The same at every attempt and every replay, so that a receiver can tell what it has seen."""
        return f"evt_{self.entry.id.hex if self.entry else self.id.hex}"
