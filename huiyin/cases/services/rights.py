"""Requests about one's own data are cases like any other: with a number, a person in charge, and the law's clock."""

from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact
from huiyin.accounts.services.contacts import Person
from huiyin.cases.models import Case, Clock
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.services import intake, transitions
from huiyin.core.actors import SYSTEM
from huiyin.privacy import services as privacy
from huiyin.voices.models import Kind, Source
from huiyin.voices.services import Spoken


def open_right(contact: UUID, *, request: UUID, kind: str) -> Case | None:
    """The case of one demand; asked for twice it is one, because the demand's id is the voice's.

    None for somebody who was erased before it could be opened: nothing may be added to them.
    """
    if Contact.objects.filter(id=contact, erased_at__isnull=False).exists():
        return None
    with translation.override("zh-hans"):
        text = {
            "access": _("I want a copy of my personal data."),
            "deletion": _("I want my account and my personal data deleted."),
        }.get(kind, _("I have a request about my personal data."))
    spoken = Spoken(
        source=Source.FORM,
        text=text,
        kind=Kind.PRIVACY,
        person=Person(known={}, contact=str(contact)),
        external_id=f"privacy:{request}",
    )
    taken = intake.hear(spoken, by=SYSTEM)
    due = taken.case.clocks.filter(kind=Clock.Kind.RESOLUTION).values_list("due_at", flat=True).first()
    privacy.attach_case(request, case_number=taken.case.number, due_at=due)
    return taken.case


def settle_right(request: UUID, *, outcome: str) -> Case | None:
    """Say in the case what became of the demand. A case that the erasure ended already stays as it is."""
    case = Case.objects.filter(conversation__messages__voice__raw__external_id=f"privacy:{request}").first()
    if case is None or case.status not in ACTIVE:
        return None
    with translation.override("en" if case.language == "en" else "zh-hans"):
        words = {
            "done": _("It has been carried out. You find it in your privacy centre."),
            "cancelled": _("You took your request back; nothing was changed."),
        }.get(outcome, _("We could not do this; somebody will explain it to you."))
    return transitions.solve(case, resolution=words, by=SYSTEM)
