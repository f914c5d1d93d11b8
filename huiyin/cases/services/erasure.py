"""Cases forget a person: words, notes, drafts, search; what was promised and kept stays countable."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from huiyin.cases.models import CASES, Case, Clock, Confirmation, Draft, Note, Status
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.selectors import held
from huiyin.cases.services.notes import remember
from huiyin.conversations.models import Message
from huiyin.core import clock, erasing
from huiyin.core.persons import ERASED, Person, Traces
from huiyin.language.verdicts import without_words


def erase(person: Person, traces: Traces) -> int:
    """Take this person out of their cases, and end what was still running for them."""
    cases = held.cases_of(person)
    notes = Note.objects.filter(case__contact_id=person.contact)
    done = erasing.forget_files(held.note_files_of(person))
    done += erasing.delete(Draft.objects.filter(case__contact_id=person.contact))
    done += erasing.overwrite(notes, body=ERASED, attachment_count=0)
    done += erasing.overwrite(Confirmation.objects.filter(case__contact_id=person.contact), comment="")
    for batch in erasing.batches(cases):
        for number in batch:
            _forget(number)
    words = {"subject": ERASED, "preview": "", "tags": [], "fields": {}, "private": {}}
    fixes = {"temporary_fix": "", "lasting_fix": "", "resolution": ""}
    return done + erasing.overwrite(cases, **words, **fixes)


def refresh_found(table: str, keys: list[Any]) -> None:
    """Somebody was taken out of these rows: the search forgets them too."""
    for batch in erasing.batches(_cases_with(table, keys)):
        for case in Case.objects.filter(pk__in=batch):
            remember(case)


def _cases_with(table: str, keys: list[Any]) -> QuerySet[Case]:
    if table == "conversations.Message":
        threads = Message.objects.filter(pk__in=keys).values("conversation")
        return Case.objects.filter(conversation__in=threads)
    return (
        Case.objects.filter(notes__in=keys).distinct()
        if table == "cases.Note"
        else Case.objects.filter(pk__in=keys)
    )


@transaction.atomic
def _forget(number: int) -> None:
    """Close the case, end its clocks, make its follow link void, and let it be found by its reference alone."""
    case, now = Case.objects.select_for_update().get(number=number), clock.now()
    case.understanding = without_words(case.understanding)
    case.follow_version += 1
    changed = ["understanding", "follow_version"]
    if case.status in ACTIVE or case.status == Status.SOLVED:
        case.status, case.ended_at = Status.CLOSED, now
        case.wake_at = case.next_due_at = None
        changed += ["status", "ended_at", "wake_at", "next_due_at"]
        Clock.objects.filter(case=case, ended_at=None).update(status=Clock.Status.CANCELLED, ended_at=now)
    case.version += 1
    case.save(update_fields=[*changed, "version"])
    CASES.put(number, {"reference": case.reference})
