"""Writes of the bell: one notice for each fact and person, read one by one or all at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from huiyin.accounts import selectors as people
from huiyin.accounts.models import User
from huiyin.cases.models import Case, Notice
from huiyin.cases.selectors import access
from huiyin.core import clock, live
from huiyin.core.models import JournalEntry

KEPT_READ, KEPT = timedelta(days=30), timedelta(days=180)
SWEPT = 1_000


@transaction.atomic
def notify(case: Case, users: Iterable[UUID | str | None], *, kind: str, entry: JournalEntry) -> int:
    """Tell these people of a fact about a case, each once however often it is heard. Whoever did it and whoever
    may not see the case is left out. No event of its own: the notice is about one.
    """
    wanted = {str(user) for user in users if user} - {entry.actor_id}
    if not wanted:
        return 0
    directory = people.directory()
    told = [
        user
        for key, user in directory.people.items()
        if str(key) in wanted and access.cases_for(user).filter(number=case.number).exists()
    ]
    return _ring(told, kind=kind, entry=entry, case=case)


@transaction.atomic
def tell_staff(users: Iterable[UUID | None], *, entry: JournalEntry) -> int:
    """Tell these people of a fact that is about no case, each once. The app of the fact described it before
    (`selectors.notices.describe`), and answers that they may read of it. No event of its own.
    """
    wanted = set(users)
    told = [user for key, user in people.directory().people.items() if key in wanted]
    return _ring(told, kind=Notice.Kind.TOLD, entry=entry)


def _ring(users: list[User], *, kind: str, entry: JournalEntry, case: Case | None = None) -> int:
    rows = [Notice(user=user, case=case, entry=entry, kind=kind, at=entry.at) for user in users]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    for user in users:
        live.changed(f"notice:{user.id}")
    return len(users)


def read_notices(user: User, *, until: datetime | None = None, case: Case | None = None) -> int:
    """Mark this person's notices as read: all up to a moment, or those about one case. Answers how many."""
    unread = Notice.objects.filter(user=user, read_at=None)
    unread = unread.filter(case=case) if case else unread.filter(at__lte=until or clock.now())
    if not unread.exists():
        return 0
    count = unread.update(read_at=clock.now())
    live.changed(f"notice:{user.id}")
    return count


def sweep_notices() -> int:
    """Forget what was read a month ago, and what nobody read in half a year, a thousand at a time."""
    now = clock.now()
    old = Q(read_at__lt=now - KEPT_READ) | Q(at__lt=now - KEPT)
    batch = list(Notice.objects.filter(old).values_list("id", flat=True)[:SWEPT])
    return Notice.objects.filter(id__in=batch).delete()[0]
