"""Voices past their promise: the figures that everybody may see, and the rows behind them for staff."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet

from huiyin.accounts.models import User
from huiyin.cases.models import Case, Clock, Status
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.selectors.access import cases_for
from huiyin.core import clock

PERIOD = timedelta(days=30)


@dataclass(frozen=True)
class Promises:
    """How the promise stands now and in the last thirty days; every number is a count of rows."""

    open: int
    past: int
    received: int
    answered: int
    confirmed: int
    disputed: int
    kept: int
    missed: int

    @property
    def kept_share(self) -> float | None:
        """Share of first answers given in time, of those that were due."""
        due = self.kept + self.missed
        return self.kept / due if due else None


def past_promise(user: User) -> QuerySet[Case]:
    """Open cases whose deadline has passed, longest first."""
    return _past(cases_for(user)).order_by("next_due_at")


def promise_figures() -> Promises:
    """The public counter, over all cases, in three queries."""
    now = clock.now()
    recent = Q(opened_at__gte=now - PERIOD)
    figures = Case.objects.aggregate(
        open=Count("number", filter=Q(status__in=ACTIVE)),
        received=Count("number", filter=recent),
        answered=Count("number", filter=recent & Q(responded_at__isnull=False)),
        confirmed=Count("number", filter=recent & Q(status=Status.CONFIRMED)),
        disputed=Count("number", filter=recent & Q(reopened_count__gt=0)),
    )
    first = Clock.objects.filter(kind=Clock.Kind.FIRST_RESPONSE, started_at__gte=now - PERIOD)
    clocks = first.aggregate(
        kept=Count("id", filter=Q(breached_at=None, status=Clock.Status.MET)),
        missed=Count("id", filter=Q(breached_at__isnull=False)),
    )
    return Promises(**figures, **clocks, past=_past(Case.objects.all()).count())


def _past(cases: QuerySet[Case]) -> QuerySet[Case]:
    late = Q(is_breached=True) | Q(next_due_at__lte=clock.now())
    return cases.filter(late, status__in=ACTIVE, merged_into=None)


def late_cases() -> list[Case]:
    """Every open case past its promise, longest first, with what the public page tells of it."""
    late = _past(Case.objects.select_related("product__line"))
    return list(late.order_by("next_due_at")[:500])
