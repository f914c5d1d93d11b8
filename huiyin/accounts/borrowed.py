"""Middleware: who looks through another's eyes sees what that person sees, and is on record under both names."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from huiyin.accounts.selectors.eyes import eyes_in_use
from huiyin.core import audit, shroud

KEY = "eyes"


class Eyes:
    """Puts the other person into `request.user` and the one who truly asks into `request.behind`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        shroud.lift()
        try:
            return shroud.around(self._seen(request))
        finally:
            shroud.lift()

    def _seen(self, request: HttpRequest) -> HttpResponseBase:
        request.eyes = None  # type: ignore[attr-defined]
        key = request.session.get(KEY)
        eyes = eyes_in_use(UUID(key), by=request.user) if key else None
        if eyes is None:
            if key:
                del request.session[KEY]
            return self.get_response(request)
        other: Any = eyes.user
        request.behind, request.user, request.eyes = request.user, other, eyes  # type: ignore[attr-defined]
        with audit.acting_for(str(eyes.by_id)):
            return self.get_response(request)
