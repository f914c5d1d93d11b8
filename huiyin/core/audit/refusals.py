"""Every "no" to somebody who asked for more than they may: recorded as the answer is rendered."""

from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.http import HttpRequest

from huiyin.core import limits
from huiyin.core.actors import Actor
from huiyin.core.audit.recording import REFUSED, record
from huiyin.core.errors import Forbidden, Refusal, Unauthenticated

log = structlog.get_logger("huiyin.audit")
VISITOR = Actor("visitor")


def refused(request: HttpRequest, refusal: Refusal) -> None:
    """Record a policy's no, and a token that is not valid. Visitors' are counted, so that nobody fills the table."""
    if not _tells_something(refusal):
        return
    actor = actor_of(request)
    if actor is VISITOR and limits.count("audit.visitor", limits.client(request)) > limits.of(
        "audit.visitor"
    ):
        return
    match = request.resolver_match
    detail = {
        "code": refusal.code,
        "method": request.method or "",
        "route": str(match.route)[:200] if match else "",
        "object": _object(match.kwargs if match else {}),
    }
    try:
        record("access.refused", "route:", by=actor, result=REFUSED, detail=detail)
    except DatabaseError as problem:  # the answer is a no already; it must still be given
        log.error("audit.refusal_lost", error=type(problem).__qualname__)


def actor_of(request: HttpRequest) -> Actor:
    """Who asks: the person behind the session or the token, or a visitor."""
    found = getattr(getattr(request, "user", None), "actor", None)
    return found if isinstance(found, Actor) else VISITOR


def _tells_something(refusal: Refusal) -> bool:
    is_wrong_token = isinstance(refusal, Unauthenticated) and refusal.code == "token_not_valid"
    return isinstance(refusal, Forbidden) or is_wrong_token


def _object(kwargs: dict[str, Any]) -> str:
    """The ids in the address; other parts of it may be somebody's key."""
    return " ".join(str(value) for value in kwargs.values() if isinstance(value, UUID | int))[:200]
