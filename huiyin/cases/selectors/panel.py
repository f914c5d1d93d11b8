"""The side panel of a case: who this person is to us."""

from dataclasses import dataclass

from django.db.models import Avg, Count

from huiyin.accounts.models import User
from huiyin.cases.models import Case, Confirmation
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.selectors.access import cases_for
from huiyin.cases.selectors.inbox import Row, rows_of

SHOWN = 5


@dataclass(frozen=True)
class Satisfaction:
    """Mean score, how many scores, and how often a solution did not settle the matter."""

    mean: float | None
    scores: int
    disputed: int


def open_cases_of(user: User, case: Case) -> list[Row]:
    """Other open cases of the same contact, newest first."""
    others = cases_for(user).filter(contact_id=case.contact_id, status__in=ACTIVE).exclude(number=case.number)
    return rows_of(others.order_by("-number")[:SHOWN])


def history_of(user: User, case: Case) -> list[Row]:
    """Earlier cases of the same contact that are not open any more."""
    others = (
        cases_for(user)
        .filter(contact_id=case.contact_id)
        .exclude(status__in=ACTIVE)
        .exclude(number=case.number)
    )
    return rows_of(others.order_by("-number")[:SHOWN])


def satisfaction_of(case: Case) -> Satisfaction:
    """What this contact said of our solutions."""
    said = Confirmation.objects.filter(case__contact_id=case.contact_id)
    figures = said.aggregate(mean=Avg("score"), scores=Count("score"))
    return Satisfaction(figures["mean"], figures["scores"], said.filter(is_settled=False).count())
