"""Answers kept for requests that may be sent twice."""

from django.db import models

from huiyin.core import clock
from huiyin.core.fields import EncryptedJSONField
from huiyin.core.models.record import Record


class IdempotencyKey(Record):
    """One POST that was carried out: what was asked and what was answered."""

    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = EncryptedJSONField()
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once")]
