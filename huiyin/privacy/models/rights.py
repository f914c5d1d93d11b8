"""What people demanded: the register of requests, exports on their way, erasures from the word to the certificate."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Contact
from huiyin.core import clock
from huiyin.core.fields import EncryptedJSONField
from huiyin.core.models import Record


class Request(Record):
    """One exercise of a right. `case_number` is the case that carries its clock; the app above fills it in."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("Copy of my data")
        CORRECTION = "correction", _("Correction")
        DELETION = "deletion", _("Deletion of my account")
        WITHDRAWAL = "withdrawal", _("Withdrawal of consent")

    class Status(models.TextChoices):
        OPEN = "open", _("In progress")
        DONE = "done", _("Carried out")
        CANCELLED = "cancelled", _("Cancelled by the user")
        REFUSED = "refused", _("Refused")

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    channel = models.CharField(max_length=20, default="privacy_centre")
    case_number = models.BigIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["status", "-asked_at"], name="privacy_request_by_status")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_late(self) -> bool:
        end = self.done_at or clock.now()
        return self.due_at is not None and end > self.due_at


class Export(Record):
    """A copy of one person's data, made in the background, fetched with a link that ends."""

    class Status(models.TextChoices):
        PREPARING = "preparing", _("Being prepared")
        READY = "ready", _("Ready to download")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("No longer available")

    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="export")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PREPARING)
    progress = models.PositiveSmallIntegerField(default=0)
    stored_as = models.CharField(max_length=64, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"export {self.id}"


class Erasure(Record):
    """A deletion: asked for, waiting for its day, carried out or taken back. `removed` counts what each app forgot."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("In the waiting time")
        RUNNING = "running", _("Being carried out")
        DONE = "done", _("Carried out")
        CANCELLED = "cancelled", _("Cancelled")

    request = models.OneToOneField(Request, null=True, on_delete=models.CASCADE, related_name="erasure")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    user_id = models.UUIDField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    asked_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    traces = EncryptedJSONField(null=True, blank=True, subject="contact_id")
    certificate = models.CharField(max_length=32, unique=True)
    removed = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(status__in=["waiting", "running"]),
                name="erasure_to_carry_out",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(status__in=["waiting", "running"]),
                name="erasure_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"erasure {self.certificate}"
