"""Reads about borrowed eyes: the pair in use, and who looked at an account."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from huiyin.accounts import policies
from huiyin.accounts.models import BorrowedEyes, User
from huiyin.core import clock


def eyes_in_use(key: UUID, *, by: Any) -> BorrowedEyes | None:
    """The pair that this person holds now, while both may still; else nothing."""
    rows = BorrowedEyes.objects.select_related("user", "by")
    eyes = rows.filter(id=key, by_id=getattr(by, "pk", None), ended_at=None, until__gt=clock.now()).first()
    return eyes if eyes is not None and policies.can_borrow_eyes_of(by, eyes.user) else None


def looks_at(user: User) -> QuerySet[BorrowedEyes]:
    """Who looked at this account, newest first; the person whose account it is may always know."""
    return BorrowedEyes.objects.filter(user=user).select_related("by").order_by("-began_at")
