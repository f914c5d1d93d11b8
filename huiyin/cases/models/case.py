"""The case: one promise to answer, about one conversation."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Contact, Product, Team
from huiyin.conversations.models import Conversation
from huiyin.core import clock
from huiyin.core.fields import EncryptedJSONField
from huiyin.core.ids import uuid7
from huiyin.core.models import Record
from huiyin.core.ports import search
from huiyin.voices.models import Kind, Source

PREFIX = "HY-"
CASES = search.index("cases", fields={"reference": 8, "subject": 4, "text": 1})


class Status(models.TextChoices):
    """Where the promise stands. *Solved* is our claim, *confirmed* is the user's word."""

    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING_USER = "pending_user", _("Waiting for the user")
    PENDING_THIRD_PARTY = "pending_third_party", _("Waiting for others")
    SOLVED = "solved", _("Solved, to be confirmed")
    CONFIRMED = "confirmed", _("Confirmed by the user")
    CLOSED = "closed", _("Closed, not confirmed")


ACTIVE = (Status.NEW, Status.OPEN, Status.PENDING_USER, Status.PENDING_THIRD_PARTY)
ENDED = (Status.CONFIRMED, Status.CLOSED)
MOVES: dict[str, frozenset[str]] = {
    Status.NEW: frozenset({Status.OPEN, Status.PENDING_USER, Status.PENDING_THIRD_PARTY, Status.SOLVED}),
    Status.OPEN: frozenset({Status.PENDING_USER, Status.PENDING_THIRD_PARTY, Status.SOLVED}),
    Status.PENDING_USER: frozenset({Status.OPEN, Status.PENDING_THIRD_PARTY, Status.SOLVED}),
    Status.PENDING_THIRD_PARTY: frozenset({Status.OPEN, Status.PENDING_USER, Status.SOLVED}),
    Status.SOLVED: frozenset({Status.OPEN}),
    Status.CONFIRMED: frozenset({Status.OPEN}),
    Status.CLOSED: frozenset({Status.OPEN}),
}


class Priority(models.TextChoices):
    """How soon, in four steps; `rank` orders them."""

    URGENT = "urgent", _("Urgent")
    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")

    @property
    def raised(self) -> "Priority":
        """One step up, at most urgent."""
        steps = list(Priority)
        return steps[max(0, steps.index(self) - 1)]


class Case(models.Model):
    """A promise to answer. Its number is its key, so that one insert gives both; outsiders may also use its id."""

    number = models.BigAutoField(primary_key=True)
    id = models.UUIDField(default=uuid7, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, db_index=False, related_name="+")
    channel = models.CharField(max_length=20, choices=Source.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.CharField(max_length=200)
    preview = models.CharField(max_length=160, blank=True, default="")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=60, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    sentiment = models.CharField(max_length=10, blank=True, default="")
    priority = models.CharField(max_length=10, choices=Priority.choices, default=Priority.NORMAL)
    level = models.PositiveSmallIntegerField(default=2)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, db_index=False, related_name="+")
    tags = models.JSONField(default=list, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    private = EncryptedJSONField(subject="contact_id", telling=True, null=True, blank=True)
    understanding = models.JSONField(default=dict, blank=True)
    temporary_fix = models.TextField(blank=True, default="")
    lasting_fix = models.TextField(blank=True, default="")
    resolution = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    follow_version = models.PositiveSmallIntegerField(default=1)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    handover_count = models.PositiveSmallIntegerField(default=0)
    last_speaker = models.CharField(max_length=3, default="in")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_due_kind = models.CharField(max_length=20, blank=True, default="")
    is_breached = models.BooleanField(default=False)
    wake_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    last_activity_at = models.DateTimeField(default=clock.now)
    responded_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-last_activity_at", "-number"], name="case_newest"),
            models.Index(fields=["owner", "status", "-last_activity_at"], name="case_by_owner"),
            models.Index(fields=["team", "status", "-last_activity_at"], name="case_by_team"),
            models.Index(fields=["status", "-last_activity_at"], name="case_by_status"),
            models.Index(fields=["contact", "-number"], name="case_by_contact"),
            models.Index(fields=["wake_at"], condition=Q(wake_at__isnull=False), name="case_to_wake"),
            models.Index(fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="case_due"),
            models.Index(
                fields=["-last_activity_at"],
                condition=Q(is_breached=True, ended_at__isnull=True),
                name="case_past_promise",
            ),
            # All that the counts of the views ask, so that they never read the table itself.
            models.Index(
                fields=[
                    "status",
                    "merged_into",
                    "owner",
                    "team",
                    "product",
                    "next_due_at",
                    "is_breached",
                    "ended_at",
                ],
                condition=Q(ended_at__isnull=True),
                name="case_not_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"{PREFIX}{self.number:06d}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def is_ended(self) -> bool:
        return self.status in ENDED


class Watcher(Record):
    """Somebody of the staff who wants to hear of every step."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False, related_name="watchers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="watcher_once")]


class CaseLink(Record):
    """How two cases belong together: `origin` is <kind> of `target`."""

    class Kind(models.TextChoices):
        CHILD = "child", _("Part of")
        DUPLICATE = "duplicate", _("Duplicate of")
        CAUSED = "caused_by", _("Caused by")
        RELATED = "related", _("Related to")
        SPLIT = "split", _("Split from")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    origin = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="backlinks")
    confidence = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "origin", "target"], name="case_link_once")]
