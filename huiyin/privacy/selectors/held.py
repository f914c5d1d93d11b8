"""What privacy itself holds about one person."""

from huiyin.core.persons import Parcel, Person, Traces
from huiyin.privacy.models import Consent, Guardianship, Request

TABLES = frozenset(
    {"privacy.Consent", "privacy.Request", "privacy.Export", "privacy.Erasure", "privacy.Hold"}
    | {"privacy.Guardianship"},
)


def held_about(person: Person, parcel: Parcel) -> None:
    """Every choice with its words' version, and every demand with its outcome."""
    said = Consent.objects.filter(contact_id=person.contact).order_by("id")
    kept = ("purpose", "is_given", "text_version", "channel", "address", "at")
    parcel.add("consents", ({name: getattr(row, name) for name in kept} for row in said))
    answered = ("status", "way", "address", "asked_at", "answered_at", "ended_at")
    guardians = Guardianship.objects.filter(contact_id=person.contact).order_by("id")
    parcel.add("guardians", ({name: getattr(row, name) for name in answered} for row in guardians))
    asked = Request.objects.filter(contact_id=person.contact).order_by("asked_at")
    told = ("kind", "status", "asked_at", "due_at", "done_at")
    parcel.add("privacy_requests", ({name: getattr(row, name) for name in told} for row in asked))


def traces_of(person: Person, traces: Traces) -> None:
    """Their demands are named by their ids."""
    asked = Request.objects.filter(contact_id=person.contact)
    traces.ids |= {str(key) for key in asked.values_list("id", flat=True)}
