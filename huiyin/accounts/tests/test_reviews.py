"""The quarter's review of rights: it opens by itself, calls until it is done, keeps what was decided, and hints."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from config.schedule import SCHEDULE
from huiyin.accounts import tasks
from huiyin.accounts.models import AccessReview, ReviewDecision
from huiyin.accounts.selectors import colleagues
from huiyin.accounts.services import people, reviews
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.models import AuditEntry, JournalEntry, OutgoingMail
from huiyin.core.tests.people import signed_in, staff

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 10, 1, 1, 7, tzinfo=UTC)


def admin(name: str):
    return people.create_user(username=name, email=f"{name}@example.com", roles=("admin",), by=SYSTEM)


def facts(name: str) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(name=name).order_by("seq"))


def test_call_when_the_schedule_runs_then_opens_the_review_and_writes_to_each_administrator_once() -> None:
    admin("an"), admin("bo"), staff("agent")
    people.disable(admin("gone"), by=SYSTEM)
    with clock.frozen(BEGAN):
        assert (tasks.call_to_review.call(), tasks.call_to_review.call()) == (2, 0)
    review = AccessReview.objects.get()
    assert (review.quarter, review.due_at) == ("2026-Q4", BEGAN + timedelta(days=30))
    assert sorted(each.to for each in OutgoingMail.objects.all()) == ["an@example.com", "bo@example.com"]
    assert all("/admin/access/" in each.text for each in OutgoingMail.objects.all())
    assert [fact.data for fact in facts("review.reminded")] == [
        {"quarter": "2026-Q4", "stage": "opened", "told": 2}
    ]


def test_call_when_the_day_comes_near_and_passes_then_comes_again_each_week() -> None:
    admin("an")
    for days in range(50):
        reviews.remind(BEGAN + timedelta(days=days))
    assert [fact.data["stage"] for fact in facts("review.reminded")] == [
        "opened",
        "soon",
        "late0",
        "late1",
        "late2",
    ]


def test_call_when_the_review_is_done_then_is_silent_until_the_next_quarter() -> None:
    first, second = admin("an"), admin("bo")
    reviews.remind(BEGAN)
    with clock.frozen(BEGAN + timedelta(days=1)):
        review = reviews.open_review()
        reviews.decide(review, given=first.grants.get(), verdict="keep", by=second)
        reviews.decide(review, given=second.grants.get(), verdict="keep", by=first)
    assert AccessReview.objects.get().closed_at == BEGAN + timedelta(days=1)
    assert reviews.remind(BEGAN + timedelta(days=29)) == 0
    assert reviews.remind(datetime(2027, 1, 1, 1, 7, tzinfo=UTC)) == 2
    assert ReviewDecision.objects.count() == 2


def test_review_when_closed_then_says_what_it_kept_and_stands_in_the_record() -> None:
    first, second, agent = admin("an"), admin("bo"), staff("agent")
    review = reviews.open_review()
    reviews.decide(review, given=agent.grants.get(), verdict="revoke", by=first)
    reviews.decide(review, given=first.grants.get(), verdict="keep", by=second)
    reviews.decide(review, given=second.grants.get(), verdict="keep", by=first)
    (fact,) = facts("review.closed")
    assert fact.data == {"quarter": review.quarter, "kept": 2, "revoked": 1}
    assert AuditEntry.objects.filter(action="review.closed", actor_id=str(first.id)).count() == 1
    (kept,) = colleagues.reviews()
    assert (kept.kept, kept.revoked) == (2, 1)
    page = signed_in(first).get("/admin/access/?lang=en").content.decode()
    assert "2 kept, 1 taken away" in page


def test_call_is_on_the_page_of_clocks() -> None:
    daily = [each.cron for each in SCHEDULE if each.task == "huiyin.accounts.tasks.call_to_review"]
    assert daily == ["7 1 * * *"]


def test_hints_when_rights_lie_idle_or_pile_up_then_say_so() -> None:
    user = people.create_user(username="much", roles=("agent", "senior", "admin"), by=SYSTEM)
    user.grants.update(granted_at=clock.now() - timedelta(days=100))
    with translation.override("en"):
        found = {each.grant.role: set(each.hints) for each in colleagues.review_of(reviews.open_review())}
    idle = {"Never used since it was given", "Not signed in for 90 days"}
    both = "Administers and handles cases: two accounts would keep them apart"
    assert found["agent"] == idle | {"The senior's role includes this"}
    assert found["admin"] == idle | {both}
    assert found["senior"] == idle
