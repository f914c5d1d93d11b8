"""What people taught and what was learnt from it: labelled examples, append-only, and model versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.core.clock import now
from huiyin.core.fields import BlindIndexField, EncryptedTextField
from huiyin.core.models import Record


class Example(Record):
    """One label that a person gave to a text. Of several for the same text the latest counts."""

    class Source(models.TextChoices):
        TYPED = "typed", _("Corrected by a person")
        ACCEPTED = "accepted", _("Accepted as suggested")
        IMPORTED = "imported", _("From a training file")

    task = models.CharField(max_length=40)
    text = EncryptedTextField()
    text_index = BlindIndexField()
    label = models.CharField(max_length=80)
    source = models.CharField(max_length=20, choices=Source.choices, default=Source.TYPED)
    by_kind = models.CharField(max_length=20)
    by_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(default=now)
    model = models.CharField(max_length=80, blank=True, default="")
    shown_label = models.CharField(max_length=80, blank=True, default="")
    shown_confidence = models.FloatField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["task", "-id"], name="example_by_task")]

    def __str__(self) -> str:
        return f"{self.task}: {self.label}"


class ModelVersion(Record):
    """One fitted classifier: from which rows and engine, and how well it did on rows it had not seen."""

    task = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    engine = models.CharField(max_length=80)
    data_hash = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    classes = models.JSONField(default=list)
    metrics = models.JSONField(default=dict)
    fitted_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "data_hash", "engine"], name="model_version_once")
        ]

    def __str__(self) -> str:
        return self.name
