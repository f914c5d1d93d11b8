"""Keeps the account of somebody under 14 shut until their guardian has agreed; help and questions stay open."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

# Outside of the account's own pages: signing in to other apps with it.
ALSO = frozenset({"oidc_authorize"})


class Waiting:
    """Runs behind authentication; what waits stands on the account's row, so that it costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Every page of the account leads to the one that asks for a guardian."""
        match = request.resolver_match
        is_shut = getattr(view, "audience", "") == "portal" or (match and match.url_name in ALSO)
        if is_shut and getattr(request.user, "waits_for_guardian", False):
            return redirect("guardian_waiting")
        return None
