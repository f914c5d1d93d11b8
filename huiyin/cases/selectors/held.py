"""What cases hold about one person, and what is still owed to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.models import Case, Confirmation, Note
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.selectors.access import followed
from huiyin.core.errors import NotFound
from huiyin.core.models import Attachment
from huiyin.core.persons import Parcel, Person, Traces

TABLES = frozenset(
    {"cases.Case", "cases.Confirmation", "cases.Draft", "cases.Note"},
)


def cases_of(person: Person) -> QuerySet[Case]:
    return Case.objects.filter(contact_id=person.contact)


def note_files_of(person: Person) -> QuerySet[Attachment]:
    """Files that staff put beside this person's cases."""
    notes = Note.objects.filter(case__contact_id=person.contact, attachment_count__gt=0)
    owners = [str(key) for key in notes.values_list("id", flat=True)]
    return Attachment.objects.filter(owner_kind="note", owner_id__in=owners)


def held_about(person: Person, parcel: Parcel) -> None:
    """The cases with what was promised and done, and the person's own verdicts. Notes among staff are not theirs."""
    parcel.add(
        "cases", (_told(case) for case in cases_of(person).order_by("number").iterator(chunk_size=100))
    )
    said = Confirmation.objects.filter(case__contact_id=person.contact).order_by("at")
    parcel.add("confirmations", (_verdict(each) for each in said.select_related("case")))


def traces_of(person: Person, traces: Traces) -> None:
    """A case is named by its reference and its id."""
    for case in cases_of(person).only("number", "id"):
        traces.ids |= {case.reference, str(case.id)}


def owed_to(person: Person) -> list[str]:
    """Promises that an erasure would end: open cases."""
    open_cases = cases_of(person).filter(status__in=ACTIVE).exclude(kind="privacy").order_by("number")
    words = _("Your request %(reference)s is still open: %(subject)s")
    return [words % {"reference": case.reference, "subject": case.subject} for case in open_cases]


def contact_behind(key: str) -> UUID | None:
    """Whose follow link this is."""
    try:
        return followed(key).contact_id
    except NotFound:
        return None


def contact_of_case(number: str) -> UUID | None:
    return Case.objects.filter(number=number).values_list("contact_id", flat=True).first()


def contacts_heard_since(at: datetime) -> QuerySet[Any]:
    """Contacts with a case that moved since, or that is still open."""
    moved = Case.objects.filter(Q(last_activity_at__gte=at) | Q(status__in=ACTIVE))
    return moved.values("contact")


def _told(case: Case) -> dict[str, Any]:
    kept = ("subject", "kind", "status", "priority", "category", "channel", "language", "sentiment")
    more = ("tags", "fields", "private", "resolution", "opened_at", "solved_at", "ended_at")
    return {"reference": case.reference, **{name: getattr(case, name) for name in (*kept, *more)}}


def _verdict(said: Confirmation) -> dict[str, Any]:
    told = {"case": said.case.reference, "settled": said.is_settled, "score": said.score}
    return {**told, "comment": said.comment, "at": said.at}
