"""Own fields of cases: kept by administrators, checked whenever a value is written."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import Product
from huiyin.cases import events
from huiyin.cases.models import Case, CaseField
from huiyin.cases.selectors import fields as defined
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid

KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
MAX_TEXT = 1_000
FIXED = ("key", "kind", "is_personal")


@dataclass(frozen=True)
class FieldWords:
    """What somebody says of a field when they define it."""

    key: str
    name_zh: str
    name_en: str
    kind: str = CaseField.Kind.TEXT
    choices: tuple[Mapping[str, str], ...] = field(default=())
    case_kind: str = ""
    product: Product | None = None
    is_required: bool = False
    is_personal: bool = False
    position: int = 0


@transaction.atomic
def keep_field(
    known: CaseField | None, words: FieldWords, *, version: int | None = None, by: Actor
) -> CaseField:
    """Define a field, or change one. Key, kind and whether it is personal stay as they were first written, because
    values stand under them. Refuses keys that are taken, blank names, choices without any, and a stale version.
    Events: case_field.kept.
    """
    _check(words)
    held = CaseField.objects.select_for_update().get(id=known.id) if known else CaseField(version=0)
    if version is not None and known and version != held.version:
        raise Conflict("field_changed", _("Somebody changed this field meanwhile."), current=held.version)
    values = {**asdict(words), "product": words.product, "choices": [dict(each) for each in words.choices]}
    for name, value in values.items():
        if not (known and name in FIXED):
            setattr(held, name, value)
    held.version += 1
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError as error:
        raise Invalid("key_taken", _("Another field has this key."), field="key") from error
    journal.publish(events.CaseFieldKept(subject=str(held.id), key=held.key), by=by)
    return held


@transaction.atomic
def remove_field(known: CaseField, *, by: Actor) -> None:
    """Show a field no more; its values stay and come back with it. Twice is once. Events: case_field.removed."""
    if CaseField.objects.filter(id=known.id, removed_at=None).update(removed_at=clock.now()):
        journal.publish(events.CaseFieldRemoved(subject=str(known.id), key=known.key), by=by)


@transaction.atomic
def put_back_field(known: CaseField, *, by: Actor) -> None:
    """Undo a removal. Refuses when its key has been given away meanwhile. Events: case_field.kept."""
    try:
        with transaction.atomic():
            back = CaseField.objects.filter(id=known.id, removed_at__isnull=False).update(removed_at=None)
    except IntegrityError as error:
        raise Invalid("key_taken", _("Another field has this key."), field="key") from error
    if back:
        journal.publish(events.CaseFieldKept(subject=str(known.id), key=known.key), by=by)


def parted(case: Case, given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns `fields` and `private` of a held case with these values in them; blank takes a value away.

    Values of our own fields are checked and brought into one spelling; other keys belong to programs and stay
    as they are. Refuses what does not fit, and nothing where something is required.
    """
    known = {each.key: each for each in defined.case_fields()}
    plain, private = dict(case.fields), dict(case.private or {})
    for key, value in given.items():
        own = known.get(key)
        place = private if own and own.is_personal else plain
        text = _fitting(own, value) if own else value
        if text in ("", None):
            place.pop(key, None)
        else:
            place[key] = text
    return {"fields": plain, "private": private or None}


def check_needed(case: Case) -> None:
    """Refuses a held case in which a field that must not be empty is empty; names the first."""
    held = {**case.fields, **(case.private or {})}
    for own in defined.fields_of(case):
        if own.is_required and not held.get(own.key):
            message = _("“%(name)s” is needed before the case is solved.") % {"name": own.name}
            raise Invalid("field_required", message, field=f"field-{own.key}")


def _fitting(own: CaseField, value: Any) -> str:
    text = str(value if value is not None else "").strip()
    where = f"field-{own.key}"
    if not text:
        if own.is_required:
            raise Invalid("field_required", _("“%(name)s” is needed.") % {"name": own.name}, field=where)
        return ""
    try:
        return SPELLINGS[own.kind](own, text)
    except (ValueError, InvalidOperation) as error:
        message = _("“%(value)s” does not fit “%(name)s”.") % {"value": text[:60], "name": own.name}
        raise Invalid("field_value", message, field=where) from error


def _text(own: CaseField, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ValueError("too long")
    return text


def _number(own: CaseField, text: str) -> str:
    number = Decimal(text)
    if not number.is_finite() or len(text) > 40:
        raise ValueError("no number")
    return str(number)


def _choice(own: CaseField, text: str) -> str:
    if text not in dict(defined.choices_of(own)):
        raise ValueError("no choice")
    return text


SPELLINGS: dict[str, Callable[[CaseField, str], str]] = {
    CaseField.Kind.TEXT: _text,
    CaseField.Kind.NUMBER: _number,
    CaseField.Kind.CHOICE: _choice,
    CaseField.Kind.BOOLEAN: _choice,
    CaseField.Kind.DATE: lambda own, text: date.fromisoformat(text).isoformat(),
}


def _check(words: FieldWords) -> None:
    if not KEY.fullmatch(words.key):
        message = _("A key begins with a small letter and has small letters, digits, - and _ only.")
        raise Invalid("key_invalid", message, field="key")
    for name in ("name_zh", "name_en"):
        if not 0 < len(getattr(words, name).strip()) <= 80:
            raise Invalid("name_length", _("Between 1 and 80 characters, please."), field=name)
    if words.kind not in CaseField.Kind.values:
        raise Invalid("kind_unknown", _("There is no such kind."), field="kind")
    keys = [each.get("key", "") for each in words.choices]
    if words.kind == CaseField.Kind.CHOICE and (not keys or len(set(keys)) != len(keys) or not all(keys)):
        raise Invalid(
            "choices_invalid", _("Write one choice a line, each with a key of its own."), field="choices"
        )
