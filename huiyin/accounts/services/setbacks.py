"""After failures the next try has to wait, longer each time. Counted by name, whether or not anybody has it."""

import math
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from huiyin.accounts.models import Setback
from huiyin.core import clock
from huiyin.core.errors import TooMany

FREE = 5  # failures before the first wait
WORK_AFTER = 3  # failures before a form asks for a proof of work
FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=24)


def refuse_while_waiting(index: str) -> None:
    """Refuses while the wait of the last failure lasts."""
    setback = Setback.objects.filter(index=index).first()
    now = clock.now()
    if setback and setback.until and setback.until > now:
        wait = math.ceil((setback.until - now).total_seconds())
        raise TooMany(
            "too_many_failures",
            _("Too many tries went wrong. Please try again later, or sign in with a code."),
            retry_after=wait,
        )


@transaction.atomic
def count_failure(index: str) -> int:
    """One more failure, and how many there are now."""
    now = clock.now()
    Setback.objects.filter(index=index, failed_at__lt=now - FORGOTTEN_AFTER).update(failures=0, until=None)
    Setback.objects.get_or_create(index=index)
    Setback.objects.filter(index=index).update(failures=F("failures") + 1, failed_at=now)
    setback = Setback.objects.select_for_update().get(index=index)
    if setback.failures >= FREE:
        setback.until = now + min(LONGEST, FIRST * 2 ** min(setback.failures - FREE, 12))
        setback.save(update_fields=["until"])
    return setback.failures


def forget_failures(index: str) -> None:
    """It was right: the next mistake starts from nothing."""
    Setback.objects.filter(index=index).delete()


def sweep_setbacks() -> int:
    return Setback.objects.filter(failed_at__lt=clock.now() - FORGOTTEN_AFTER).delete()[0]
