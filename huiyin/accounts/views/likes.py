"""What a signed-in person likes, kept with their account so that it follows them to other devices."""

from typing import Any

from django.http import HttpRequest

from huiyin.accounts import services
from huiyin.accounts.services.people import correct_profile


def keep_language(request: HttpRequest, language: str) -> None:
    """The language that they chose is also the one in which we write to them."""
    user: Any = request.user
    if user.is_authenticated:
        correct_profile(user, name=user.display_name, language=language, by=user.actor)


def keep_theme(request: HttpRequest, theme: str) -> None:
    user: Any = request.user
    if user.is_authenticated:
        services.prefer(user, name="theme", value=theme)
