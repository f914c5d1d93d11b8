"""What has to be settled before the house opens its port: each app may object, with a reason."""

from collections.abc import Callable

from django.core.management.base import CommandError

Objection = Callable[[], str]
_objections: list[Objection] = []


def register(objection: Objection) -> None:
    """`objection()` answers why the house must stay shut, or nothing."""
    if objection not in _objections:
        _objections.append(objection)


def check() -> None:
    """Refuse to start while somebody objects."""
    for objection in _objections:
        if reason := objection():
            raise CommandError(reason)
