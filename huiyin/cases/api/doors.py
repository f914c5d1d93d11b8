"""What the operations share: who asks, and where a contact goes on."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from huiyin.accounts.models import User
from huiyin.cases import selectors
from huiyin.cases.models import Case
from huiyin.core import shroud
from huiyin.core.actors import Actor


def user_of(request: HttpRequest) -> User:
    return request.auth.user  # type: ignore[attr-defined, no-any-return]


def actor_of(request: HttpRequest) -> Actor:
    return user_of(request).actor


def follow_url(request: HttpRequest, case: Case) -> str | None:
    """The contact's own link, for tokens that may act for contacts."""
    if shroud.is_drawn() or "contacts:act" not in request.auth.scopes:  # type: ignore[attr-defined]
        return None
    return settings.ORIGIN + reverse("follow", args=[selectors.follow_key(case)])
