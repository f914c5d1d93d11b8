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
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

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


class Assessment(Record):
    """A processing of personal data judged before it begins (PIPL art. 55 and 56), kept for three years at least.

    With a recipient it is the record that a transfer, abroad above all, rests on.
    """

    class Occasion(models.TextChoices):
        SENSITIVE = "sensitive", _("Sensitive information")
        AUTOMATED = "automated", _("Automated decisions")
        ENTRUSTED = "entrusted", _("Given to a processor or another company")
        PUBLISHED = "published", _("Made public")
        ABROAD = "abroad", _("Transfer abroad")
        OTHER = "other", _("Other processing with a great effect on people")

    class Risk(models.TextChoices):
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")

    class Conclusion(models.TextChoices):
        GO = "go", _("May be done")
        GUARDED = "guarded", _("May be done with these safeguards")
        NO = "no", _("May not be done")

    subject = models.CharField(max_length=120)
    occasion = models.CharField(max_length=12, choices=Occasion.choices)
    transfer = models.ForeignKey(
        Transfer, null=True, blank=True, on_delete=models.PROTECT, related_name="assessments"
    )
    purpose = models.TextField()
    necessity = models.TextField()
    effects = models.TextField()
    safeguards = models.TextField()
    risk = models.CharField(max_length=6, choices=Risk.choices)
    conclusion = models.CharField(max_length=8, choices=Conclusion.choices)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    review_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["-made_at", "-id"], name="assessment_newest")]

    def __str__(self) -> str:
        return self.subject
