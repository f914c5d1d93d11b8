"""Who answers for a case: a person, or a team's queue; never nobody."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import Team, User
from huiyin.accounts.policies import HANDLERS
from huiyin.cases import events
from huiyin.cases.models import Case
from huiyin.cases.services import notes, rows
from huiyin.core import journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid


@transaction.atomic
def assign(
    case: Case,
    *,
    owner: User | None = None,
    team: Team | None = None,
    reason: str = "",
    version: int | None = None,
    by: Actor,
) -> Case:
    """Give the case to a person, or back to a team's queue when `owner` is None; a reason is kept as a note.

    Refuses people who do not handle cases, an ended case, and a stale version. Events: case.assigned.
    """
    held = _open(case, version=version)
    if owner is not None and (not owner.is_active or HANDLERS.isdisjoint(owner.roles)):
        raise Invalid("owner_cannot_handle", _("This person does not handle cases."), field="owner")
    return _give(held, owner.id if owner else None, team or held.team, reason=reason, by=by)


@transaction.atomic
def claim(case: Case, *, by: Actor) -> Case:
    """Take a case out of the queue. Refuses an ended case; when somebody was faster, tells who.

    Events: case.assigned.
    """
    held = _open(case)
    if held.owner_id == UUID(by.id):
        return held
    if held.owner_id is not None:
        winner = people.directory().people.get(held.owner_id)
        raise Conflict(
            "taken_by_other",
            _("%(name)s has just taken this case.") % {"name": winner or _("Somebody")},
            current=str(held.owner_id),
        )
    return _give(held, UUID(by.id), held.team, reason="", by=by)


def _open(case: Case, *, version: int | None = None) -> Case:
    held = rows.hold(case, version=version)
    if held.is_ended:
        raise Conflict(
            "case_ended", _("This case is closed; reopen it to hand it over."), current=held.status
        )
    return held


def _give(held: Case, owner: UUID | None, team: Team, *, reason: str, by: Actor) -> Case:
    if held.owner_id == owner and held.team_id == team.id and not reason:
        return held
    if held.owner_id is not None and held.owner_id != owner:
        held.handover_count += 1
    held.owner_id, held.team = owner, team
    facts: list[journal.Event] = [
        events.CaseAssigned(subject=str(held.number), owner=str(owner or ""), team=str(team.id))
    ]
    if reason.strip():
        facts += notes.called_in(held, *notes.add_note(held, reason, by=by))
    rows.save(held, "owner", "team", "handover_count")
    journal.publish_all(facts, by=by)
    return held
