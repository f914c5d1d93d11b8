"""Reads of the ear."""

from datetime import datetime

from django.db.models import QuerySet

from huiyin.voices.models import RawInput


def waiting(before: datetime) -> QuerySet[RawInput]:
    """Inputs that were kept and not taken in since, oldest first: their intake broke off."""
    received = RawInput.objects.filter(status=RawInput.Status.RECEIVED, received_at__lt=before)
    return received.order_by("received_at")
