"""Who may hear what. Apps register who may hear topics of their kind; other kinds are refused."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, get_user, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest
from django.utils.crypto import constant_time_compare

from huiyin.core.access import check_staff
from huiyin.core.clock import now
from huiyin.core.errors import Forbidden, Invalid, NotFound, Unauthenticated

MOST_TOPICS = 50
PREFIX = "/live/"

Authoriser = Callable[[Any, str], bool]
Door = Callable[[str], Sequence[str] | None]
_authorisers: dict[str, Authoriser] = {}
_doors: dict[str, Door] = {}


@dataclass(frozen=True, slots=True)
class Pass:
    """What a stream was let in with, so that it can be looked at again while the stream is open."""

    topics: tuple[str, ...]
    since: int | None = None
    session: str = ""
    user: str = ""
    proof: str = ""
    door: str = ""
    key: str = ""


def authorise(kind: str, may: Authoriser) -> None:
    """`may(user, ident)`: may this staff member hear `kind:ident`? `ident` is empty for all of a kind."""
    _authorisers[kind] = may


def open_door(name: str, topics: Door) -> None:
    """`/live/<name>/<key>` needs no session: `topics(key)` answers what it hears, None for no such key."""
    _doors[name] = topics


def admit(request: ASGIRequest) -> Pass:
    """Let a stream in. Raises Unauthenticated, Forbidden, NotFound or Invalid."""
    name, _, key = request.path_info.removeprefix(PREFIX).strip("/").partition("/")
    since = _since(request)
    if name == "stream" and not key:
        return _staff(request, since)
    topics = _doors[name](key) if name in _doors and key else None
    if topics is None:
        raise NotFound("not_found", "")
    return Pass(tuple(topics), since, door=name, key=key)


def outdated(passes: Iterable[Pass]) -> set[Pass]:
    """Which of these would not be let in any more: signed out, disabled, password changed, link withdrawn."""
    listed = set(passes)
    by_session = {each for each in listed if each.session}
    return {each for each in listed - by_session if _doors[each.door](each.key) is None} | _signed_out(
        by_session
    )


def _staff(request: ASGIRequest, since: int | None) -> Pass:
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    request.session = SessionStore(key)
    user: Any = get_user(request)
    if not getattr(user, "is_staff_member", False):
        raise Unauthenticated("sign_in_needed", "")
    request.user = user
    check_staff(request)
    topics = tuple(dict.fromkeys(filter(None, request.GET.get("topics", "").split(","))))
    if not 1 <= len(topics) <= MOST_TOPICS:
        raise Invalid("topics_needed", "", field="topics")
    for topic in topics:
        kind, _, ident = topic.partition(":")
        if kind not in _authorisers or not _authorisers[kind](user, ident):
            raise Forbidden("topic_not_allowed", "")
    return Pass(topics, since, session=key, user=str(user.pk), proof=request.session[HASH_SESSION_KEY])


def _signed_out(passes: set[Pass]) -> set[Pass]:
    """Few queries for many streams: all sessions at once, all their users at once."""
    keys = {each.session for each in passes}
    sessions = SessionStore.get_model_class().objects.filter(session_key__in=keys, expire_date__gt=now())
    live = set(sessions.values_list("session_key", flat=True))
    users = get_user_model()._default_manager.in_bulk({each.user for each in passes})
    proofs = {
        str(pk): user.get_session_auth_hash()
        for pk, user in users.items()
        if getattr(user, "is_staff_member", False)
    }
    return {
        each
        for each in passes
        if each.session not in live or not constant_time_compare(proofs.get(each.user, ""), each.proof)
    }


def _since(request: ASGIRequest) -> int | None:
    """The browser's own `Last-Event-ID` on a reconnection is newer than the address it was opened with."""
    text = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
