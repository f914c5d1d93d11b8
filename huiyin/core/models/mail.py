"""Mail on its way out: committed first, sent afterwards."""

from django.db import models

from huiyin.core import clock
from huiyin.core.fields import EncryptedJSONField, EncryptedTextField
from huiyin.core.models.record import Record


class OutgoingMail(Record):
    """One mail to one person. The same `key` is one mail; every attempt carries the same Message-ID.

    `person` is whose key seals it, where the sender knows.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"

    key = models.CharField(max_length=200, unique=True)
    person = models.UUIDField(null=True, blank=True, db_index=True)
    to = EncryptedTextField(subject="person")
    subject = EncryptedTextField(subject="person")
    text = EncryptedTextField(subject="person")
    headers = EncryptedJSONField(subject="person", default=dict)
    owner_kind = models.CharField(max_length=32, blank=True, default="")
    owner_id = models.CharField(max_length=64, blank=True, default="")
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner_kind", "owner_id"], name="mail_owner")]
