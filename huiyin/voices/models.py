"""What came in: the raw bytes first, then the voice made of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Contact, Product
from huiyin.core import clock
from huiyin.core.fields import EncryptedJSONField
from huiyin.core.ids import uuid7
from huiyin.core.models import Record


class Source(models.TextChoices):
    """Where users speak."""

    FORM = "form", _("Web form")
    WIDGET = "widget", _("Chat widget")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    SMS = "sms", _("SMS")
    WECHAT = "wechat", _("WeChat")
    WEIBO = "weibo", _("Weibo")
    REVIEW = "review", _("Review")
    API = "api", _("API")
    OFFLINE = "offline", _("Service desk")


class Kind(models.TextChoices):
    """What a user wants of us."""

    QUESTION = "question", _("Question")
    FAULT = "fault", _("Fault")
    REQUEST = "request", _("Request")
    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION = "suggestion", _("Suggestion")
    PRIVACY = "privacy", _("Privacy request")


class RawInput(Record):
    """Input exactly as it arrived, kept before anything is made of it: no fault of ours can lose it.

    `request_key` is the sender's idempotency key: a request repeated after a crash finds its first row.
    It is sealed before its author is known, under the key of a subject of its own. When the author is new, the
    contact takes that subject as its id, so that one key is enough; else both keys are destroyed together.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        TAKEN = "taken", _("Taken in")
        REFUSED = "refused", _("Refused")

    source = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200, null=True, blank=True)
    request_key = models.CharField(max_length=330, null=True, blank=True, unique=True)
    subject = models.UUIDField(null=True, default=uuid7)
    body = EncryptedJSONField(subject="subject")
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    reason = models.CharField(max_length=200, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=Q(external_id__isnull=False),
                name="raw_input_once",
            )
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(status="received"), name="raw_input_waiting")
        ]


class Voice(Record):
    """One expression of one user. Never changed after it was recorded, but for what we understood of it."""

    raw = models.OneToOneField(RawInput, on_delete=models.PROTECT, related_name="voice")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, db_index=False, related_name="+")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=20, choices=Source.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField()
    context = EncryptedJSONField(subject="contact_id", telling=True, default=dict, blank=True)
    language = models.CharField(max_length=10, blank=True, default="")
    sentiment = models.CharField(max_length=10, blank=True, default="")
    understanding = models.JSONField(default=dict, blank=True)
    is_understood = models.BooleanField(default=False)
    fingerprint = models.CharField(max_length=64, blank=True, default="", db_index=True)
    vector = models.BinaryField(null=True, blank=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["contact", "-received_at"], name="voice_by_contact")]
