"""Fields that the company added to its cases: the definitions, and one case's values of them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.cases import policies
from huiyin.cases.models import Case, CaseField
from huiyin.core.errors import NotFound

HIDDEN = "•••"


def case_fields() -> QuerySet[CaseField]:
    """All that are in use, in the order in which they stand on a case."""
    return CaseField.objects.filter(removed_at=None).select_related("product").order_by("position", "key")


def fields_of(case: Case) -> list[CaseField]:
    """Those that belong on this case, by its kind and its product."""
    return [
        field
        for field in case_fields()
        if field.case_kind in ("", case.kind) and field.product_id in (None, case.product_id)
    ]


def field_values(case: Case, user: User) -> list[dict[str, Any]]:
    """The fields of a case with its values; personal ones are told only to who handles cases."""
    held = {**case.fields, **(case.private or {})}
    clear = policies.sees_contacts_in_clear(user)
    return [_shown(field, str(held.get(field.key, "")), clear=clear) for field in fields_of(case)]


def case_field(field_id: UUID, *, removed: bool = False) -> CaseField:
    """One definition; with `removed` one that was taken away and may come back."""
    field = CaseField.objects.filter(id=field_id, removed_at__isnull=not removed).first()
    if field is None:
        raise NotFound("case_field_absent", "")
    return field


def choices_of(field: CaseField) -> list[tuple[str, str]]:
    """What can be chosen, in the reader's language; only choices and yes-or-no have any."""
    if field.kind == CaseField.Kind.BOOLEAN:
        return [("true", _("Yes")), ("false", _("No"))]
    english = (get_language() or "").startswith("en")
    return [(each["key"], each["en"] if english else each["zh"]) for each in field.choices]


def _shown(field: CaseField, value: str, *, clear: bool) -> dict[str, Any]:
    choices = choices_of(field)
    is_hidden = bool(value) and field.is_personal and not clear
    return {
        "field": field,
        "value": "" if is_hidden else value,
        "text": HIDDEN if is_hidden else dict(choices).get(value, value),
        "choices": choices,
        "input": {"number": "number", "date": "date"}.get(field.kind, "text"),
    }
