"""Reads of the ear."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Q, QuerySet

from huiyin.core import clock
from huiyin.core.persons import ERASED, Parcel, Person, Traces
from huiyin.voices.models import RawInput, Voice

COMPARED_FOR = timedelta(days=60)  # how far back voices are compared by meaning
_goes_on: Callable[[], Exists] | None = None


def tell_goings_on_by(condition: Callable[[], Exists]) -> None:
    """The app above that keeps threads tells which voices only go on in one, as a condition on voices."""
    global _goes_on
    _goes_on = condition


def openings() -> QuerySet[Voice]:
    """Voices that begin a matter. What goes on in a thread, as *any news?*, is about one that is counted already."""
    return Voice.objects.filter(~_goes_on()) if _goes_on else Voice.objects.all()


def held_about(person: Person, parcel: Parcel) -> None:
    """What this person said, as they said it, with where it came from."""
    voices = Voice.objects.filter(contact_id=person.contact).select_related("raw").order_by("received_at")
    parcel.add("voices", (_told(voice) for voice in voices.iterator(chunk_size=100)))


def traces_of(person: Person, traces: Traces) -> None:
    """The keys of raw inputs, and the texts that others may have copied."""
    voices = Voice.objects.filter(contact_id=person.contact)
    for key, subject, text in voices.values_list("id", "raw__subject", "text"):
        traces.ids.add(str(key))
        traces.texts.add(text)
        if subject:
            traces.keys.add(subject)


def _told(voice: Voice) -> dict[str, Any]:
    kept = ("source", "kind", "subject", "text", "context", "language", "sentiment", "received_at")
    return {"id": voice.id, **{name: getattr(voice, name) for name in kept}, "as_it_came": voice.raw.body}


def unread_by(model: str) -> QuerySet[Voice]:
    """Voices of the last weeks that have no vector of this encoder."""
    recent = Voice.objects.filter(is_understood=True, received_at__gte=clock.now() - COMPARED_FOR)
    return recent.exclude(text=ERASED).filter(Q(vector=None) | ~Q(understanding__vector_model=model))


def waiting(before: datetime) -> QuerySet[RawInput]:
    """Inputs that were kept and not taken in since, oldest first: their intake broke off."""
    received = RawInput.objects.filter(status=RawInput.Status.RECEIVED, received_at__lt=before)
    return received.filter(voice=None).order_by("received_at")


def kept_before(source: str, external_id: str | None, request_key: str | None) -> RawInput | None:
    """The row that was kept first for the same thing said, or for the same request."""
    same = Q(pk=None)
    if external_id is not None:
        same |= Q(source=source, external_id=external_id)
    if request_key is not None:
        same |= Q(request_key=request_key)
    return RawInput.objects.filter(same).order_by("received_at").first()
