"""Writes about deletion: asked for, taken back within the waiting time, carried out for good, certified.

The ledger is written first and the keys go last, so that an erasure that was cut off anywhere is carried on,
and one that a restored system has forgotten is carried out again before it serves.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact
from huiyin.accounts.selectors.family import family_of
from huiyin.core import clock, erasing, journal, personkeys, persons
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Conflict
from huiyin.core.persons import Person, Traces
from huiyin.core.ports import keys
from huiyin.privacy import events
from huiyin.privacy.models import AgeCorrection, Consent, Erasure, Export, Guardianship, Hold, Request
from huiyin.privacy.services import exports, mentions
from huiyin.privacy.services.requests import answer, open_request

Status = Erasure.Status
KEPT_TRACES = ("keys", "ids", "words", "texts", "names", "indexes")


@transaction.atomic
def ask_deletion(contact: Contact, *, channel: str, by: Actor) -> Erasure:
    """Somebody wants to be forgotten; it is carried out when the waiting time is over. Events: privacy.requested.

    Refuses while the law makes us keep the data, while a deletion waits already, and after one was done.
    """
    if Hold.objects.filter(contact=contact, ended_at=None).exists():
        raise Conflict(
            "legal_hold", _("The law makes us keep this data for now; we will tell you when it ends.")
        )
    if contact.erased_at:
        raise Conflict("person_erased", _("This person's data was erased; nothing can be added to it."))
    request = open_request(contact, Request.Kind.DELETION, channel=channel, by=by)
    now = clock.now()
    try:
        with transaction.atomic():
            return Erasure.objects.create(
                request=request,
                contact=contact,
                user_id=contact.user_id,
                asked_at=now,
                due_at=now + timedelta(days=settings.ERASURE_GRACE_DAYS),
                certificate=secrets.token_hex(16),
            )
    except IntegrityError as lost:
        raise Conflict("deletion_waiting", _("A deletion is already waiting.")) from lost


@transaction.atomic
def cancel_deletion(erasure: Erasure, *, by: Actor) -> Erasure:
    """Take it back within the waiting time. Refuses afterwards. Events: privacy.answered."""
    waiting = Erasure.objects.filter(id=erasure.id, status=Status.WAITING)
    if not waiting.update(status=Status.CANCELLED):
        raise Conflict("deletion_begun", _("The deletion has begun and cannot be taken back."))
    erasure.status = Status.CANCELLED
    if erasure.request:
        answer(erasure.request, Request.Status.CANCELLED, by=by)
    return erasure


def erase_due() -> int:
    """Carry out the deletions whose day has come, and go on with those that were cut off."""
    due = Erasure.objects.filter(status__in=[Status.WAITING, Status.RUNNING], due_at__lte=clock.now())
    held = Hold.objects.filter(ended_at=None).values("contact")
    found = list(due.exclude(contact__in=held).order_by("due_at")[:20])
    carry_out_all(found)
    return len(found)


def carry_out(erasure: Erasure) -> Erasure:
    """Forget one person; see `carry_out_all`."""
    carry_out_all([erasure])
    return erasure


def carry_out_all(erasures: Iterable[Erasure]) -> list[Erasure]:
    """Forget these people and those who were merged into them: first in their own rows, then, in one pass, in
    everybody's; then destroy their keys. Carried on where it was cut off. Events: person.erased.
    """
    open_ones = [one for erasure in erasures for one in _family(erasure) if one.status != Status.DONE]
    begun = [(erasure, *_forgotten(erasure)) for erasure in open_ones]
    with erasing.thoroughly():
        mentions.hide(traces for _erasure, traces, _removed in begun if not traces.is_blind)
    for erasure, traces, removed in begun:
        personkeys.destroy(traces.keys)
        _finish(erasure, removed)
    return open_ones


def _family(erasure: Erasure) -> list[Erasure]:
    """The erasures of those who were merged into this person, and then the one asked for."""
    if erasure.contact.merged_into_id is not None:
        return [erasure]
    return [*(_of_member(member, erasure) for member in family_of(erasure.contact)[1:]), erasure]


def _forgotten(erasure: Erasure) -> tuple[Traces, dict[str, int]]:
    """Begin one erasure and forget the person's own rows. In a restored system nothing is kept of what told of
    them in others' rows, so that those are cleaned while it still can be found.
    """
    person = Person(erasure.contact_id, erasure.user_id)
    _begin(erasure)
    traces = _traces(erasure, person)
    if traces.is_blind:
        mentions.hide([traces])
        traces = _traces(erasure, person)
    return traces, forget(person, traces)


def _of_member(member: UUID, erasure: Erasure) -> Erasure:
    """A contact who was merged into this one is forgotten like it, with a line of its own in the ledger."""
    known = Erasure.objects.filter(contact_id=member).exclude(status=Status.CANCELLED).first()
    return known or Erasure.objects.create(
        contact_id=member,
        asked_at=erasure.asked_at,
        due_at=erasure.due_at,
        certificate=secrets.token_hex(16),
    )


def forget(person: Person, traces: Traces) -> dict[str, int]:
    """Every app forgets its part; answers how much each removed."""
    with erasing.thoroughly():
        return {source.app: source.erase(person, traces) for source in persons.sources()}


def replay() -> int:
    """Carry out again what the ledger knows and this database has forgotten, and the reverse: after a restore."""
    missing = missing_here()
    for line in missing:
        _again(line)
    for erasure in Erasure.objects.filter(status=Status.DONE):
        keys.port().enter(_line(erasure))
        if not personkeys.is_destroyed(erasure.contact_id):
            personkeys.destroy(_trace(Person(erasure.contact_id, erasure.user_id)).keys)
    return len(missing)


def missing_here(*known: str) -> list[keys.Erasure]:
    """Lines of the ledger that are not in one of these states in this database; not done, unless named."""
    known = known or (Status.DONE,)
    here = set(Erasure.objects.filter(status__in=known).values_list("id", flat=True))
    return [line for line in keys.port().erasures() if UUID(line.id) not in here]


def objection() -> str:
    """Why the house must not open: a restored system still holds somebody who was erased since."""
    # What was cut off here is carried on by the schedule, and is no reason to stay shut.
    lines = missing_here(Status.DONE, Status.RUNNING)
    waiting = [line for line in lines if Contact.objects.filter(id=line.contact).exists()]
    if not waiting:
        return ""
    return f"{len(waiting)} erasures are missing in this database; run `huiyin privacy replay` first."


def _again(line: keys.Erasure) -> None:
    """A person whom this database does not know yet has nothing here to forget."""
    contact = Contact.objects.filter(id=line.contact).first()
    if contact is None:
        return
    erasure = Erasure.objects.filter(id=line.id).first()
    if erasure is None:
        Erasure.objects.filter(contact=contact, status__in=[Status.WAITING, Status.RUNNING]).delete()
        erasure = Erasure.objects.create(
            id=line.id,
            contact=contact,
            user_id=UUID(line.user) if line.user else None,
            asked_at=line.at,
            due_at=line.at,
            certificate=secrets.token_hex(16),
        )
    carry_out(erasure)


def _begin(erasure: Erasure) -> None:
    """First the ledger, outside of this database; then the mark that it has begun."""
    keys.port().enter(_line(erasure))
    Erasure.objects.filter(id=erasure.id).update(status=Status.RUNNING)
    erasure.status = Status.RUNNING


def _traces(erasure: Erasure, person: Person) -> Traces:
    """What was found before the first row was changed, kept with the erasure, sealed under the key that will go."""
    if erasure.traces and not personkeys.is_destroyed(erasure.contact_id):
        kept: dict[str, Any] = {name: set(listed) for name, listed in erasure.traces.items()}
        return Traces(**{**kept, "keys": {UUID(key) for key in kept["keys"]}})
    found = _trace(person)
    if not personkeys.is_destroyed(erasure.contact_id):
        erasure.traces = {name: sorted(map(str, getattr(found, name))) for name in KEPT_TRACES}
        erasure.save(update_fields=["traces"])
    return found


def _trace(person: Person) -> Traces:
    found = Traces(keys=set(person.keys), is_blind=personkeys.is_destroyed(person.contact))
    for source in persons.sources():
        source.trace(person, found)
    return found


@transaction.atomic
def _finish(erasure: Erasure, removed: dict[str, int]) -> None:
    now = clock.now()
    Contact.objects.filter(id=erasure.contact_id).update(erased_at=now)
    erasure.status, erasure.done_at, erasure.removed = Status.DONE, now, removed
    Erasure.objects.filter(id=erasure.id).update(
        status=Status.DONE, done_at=now, removed=removed, traces=None
    )
    fact = events.PersonErased(subject=str(erasure.contact_id), erasure=str(erasure.id))
    journal.publish(fact, by=SYSTEM)
    if erasure.request:
        answer(erasure.request, Request.Status.DONE, by=SYSTEM)


def _line(erasure: Erasure) -> keys.Erasure:
    user = str(erasure.user_id) if erasure.user_id else ""
    return keys.Erasure(str(erasure.id), str(erasure.contact_id), user, erasure.asked_at)


def forget_own(person: Person, traces: Traces) -> int:
    """What privacy itself holds: copies that were made, addresses of consents. That somebody consented is kept."""
    made = Export.objects.filter(contact_id=person.contact).exclude(status=Export.Status.EXPIRED)
    removed = sum(exports.remove(export) for export in made)
    for table in (Guardianship, AgeCorrection):
        removed += erasing.delete(table._default_manager.filter(contact_id=person.contact))
    return removed + erasing.overwrite(Consent.objects.filter(contact_id=person.contact), address="")
