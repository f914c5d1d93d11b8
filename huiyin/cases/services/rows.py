"""How a case row is held and saved: locked, compared with the version the writer saw, counted up."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.core import clock
from huiyin.core.errors import Conflict


def hold(case: Case, *, version: int | None = None) -> Case:
    """The row as it is now, locked until the transaction ends. Refuses when the writer saw an older version."""
    held = Case.objects.select_for_update().get(number=case.number)
    if version is not None and version != held.version:
        raise Conflict(
            "case_changed",
            _("Somebody changed this case meanwhile. Nothing of yours is lost: look at both and save again."),
            current=held.version,
            number=held.reference,
        )
    return held


def save(case: Case, *fields: str) -> Case:
    """Write the named fields, count the version up, and move the case to the top of its lists."""
    case.version += 1
    case.last_activity_at = clock.now()
    case.save(
        update_fields=[
            *fields,
            "version",
            "last_activity_at",
            "next_due_at",
            "next_due_kind",
            "is_breached",
        ]
    )
    return case


def differing(case: Case, values: dict[str, Any]) -> list[str]:
    """The names of those values that the case does not have yet."""
    return [name for name, value in values.items() if getattr(case, name) != value]


def as_codes(values: Iterable[Any]) -> list[str]:
    """Values as the journal keeps them."""
    return ["" if value is None else str(value) for value in values]
