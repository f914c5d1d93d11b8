"""What the operations share: who asks, and where a contact goes on."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from huiyin.accounts.models import User
from huiyin.cases import selectors
from huiyin.cases.models import Case
from huiyin.cases.selectors import Row
from huiyin.core import shroud
from huiyin.core.actors import Actor
from huiyin.core.audit import reading


def user_of(request: HttpRequest) -> User:
    return request.auth.user  # type: ignore[attr-defined, no-any-return]


def actor_of(request: HttpRequest) -> Actor:
    return user_of(request).actor


def count_reading(request: HttpRequest, case: Case) -> None:
    """Others' work is read on record and under the brake, as on the page of the case."""
    if selectors.others_work(user_of(request), [case]):
        thing = f"case:{case.number}"
        reading.read_cases_by_program("case.read", thing, by=actor_of(request), each=[thing])


def count_listing(request: HttpRequest, rows: Sequence[Row]) -> None:
    """The same for lines of a list, which name people and begin with their words."""
    others = [f"listed:{row.number}" for row in selectors.others_work(user_of(request), rows)]
    if others:
        reading.read_cases_by_program("case.listed", "case:", by=actor_of(request), each=others)


def follow_url(request: HttpRequest, case: Case) -> str | None:
    """The contact's own link, for tokens that may act for contacts."""
    if shroud.is_drawn() or "contacts:act" not in request.auth.scopes:  # type: ignore[attr-defined]
        return None
    return settings.ORIGIN + reverse("follow", args=[selectors.follow_key(case)])
