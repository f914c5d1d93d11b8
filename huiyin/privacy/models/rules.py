"""What the company answers for: how long things are kept, whom the law makes us keep, who receives what where."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Contact
from huiyin.core import clock
from huiyin.core.models import Record


class RetentionRule(Record):
    """How many days one class of data is kept; the law's floor and our ceiling stand in `huiyin.privacy.keeping`."""

    kind = models.CharField(max_length=20, unique=True)
    days = models.PositiveIntegerField()
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.kind}: {self.days}"


class RetentionRun(Record):
    """One run of the rules: what was removed, or what would have been."""

    is_dry = models.BooleanField()
    counts = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"{'dry run' if self.is_dry else 'run'} {self.at:%Y-%m-%d %H:%M}"


class Hold(Record):
    """Somebody whose data may not be removed for now: a dispute, an investigation."""

    class Reason(models.TextChoices):
        DISPUTE = "dispute", _("A dispute is going on")
        AUTHORITY = "authority", _("An authority has asked for it")
        CLAIM = "claim", _("A claim is being settled")

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    placed_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.reason} {self.contact_id}"


class Transfer(Record):
    """A recipient of personal data outside the company: who, where, what for, and how it was judged."""

    recipient = models.CharField(max_length=120)
    host = models.CharField(max_length=200, unique=True)
    country = models.CharField(max_length=2)
    purpose = models.CharField(max_length=200)
    data_classes = models.CharField(max_length=200)
    assessment = models.TextField(blank=True, default="")
    is_allowed = models.BooleanField(default=False)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    declared_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.recipient

    @property
    def is_abroad(self) -> bool:
        return self.country != "CN"
