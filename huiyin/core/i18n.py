"""Which language an answer speaks: the asker's explicit choice, then the cookie, then the browser."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language, get_language_from_request

COOKIE = "language"
YEAR = 365 * 24 * 3600

_choice_listeners: list[Callable[[HttpRequest, str], None]] = []


def on_choice(listener: Callable[[HttpRequest, str], None]) -> None:
    """Call `listener(request, language)` when a person chooses, so that it follows them to other devices."""
    _choice_listeners.append(listener)


def choose(request: HttpRequest, response: HttpResponseBase, language: str) -> None:
    """A person chose: tell the listeners and remember it in this browser."""
    for listener in _choice_listeners:
        listener(request, language)
    remember(response, language)


def remember(response: HttpResponseBase, language: str) -> None:
    """Keep the language in a cookie; the sign-in page calls this with the person's own."""
    response.set_cookie(
        COOKIE, language, max_age=YEAR, samesite="Lax", secure=settings.SECURE_SITE, httponly=True
    )


def language_of(request: HttpRequest) -> str:
    """The language for this request."""
    for wish in (request.GET.get("lang", ""), request.COOKIES.get(COOKIE, "")):
        if is_offered(wish):
            return wish
    if not request.headers.get("Accept-Language"):
        return str(settings.LANGUAGE_CODE)
    return get_language_from_request(request)


def is_offered(language: str) -> bool:
    return language in dict(settings.LANGUAGES)


def short() -> str:
    """The language of this answer as content names it: `zh` or `en`."""
    return "en" if is_english() else "zh"


def is_english() -> bool:
    """Does this answer speak English?"""
    return (get_language() or "").startswith("en")
