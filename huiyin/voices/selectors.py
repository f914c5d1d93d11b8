"""Reads of the ear."""

from datetime import datetime

from django.db.models import Q, QuerySet

from huiyin.voices.models import RawInput


def waiting(before: datetime) -> QuerySet[RawInput]:
    """Inputs that were kept and not taken in since, oldest first: their intake broke off."""
    received = RawInput.objects.filter(status=RawInput.Status.RECEIVED, received_at__lt=before)
    return received.order_by("received_at")


def kept_before(source: str, external_id: str | None, request_key: str | None) -> RawInput | None:
    """The row that was kept first for the same thing said, or for the same request."""
    same = Q(pk=None)
    if external_id is not None:
        same |= Q(source=source, external_id=external_id)
    if request_key is not None:
        same |= Q(request_key=request_key)
    return RawInput.objects.filter(same).order_by("received_at").first()
