"""API tokens: random, stored as a hash, scoped, expiring, revocable."""

from django.conf import settings
from django.db import models

from huiyin.core import clock
from huiyin.core.models import Record


class Scope(models.TextChoices):
    """What a token may do, at most; its user's roles limit it further."""

    VOICES_WRITE = "voices:write"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    CONTACTS_READ = "contacts:read"
    CONTACTS_ACT = "contacts:act"
    KNOWLEDGE_WRITE = "knowledge:write"
    METRICS_READ = "metrics:read"
    WEBHOOKS_WRITE = "webhooks:write"


class ApiToken(Record):
    """A key for a program; the secret itself is shown once and never stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80, blank=True, default="")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    scopes = models.JSONField(default=list)
    issued_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
