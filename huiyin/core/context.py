"""What every page shell needs to know about the request."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from huiyin.core import toasts

THEMES = ("auto", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Language, theme and the request's id, for the page shells and for the error page."""
    language = get_language() or settings.LANGUAGE_CODE
    theme = request.COOKIES.get("theme", "auto")
    return {
        "language": language,
        "html_lang": "zh-Hans" if language.startswith("zh") else language,
        "languages": settings.LANGUAGES,
        "theme": theme if theme in THEMES else "auto",
        "request_id": getattr(request, "id", ""),
        "demo": settings.DEMO,
        "toasts": lambda: toasts.waiting(request),
    }
