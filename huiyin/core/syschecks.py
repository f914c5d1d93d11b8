"""System checks of the floor: what must hold before the house opens."""

import os
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

from huiyin.core.database import MINIMUM, library_version
from huiyin.core.db.sqlite import base


@register(Tags.database)
def library_is_sound(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """SQLite before 3.51.3 can lose committed pages in WAL mode."""
    if connection.vendor == "sqlite" and library_version() < MINIMUM:
        return [Error(base.old_library_line(), id="huiyin.E001")]
    return []


@register(Tags.security)
def data_is_private(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The data folder holds the key and the database: nobody else may enter it."""
    folder = settings.DATA
    found: list[CheckMessage] = []
    if folder.stat().st_mode & 0o077:
        found.append(Warning(f"{folder} is open to others", hint=f"chmod 700 {folder}", id="huiyin.W001"))
    if not os.access(folder, os.W_OK):
        found.append(Error(f"{folder} cannot be written", id="huiyin.E002"))
    return found


@register
def schedule_names_tasks(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A schedule line whose task is gone would fail in the night."""
    from huiyin.core.jobs.runner import TaskMissing, find
    from huiyin.core.jobs.schedule import listed

    found: list[CheckMessage] = []
    for entry in listed():
        try:
            find(entry.task)
        except TaskMissing:
            found.append(Warning(f"config/schedule.py: there is no task {entry.task}", id="huiyin.W002"))
    return found
