"""Looking at all rights once a quarter, and keeping what was decided."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events
from huiyin.accounts.models import AccessReview, Grant, ReviewDecision, User
from huiyin.accounts.services.trust import revoke
from huiyin.core import audit, clock, journal
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Forbidden

TIME_TO_REVIEW = timedelta(days=30)


@transaction.atomic
def open_review(at: datetime | None = None) -> AccessReview:
    """The review of the quarter; made when it is first asked for. Events: review.opened."""
    now = at or clock.now()
    quarter = f"{now.year}-Q{(now.month - 1) // 3 + 1}"
    review, is_new = AccessReview.objects.get_or_create(
        quarter=quarter, defaults={"opened_at": now, "due_at": now + TIME_TO_REVIEW}
    )
    if is_new:
        journal.publish(events.ReviewOpened(subject=str(review.id), quarter=quarter), by=SYSTEM)
    return review


@transaction.atomic
def decide(review: AccessReview, *, given: Grant, verdict: str, by: User) -> ReviewDecision:
    """Keep a right or take it away, and remember who said so. Refuses one's own rights. Events: grant.revoked."""
    if given.user_id == by.id:
        raise Forbidden("not_to_oneself", _("Nobody reviews their own rights."))
    if review.closed_at is not None:
        raise Conflict("review_closed", _("This review is closed."))
    decision, _is_new = ReviewDecision.objects.update_or_create(
        review=review, grant=given, defaults={"verdict": verdict, "by": by, "at": clock.now()}
    )
    audit.record(
        "grant.reviewed",
        f"grant:{given.id}",
        by=by.actor,
        detail={"verdict": verdict, "quarter": review.quarter},
    )
    if verdict == ReviewDecision.Verdict.REVOKE:
        revoke(given, by=by)
    _close_when_done(review)
    return decision


def _close_when_done(review: AccessReview) -> None:
    open_grants = Grant.objects.in_force(clock.now()).filter(user__is_active=True)
    decided = ReviewDecision.objects.filter(review=review).values("grant_id")
    if not open_grants.exclude(id__in=decided).exists():
        AccessReview.objects.filter(id=review.id).update(closed_at=clock.now())
