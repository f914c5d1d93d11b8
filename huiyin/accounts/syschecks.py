"""System checks of accounts: what the operator named must serve."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from huiyin.accounts import breached


@register(Tags.security)
def password_list_serves(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A list that cannot be read would shut every sign-up, one that is not ordered would find nothing."""
    path = settings.PASSWORD_LIST
    fault = breached.fault_of(path) if path else ""
    hint = "Name a file of Pwned Passwords (SHA-1, ordered by hash), or none."
    return [Error(f"HUIYIN_PASSWORD_LIST: {path} {fault}", hint=hint, id="huiyin.E003")] if fault else []
