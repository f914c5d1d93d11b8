"""What a contact reads about their own case: where it stands, who is on it, by when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from huiyin.cases.models import Case, Notice, Status
from huiyin.cases.models.case import ENDED
from huiyin.cases.selectors.detail import MOST_SHOWN, SHOWN, user_items
from huiyin.core import clock, markdown

ASKED = (Status.SOLVED, Status.CLOSED)


@dataclass(frozen=True, kw_only=True)
class PromiseTold:
    """The next time that we promise, and since when we owe one that has passed; either may be missing."""

    next_at: datetime | None = None
    late_since: datetime | None = None


def page(case: Case, *, shown: int = SHOWN) -> dict[str, Any]:
    """Everything on the contact's page of one case; of its timeline the last `shown` entries."""
    items = user_items(case, last=shown + 1)
    promise = promise_of(case)
    said = case.confirmations.order_by("-at").first()
    return {
        "case": case,
        "steps": steps(case),
        "in_charge": str(case.owner) if case.owner else case.team.name,
        "promise_at": promise.next_at,
        "late_since": promise.late_since,
        "is_lead_told": promise.late_since is not None and is_lead_told(case),
        "timeline": items[-shown:],
        "shown_next": shown + SHOWN if len(items) > shown and shown < MOST_SHOWN else 0,
        "ask": case.status in ASKED,
        "resolution_html": markdown.render(case.resolution) if case.resolution else "",
        "confirmation": said if case.status == Status.CONFIRMED else None,
        "can_write": True,
    }


def promise_of(case: Case) -> PromiseTold:
    """What a user may read of our deadlines: a time to come is promised, a time gone by is owned up to."""
    if not case.is_active or case.status == Status.PENDING_USER:
        return PromiseTold()
    now = clock.now()
    owed = case.clocks.filter(ended_at=None, due_at__isnull=False).values_list("due_at", flat=True)
    times = sorted(at for at in owed if at is not None)
    return PromiseTold(
        next_at=next((at for at in times if at > now), None),
        late_since=next((at for at in times if at <= now), None),
    )


def is_lead_told(case: Case) -> bool:
    """Has the lead of the team been told of a missed promise of this case?"""
    lead, told = case.team.lead_id, Notice.objects.filter(case=case, kind=Notice.Kind.DUE)
    return lead is not None and told.filter(user_id=lead).exists()


def steps(case: Case) -> list[dict[str, Any]]:
    """Four steps of the way; the one we stand on is *now*."""
    reached = {
        Status.NEW: 1,
        Status.OPEN: 1,
        Status.PENDING_THIRD_PARTY: 1,
        Status.PENDING_USER: 1,
        Status.SOLVED: 2,
        Status.CLOSED: 3,
        Status.CONFIRMED: 4,
    }[Status(case.status)]
    texts = [
        (_("Received"), case.opened_at, ""),
        (_("In progress"), case.responded_at, _waiting(case)),
        (_("Answered"), case.solved_at, _("We ask you whether it is settled")),
        (_end(case), case.ended_at if case.status in ENDED else None, ""),
    ]
    return [
        {
            "label": label,
            "state": "done" if place < reached else "now" if place == reached else "next",
            "at": at if place <= reached else None,
            "text": text if place == reached else "",
        }
        for place, (label, at, text) in enumerate(texts)
    ]


def line(case: Case, url: str) -> dict[str, Any]:
    """One request of the contact's list."""
    return {
        "reference": case.reference,
        "subject": case.subject,
        "status": case.status,
        "at": case.last_activity_at,
        "url": url,
        "needs_answer": case.status in (Status.SOLVED, Status.PENDING_USER),
    }


def _end(case: Case) -> str:
    """Settled is the user's word alone."""
    return _("Closed without your word") if case.status == Status.CLOSED else _("Settled")


def _waiting(case: Case) -> str:
    if case.status == Status.PENDING_USER:
        return _("We wait for your answer")
    if case.status == Status.PENDING_THIRD_PARTY:
        return _("We have asked a partner and keep at it")
    return ""
