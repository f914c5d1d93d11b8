"""Light, dark, or the same as the system: kept in a cookie, so that no page flashes."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from huiyin.core.i18n import YEAR

COOKIE = "theme"
THEMES = ("auto", "light", "dark")

_choice_listeners: list[Callable[[HttpRequest, str], None]] = []


def on_choice(listener: Callable[[HttpRequest, str], None]) -> None:
    """Call `listener(request, theme)` when a person chooses, so that it follows them to other devices."""
    _choice_listeners.append(listener)


def choose(request: HttpRequest, response: HttpResponseBase, theme: str) -> None:
    """A person chose: tell the listeners and remember it in this browser."""
    for listener in _choice_listeners:
        listener(request, theme)
    remember(response, theme)


def remember(response: HttpResponseBase, theme: str) -> None:
    """Keep the colours in a cookie; signing in calls this with the person's own. What is none is left out."""
    if theme in THEMES:
        secure = settings.SECURE_SITE
        response.set_cookie(COOKIE, theme, max_age=YEAR, samesite="Lax", secure=secure, httponly=True)


def theme_of(request: HttpRequest) -> str:
    """The colours of this request."""
    theme = request.COOKIES.get(COOKIE, "auto")
    return theme if theme in THEMES else "auto"
