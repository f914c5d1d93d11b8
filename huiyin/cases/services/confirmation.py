"""Closing the loop: the user's word on our solution, and what silence means."""

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases import events
from huiyin.cases.models import Case, Confirmation, Status
from huiyin.cases.services import rows, transitions
from huiyin.core import clock, journal
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Conflict, Invalid

MAX_COMMENT = 4_000


@transaction.atomic
def confirm(case: Case, *, score: int | None = None, comment: str = "", by: Actor) -> Case:
    """The user says it is settled: the case ends, confirmed. Said again, it stays so; stars and words may be added
    where there were none.

    Refuses a case that was not solved. Events: case.confirmed.
    """
    _check(score, comment)
    held = rows.hold(case)
    if held.status == Status.CONFIRMED:
        _complete(held, score, comment.strip())
        return held
    if held.status not in (Status.SOLVED, Status.CLOSED):
        raise Conflict("not_solved_yet", _("We have not answered this yet."), current=held.status)
    now = clock.now()
    said = Confirmation.objects.create(
        case=held, is_settled=True, score=score, comment=comment.strip(), at=now
    )
    held.status, held.ended_at, held.wake_at = Status.CONFIRMED, now, None
    rows.save(held, *transitions.FIELDS)
    journal.publish(
        events.CaseConfirmed(subject=str(held.number), confirmation=str(said.id), score=score), by=by
    )
    return held


@transaction.atomic
def dispute(case: Case, *, score: int | None = None, comment: str = "", by: Actor) -> Case:
    """The user says it is not settled: the case reopens as a second handling, higher and with somebody senior.

    Refuses a case that was not solved. Events: case.reopened, case.assigned, clock.started.
    """
    _check(score, comment)
    held = rows.hold(case)
    if held.status not in (Status.SOLVED, Status.CONFIRMED, Status.CLOSED):
        raise Conflict("not_solved_yet", _("We have not answered this yet."), current=held.status)
    now = clock.now()
    Confirmation.objects.create(case=held, is_settled=False, score=score, comment=comment.strip(), at=now)
    facts = transitions.second_handling(held, at=now)
    rows.save(held, *transitions.FIELDS)
    journal.publish_all(facts, by=by)
    return held


@transaction.atomic
def close_silent(case: Case) -> bool:
    """End a solved case whose user stayed silent; marked unconfirmed. Does nothing when it is not due any more.

    Events: case.closed.
    """
    held = rows.hold(case)
    now = clock.now()
    if held.status != Status.SOLVED or held.wake_at is None or held.wake_at > now:
        return False
    held.status, held.ended_at, held.wake_at = Status.CLOSED, now, None
    rows.save(held, *transitions.FIELDS)
    days = (now - held.solved_at).days if held.solved_at else 0
    journal.publish(events.CaseClosed(subject=str(held.number), days=days), by=SYSTEM)
    return True


@transaction.atomic
def return_silent(case: Case) -> bool:
    """Give a case back to its owner when the user did not answer our question; nothing ends by silence alone here.

    Events: case.transitioned, clock.resumed.
    """
    held = rows.hold(case)
    now = clock.now()
    if held.status != Status.PENDING_USER or held.wake_at is None or held.wake_at > now:
        return False
    facts = transitions.move(held, Status.OPEN, at=now)
    facts[0] = events.CaseTransitioned(
        subject=str(held.number), origin=Status.PENDING_USER, target=Status.OPEN, reason="user_silent"
    )
    rows.save(held, *transitions.FIELDS)
    journal.publish_all(facts, by=SYSTEM)
    return True


def _complete(case: Case, score: int | None, comment: str) -> None:
    said = case.confirmations.filter(is_settled=True).latest("at")
    said.score = said.score or score
    said.comment = said.comment or comment
    said.save(update_fields=["score", "comment"])


def _check(score: int | None, comment: str) -> None:
    if score is not None and not 1 <= score <= 5:
        raise Invalid("score_range", _("Please choose one to five stars."), field="score")
    if len(comment) > MAX_COMMENT:
        raise Invalid(
            "comment_too_long", _("At most 4,000 characters, please."), field="comment", limit=MAX_COMMENT
        )
