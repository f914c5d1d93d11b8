"""Looking at all rights once a quarter: opened by itself, called to mind until it is done, and its decisions kept."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.accounts import events
from huiyin.accounts.models import AccessReview, Grant, ReviewDecision, User
from huiyin.accounts.selectors.colleagues import administrators
from huiyin.accounts.services.trust import revoke
from huiyin.core import audit, clock, journal, mail
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Forbidden
from huiyin.core.models import OutgoingMail

TIME_TO_REVIEW = timedelta(days=30)
SOON, WEEK = timedelta(days=7), timedelta(days=7)


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
def remind(at: datetime | None = None) -> int:
    """Open the quarter's review, and call the administrators to it: at once, a week before it is due, and every week
    after. One letter a stage and person, however often this runs; answers how many went out now.

    Events: review.opened, review.reminded.
    """
    now = at or clock.now()
    review = open_review(now)
    if review.closed_at is not None:
        return 0
    stage = _stage(review, now)
    letters = [(each, f"review:{review.id}:{stage}:{each.id}") for each in administrators() if each.email]
    known = set(
        OutgoingMail.objects.filter(key__in=[key for _, key in letters]).values_list("key", flat=True)
    )
    new = [(each, key) for each, key in letters if key not in known]
    for admin, key in new:
        mail.send(admin.email, _("Review of rights: %s") % review.quarter, _letter(review), key=key, at=now)
    if new:
        told = events.ReviewReminded(
            subject=str(review.id), quarter=review.quarter, stage=stage, told=len(new)
        )
        journal.publish(told, by=SYSTEM, at=now)
    return len(new)


@transaction.atomic
def decide(review: AccessReview, *, given: Grant, verdict: str, by: User) -> ReviewDecision:
    """Keep a right or take it away, and remember who said so. Refuses one's own rights. Events: grant.revoked,
    review.closed."""
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
    _close_when_done(review, by=by)
    return decision


def _close_when_done(review: AccessReview, *, by: User) -> None:
    open_grants = Grant.objects.in_force(clock.now()).filter(user__is_active=True)
    decided = ReviewDecision.objects.filter(review=review).values("grant_id")
    if open_grants.exclude(id__in=decided).exists():
        return
    AccessReview.objects.filter(id=review.id).update(closed_at=clock.now())
    kinds = ReviewDecision.Verdict
    said = review.decisions.aggregate(
        kept=Count("id", filter=Q(verdict=kinds.KEEP)), revoked=Count("id", filter=Q(verdict=kinds.REVOKE))
    )
    journal.publish(events.ReviewClosed(subject=str(review.id), quarter=review.quarter, **said), by=by.actor)


def _stage(review: AccessReview, now: datetime) -> str:
    """Which call it is time for: `opened`, `soon`, then `late0`, `late1` for each week past the day."""
    if now >= review.due_at:
        return f"late{(now - review.due_at) // WEEK}"
    return "soon" if review.due_at - now <= SOON else "opened"


def _letter(review: AccessReview) -> str:
    due = timezone.localtime(review.due_at).strftime("%Y-%m-%d")
    link = f"{settings.ORIGIN}{reverse('staff_review')}"
    return _(
        "Once a quarter every right is kept or taken away. The review of %(quarter)s is due on %(due)s:\n%(link)s"
    ) % {"quarter": review.quarter, "due": due, "link": link}
