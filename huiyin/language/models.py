"""What people taught and what was learnt from it: examples, model versions with their weights, texts to judge."""

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
        JUDGED = "judged", _("Judged in the review")

    class Part(models.TextChoices):
        TAUGHT = "taught", _("Learnt from")
        HELD = "held", _("Kept to judge by")

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
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.TAUGHT, db_default=Part.TAUGHT)

    class Meta:
        indexes = [models.Index(fields=["task", "-id"], name="example_by_task")]

    def __str__(self) -> str:
        return f"{self.task}: {self.label}"


class ModelVersion(Record):
    """One fitted classifier: from which rows and engine, and how well it did on rows it had not seen."""

    class State(models.TextChoices):
        CANDIDATE = "candidate", _("Candidate")
        LIVE = "live", _("In use")
        RETIRED = "retired", _("Retired")
        REFUSED = "refused", _("Not better")

    task = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    engine = models.CharField(max_length=80)
    data_hash = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    classes = models.JSONField(default=list)
    metrics = models.JSONField(default=dict)
    fitted_at = models.DateTimeField(default=now)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.CANDIDATE, db_default=State.CANDIDATE
    )
    # Figures on the rows held out: its own, those of the version it had to beat, and that one's name.
    trial = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    live_at = models.DateTimeField(null=True, blank=True)
    # Somebody chose this version: no candidate takes its place by itself.
    is_kept = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "data_hash", "engine"], name="model_version_once"),
            models.UniqueConstraint(
                fields=["task"], condition=models.Q(state="live"), name="model_version_one_live"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ModelWeights(Record):
    """What a version predicts with. Absent: it can be read about, not used."""

    version = models.OneToOneField(ModelVersion, on_delete=models.CASCADE, related_name="weights")
    # Sealed: among the words that a classifier knows are words of users.
    content = EncryptedTextField()

    def __str__(self) -> str:
        return f"weights of {self.version_id}"


class Sample(Record):
    """A text that somebody should judge: the verdict it got and why it was picked."""

    class Reason(models.TextChoices):
        MARGIN = "margin", _("The model was torn")
        NOVEL = "novel", _("Unlike anything known")
        RANDOM = "random", _("Drawn at random")

    class State(models.TextChoices):
        OPEN = "open", _("To be judged")
        JUDGED = "judged", _("Judged")
        SKIPPED = "skipped", _("Skipped")

    task = models.CharField(max_length=40)
    text = EncryptedTextField()
    text_index = BlindIndexField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    model = models.CharField(max_length=80)
    shown_label = models.CharField(max_length=80)
    shown_confidence = models.FloatField()
    margin = models.FloatField()
    novelty = models.FloatField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "text_index"], name="sample_once")]
        indexes = [models.Index(fields=["task", "state", "reason"], name="sample_waiting")]

    def __str__(self) -> str:
        return f"{self.task}: {self.reason}"
