"""The status machine: which moves there are, and what each does to the clocks."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.policies import SENIORS
from huiyin.cases import events
from huiyin.cases.models import Case, Clock, Priority, Status
from huiyin.cases.models.case import ACTIVE, MOVES
from huiyin.cases.services import clocks, fields, notes, rows
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid

FIELDS = (
    "status",
    "priority",
    "level",
    "owner",
    "wake_at",
    "solved_at",
    "ended_at",
    "reopened_count",
    "handover_count",
    "merged_into",
)
USER_SILENCE = timedelta(days=5)
CONFIRM_WITHIN = timedelta(days=7)
SENIOR_LEVEL = 3
REOPENABLE = (Status.SOLVED, Status.CONFIRMED, Status.CLOSED)


@transaction.atomic
def transition(case: Case, target: str, *, reason: str = "", version: int | None = None, by: Actor) -> Case:
    """Move a case. A person's reason is kept as a note. Refuses an unknown move and a stale version.

    To *solved* use `solve`, because a solution needs words. Events: case.transitioned and those of the clocks.
    """
    if target == Status.SOLVED:
        return solve(case, resolution=reason, version=version, by=by)
    held = rows.hold(case, version=version)
    if held.status in REOPENABLE and target == Status.OPEN:
        return reopen(held, reason=reason, by=by)
    origin = held.status
    facts = move(held, target, at=clock.now())
    if reason.strip():
        written, called = notes.add_note(held, reason, by=by)
        facts[0] = events.CaseTransitioned(
            subject=str(held.number), origin=origin, target=target, note=str(written.id)
        )
        facts += notes.called_in(held, written, called)
    rows.save(held, *FIELDS)
    journal.publish_all(facts, by=by)
    return held


@transaction.atomic
def solve(
    case: Case,
    *,
    resolution: str,
    temporary_fix: str = "",
    lasting_fix: str = "",
    version: int | None = None,
    by: Actor,
) -> Case:
    """Claim that the matter is settled; the user is asked, and silence closes it after seven days as unconfirmed.

    Who solves a case that nobody owns becomes its owner. Refuses without words on what was done, and people while a
    field that must not be empty is.
    Events: case.transitioned, clock.met, case.assigned, case.solved.
    """
    if not resolution.strip():
        raise Invalid(
            "resolution_missing", _("Please say what was done; the user will read it."), field="resolution"
        )
    held = rows.hold(case, version=version)
    if by.kind == "user":
        fields.check_needed(held)
    origin = held.status
    now = clock.now()
    facts = move(held, Status.SOLVED, at=now)
    held.resolution = resolution.strip()
    held.temporary_fix = temporary_fix.strip() or held.temporary_fix
    held.lasting_fix = lasting_fix.strip() or held.lasting_fix
    if by.kind == "user" and held.owner_id is None:
        held.owner_id = UUID(by.id)
        facts.append(
            events.CaseAssigned(subject=str(held.number), owner=by.id, team=str(held.team_id), reason="solve")
        )
    notes.remember(held)
    rows.save(held, *FIELDS, "resolution", "temporary_fix", "lasting_fix")
    facts.append(events.CaseSolved(subject=str(held.number), origin=origin))
    journal.publish_all(facts, by=by)
    return held


@transaction.atomic
def reopen(case: Case, *, reason: str = "", by: Actor) -> Case:
    """Open a solved or ended case again by hand. Refuses one that is open. Events: case.reopened, clock.started."""
    held = rows.hold(case)
    facts = reopened(held, reason="staff" if by.kind == "user" else "user_wrote", at=clock.now())
    if reason.strip():
        written, called = notes.add_note(held, reason, by=by)
        facts.append(
            events.CaseNoted(
                subject=str(held.number), note=str(written.id), mentions=[str(user.id) for user in called]
            )
        )
    rows.save(held, *FIELDS)
    journal.publish_all(facts, by=by)
    return held


def move(case: Case, target: str, *, at: datetime) -> list[journal.Event]:
    """One step of the machine on a held row, with its clocks; the caller saves and publishes.

    From a solved or ended state the only step is to open again, with fresh clocks.
    """
    if case.status in REOPENABLE and target == Status.OPEN:
        return reopened(case, reason="staff", at=at)
    if target not in MOVES[case.status]:
        raise Conflict(
            "move_unknown",
            _("A case cannot go from “%(origin)s” to “%(target)s”.")
            % {
                "origin": case.get_status_display(),
                "target": Status(target).label if target in Status else target,
            },
            current=case.status,
            allowed=sorted(MOVES[case.status]),
        )
    return step(case, target, at=at)


def step(case: Case, target: str, *, at: datetime) -> list[journal.Event]:
    """The effects of a move on a held row and its clocks, whether or not the machine knows the move."""
    facts: list[journal.Event] = [
        events.CaseTransitioned(subject=str(case.number), origin=case.status, target=target)
    ]
    origin, case.status = case.status, target
    case.wake_at = at + USER_SILENCE if target == Status.PENDING_USER else None
    if target == Status.PENDING_USER:
        facts += clocks.pause(case, at=at, reason="waiting_for_user")
    elif origin == Status.PENDING_USER:
        facts += clocks.resume(case, at=at)
    if target == Status.SOLVED:
        case.solved_at, case.wake_at = at, at + CONFIRM_WITHIN
        facts += clocks.meet(case, list(Clock.Kind), at=at)
    return facts


def reopened(case: Case, *, reason: str, at: datetime) -> list[journal.Event]:
    """Open a held row again, out of any merge: fresh clocks for an answer and a solution; the caller saves and
    publishes.
    """
    if case.status not in REOPENABLE:
        raise Conflict("case_is_open", _("This case is open already."), current=case.status)
    origin = case.status
    case.status, case.wake_at, case.ended_at, case.solved_at = Status.OPEN, None, None, None
    case.merged_into = None
    case.reopened_count += 1
    facts: list[journal.Event] = [
        events.CaseReopened(subject=str(case.number), origin=origin, reason=reason, priority=case.priority)
    ]
    return facts + clocks.start(case, [Clock.Kind.NEXT_RESPONSE, Clock.Kind.RESOLUTION], at=at)


def second_handling(case: Case, *, at: datetime) -> list[journal.Event]:
    """The user said no: higher priority, level three, somebody senior who was not the last owner."""
    case.priority = Priority(case.priority).raised
    case.level = max(case.level, SENIOR_LEVEL)
    facts = reopened(case, reason="not_settled", at=at)
    senior = _senior_for(case)
    if senior is not None and senior != case.owner_id:
        case.owner_id = senior
        case.handover_count += 1
        facts.append(
            events.CaseAssigned(
                subject=str(case.number), owner=str(senior), team=str(case.team_id), reason="second_handling"
            )
        )
    return facts


def _senior_for(case: Case) -> UUID | None:
    """Somebody senior of the team with the fewest open cases, else of any team; never the last owner if avoidable."""
    directory = people.directory()
    here = [user for user, person in directory.people.items() if person.is_active]
    seniors = [user for user in here if not SENIORS.isdisjoint(directory.roles[user])]
    team = directory.members.get(case.team_id, frozenset())
    for group in ([u for u in seniors if u in team], seniors):
        candidates = [user for user in group if user != case.owner_id]
        if candidates:
            return min(candidates, key=lambda user: (_load(user), str(user)))
    return None


def _load(user: UUID) -> int:
    return Case.objects.filter(owner_id=user, status__in=ACTIVE).count()
