"""What every page shell needs to know about the request."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from huiyin.core import themes, toasts


def shell(request: HttpRequest) -> dict[str, Any]:
    """Language, theme and the request's id, for the page shells and for the error page."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "language": language,
        "html_lang": "zh-Hans" if language.startswith("zh") else language,
        "languages": settings.LANGUAGES,
        "theme": themes.theme_of(request),
        "request_id": getattr(request, "id", ""),
        "demo": settings.DEMO,
        "toasts": lambda: toasts.waiting(request),
    }
