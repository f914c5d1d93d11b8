"""What machines start in cases: silence that ends or returns a case, and the safety net under intake."""

from datetime import timedelta

from django_tasks import task

from huiyin.cases import services
from huiyin.cases.models import Case, Status
from huiyin.cases.services import calendars, ticking
from huiyin.core import clock
from huiyin.voices import selectors as heard
from huiyin.voices import services as voices

BROKEN_OFF = timedelta(seconds=60)
BATCH = 100


@task(priority=20)
def wake() -> int:
    """Act on cases whose user stayed silent too long; each exactly once, because the service looks again."""
    acts = {Status.SOLVED: services.close_silent, Status.PENDING_USER: services.return_silent}
    due = Case.objects.filter(wake_at__lte=clock.now(), status__in=list(acts)).order_by("wake_at")[:BATCH]
    return sum(acts[Status(case.status)](case) for case in due)


@task(priority=30)
def take_in_kept() -> int:
    """Finish inputs that were kept raw while their intake broke off."""
    before = clock.now() - BROKEN_OFF
    voices.settle(before=before)
    broken = heard.waiting(before)[:BATCH]
    return sum(services.take_in_kept(raw) is not None for raw in broken)


@task(priority=40)
def tick() -> dict[str, int]:
    """Breach clocks that are due and warn of those that are near, each exactly once."""
    return ticking.tick()


@task(priority=0)
def recount_stale() -> int:
    """Clocks that began on an old calendar in the very moment of its change."""
    return calendars.recount_stale()


@task(priority=0)
def sweep_notices() -> int:
    """Old notices of the bell."""
    return services.sweep_notices()
