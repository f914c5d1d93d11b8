"""Guided flows: what is being written, what was published, who is in the middle of one, and what is looked up."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.assistant.models.dialogues import Dialogue
from huiyin.core import clock
from huiyin.core.fields import EncryptedJSONField, EncryptedTextField
from huiyin.core.models import Record
from huiyin.knowledge.models import Language


class Flow(Record):
    """One guided flow. `draft` is what is being written; users get `live`, one of its versions, or nothing."""

    key = models.SlugField(max_length=60, unique=True)
    lang = models.CharField(max_length=2, choices=Language.choices)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=200, blank=True, default="")
    words = models.JSONField(default=list, blank=True)
    draft = models.JSONField(default=dict)
    edition = models.PositiveIntegerField(default=1)
    live = models.ForeignKey(
        "FlowVersion", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_listed = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.title


class FlowVersion(Record):
    """A flow as it was published; never changed, so that who is in the middle of it comes to its end."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, db_index=False, related_name="versions")
    number = models.PositiveIntegerField()
    steps = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flow", "number"], name="flow_version_once")]

    def __str__(self) -> str:
        return f"{self.flow_id}/{self.number}"


class FlowRun(Record):
    """Somebody in the middle of a flow. `answers` are forgotten when it ends: the dialogue keeps what was said."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Going on")
        DONE = "done", _("Came to its end")
        HANDED = "handed", _("Ended with a person")
        LEFT = "left", _("Left by the user")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, db_index=False, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    step = models.CharField(max_length=40)
    answers = EncryptedJSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=40, blank=True, default="")
    helped = models.BooleanField(null=True, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    touched_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue"], condition=Q(status="active"), name="flow_run_one_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["version", "-started_at"], name="flow_run_newest")]


class FlowAction(Record):
    """Another system that a flow asks, by a signed request. Address and secret are sealed: both let somebody in."""

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    url = EncryptedTextField()
    secret = EncryptedTextField()
    seconds = models.PositiveSmallIntegerField(default=5)
    gives = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="flow_action_in_time", condition=Q(seconds__gte=1, seconds__lte=8))
        ]

    def __str__(self) -> str:
        return self.title


class FlowLookup(Record):
    """One question of a flow to another system, and how it ended; nothing of what was asked or said is kept."""

    class Outcome(models.TextChoices):
        FOUND = "found", _("Found")
        ABSENT = "absent", _("Not found")
        FAILED = "failed", _("Failed")

    action = models.ForeignKey(FlowAction, on_delete=models.CASCADE, db_index=False, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=40, blank=True, default="")
    ms = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["action", "-at"], name="flow_lookup_newest")]
