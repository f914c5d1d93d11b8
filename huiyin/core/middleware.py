"""The door: who asks, from where, in which language, whether they may come in, and how a no looks."""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict, UnreadablePostError
from django.utils import translation
from django.utils.cache import patch_vary_headers
from structlog.contextvars import bound_contextvars

from huiyin.core import access, audit, i18n, origin
from huiyin.core.errors import Invalid, Refusal, Unsupported
from huiyin.core.errorviews import method_refused, render

GetResponse = Callable[[HttpRequest], HttpResponseBase]
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread over the telephone
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class RequestContext:
    """Gives each request an id to quote and its true address; makes its text storable; shuts caches."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.id = "".join(secrets.choice(ALPHABET) for _ in range(8))  # type: ignore[attr-defined]
        request.client_ip = origin.settle(request.META)  # type: ignore[attr-defined]
        place = audit.seen_from(request.client_ip, request.id)  # type: ignore[attr-defined]
        with bound_contextvars(request_id=request.id), place:  # type: ignore[attr-defined]
            return self._closed(request, self._refused(request) or self.get_response(request))

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        # The API reads bodies itself: a form sent to a JSON operation must still be there to be refused.
        if (
            request.method == "POST"
            and request.content_type in FORMS
            and not request.path.startswith("/api/")
        ):
            try:
                request.POST = without_nul(request.POST)  # type: ignore[assignment]
            except UnreadablePostError:
                return render(request, Invalid("body_incomplete", ""))
        return None

    def _refused(self, request: HttpRequest) -> HttpResponseBase | None:
        """One encoding and no NUL, so that SQLite and PostgreSQL store the same text."""
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower().replace("_", "-") not in {"utf-8", "utf8", "us-ascii"}:
            request.encoding = "utf-8"
            return render(request, Unsupported("charset_not_supported", ""))
        if "\x00" in request.path_info:
            return render(request, Invalid("bad_request", ""))
        if "\x00" in str(request.GET) or "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = without_nul(request.GET)  # type: ignore[assignment]
        return None

    def _closed(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Language:
    """Activates the language of the request; `?lang=` in a link is remembered."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = i18n.language_of(request)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        with translation.override(language):
            response = self.get_response(request)
        if i18n.is_offered(request.GET.get("lang", "")):
            i18n.remember(response, language)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class Gate:
    """Lets nobody through to a view that is not for them, and answers the refusals that views raise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return method_refused(request, response) if response.status_code == 405 else response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        try:
            access.admit(request, view)
        except Refusal as refusal:
            return render(request, refusal)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        return render(request, exception) if isinstance(exception, Refusal) else None


def without_nul(values: QueryDict) -> QueryDict:
    """The same values without NUL, which PostgreSQL cannot store."""
    if not any("\x00" in text for name, listed in values.lists() for text in (name, *listed)):
        return values
    clean = QueryDict(mutable=True)
    for name, listed in values.lists():
        clean.setlist(name.replace("\x00", ""), [text.replace("\x00", "") for text in listed])
    clean._mutable = False
    return clean
