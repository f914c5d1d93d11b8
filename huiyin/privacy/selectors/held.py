"""What privacy itself holds about one person."""

from typing import Any

from django.db.models import Model

from huiyin.core.persons import Parcel, Person, Traces
from huiyin.privacy.models import AgeCorrection, Consent, Guardianship, Request
from huiyin.privacy.selectors import purposes

TABLES = frozenset(
    {"privacy.Consent", "privacy.Request", "privacy.Export", "privacy.Erasure", "privacy.Hold"}
    | {"privacy.Guardianship", "privacy.AgeCorrection"},
)


def held_about(person: Person, parcel: Parcel) -> None:
    """Every choice with its words' version, who answers for a child or why nobody has to, and every demand."""
    named = purposes.labels()
    for said in Consent.objects.filter(contact_id=person.contact).order_by("id"):
        values = _values(said, "purpose is_given text_version channel address at")
        parcel.add("consents", [{"purpose_name": named.get(said.purpose, said.purpose), **values}])
    answered = "status way address asked_at answered_at ended_at"
    guardians = Guardianship.objects.filter(contact_id=person.contact).order_by("id")
    parcel.add("guardians", (_values(row, answered) for row in guardians))
    corrected = AgeCorrection.objects.filter(contact_id=person.contact).order_by("id")
    parcel.add("age_corrections", (_values(row, "reason at") for row in corrected))
    asked = Request.objects.filter(contact_id=person.contact).order_by("asked_at")
    parcel.add("privacy_requests", (_values(row, "kind status asked_at due_at done_at") for row in asked))


def _values(row: Model, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}


def traces_of(person: Person, traces: Traces) -> None:
    """Their demands are named by their ids."""
    asked = Request.objects.filter(contact_id=person.contact)
    traces.ids |= {str(key) for key in asked.values_list("id", flat=True)}
