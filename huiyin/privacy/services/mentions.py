"""Somebody who was erased, taken out of what is said about others: their addresses, their numbers, their names.

Every declared column in which people write is looked through, whoever's it is; what only identifies its own
person (`accounts`) and what can no longer change (journal, audit) is left out.
"""

import json
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Field, JSONField, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from huiyin.core import crypto, erasing, persons, trees
from huiyin.core.fields import BlindIndexField, EncryptedTextField, Sealed, open_all_sealed, row_name
from huiyin.core.persons import Traces
from huiyin.privacy.recognising import Marks

SPOKEN = {
    persons.WORDS.kind,
    persons.SERVICE.kind,
    persons.CONTEXT.kind,
    persons.COPY.kind,
    persons.WORK.kind,
}
UNTOUCHED = {"core.JournalEntry", "core.AuditEntry"}


def hide(found: Iterable[Traces]) -> int:
    """Hide these people in everybody's rows, in one pass over the tables; answers how many values changed."""
    marks = Marks(found)
    if not marks:
        return 0
    done = 0
    for column in spoken():
        changed = list(_hide_in(column, marks))
        done += len(changed)
        persons.say_masked(column.model._meta.label, changed)
    return done


def spoken() -> Iterator[persons.Column]:
    """The declared columns in which somebody writes what they please."""
    for column in persons.columns():
        field = column.model._meta.get_field(column.name)
        if column.held.kind in SPOKEN and _is_prose(field) and column.model._meta.app_label != "accounts":
            yield column


def _is_prose(field: Any) -> bool:
    if field.model._meta.label in UNTOUCHED or field.is_relation or isinstance(field, BlindIndexField):
        return False
    room = getattr(field, "max_length", None)
    return isinstance(field, JSONField | TextField) or (room is not None and room > Marks.SHORTEST)


def _hide_in(column: persons.Column, marks: Marks) -> Iterator[Any]:
    """The keys of the rows that named somebody and no longer do."""
    field: Any = column.model._meta.get_field(column.name)
    values = _opened if isinstance(field, EncryptedTextField) else _plain
    for key, row, value, sealed in values(column.model, field, marks):
        hidden = trees.mapped(value, marks.hidden)
        if hidden != value:
            fresh = field.seal(hidden, row, person=crypto.person_of(sealed)) if sealed else hidden
            column.model._default_manager.filter(pk=key).update(**{column.name: fresh})
            yield key


def _plain(
    model: type[Model], field: "Field[Any, Any]", marks: Marks
) -> Iterator[tuple[Any, str, Any, None]]:
    """Values that may name somebody, as the database finds them. JSON is searched as the text that it is kept as."""
    rows: QuerySet[Any] = model._default_manager.annotate(in_words=Cast(F(field.name), TextField()))
    if marks.needles:
        rows = rows.filter(reduce(or_, (Q(in_words__icontains=each) for each in _spelt(marks.needles))))
    for batch in erasing.batches(rows):
        for key, value in model._default_manager.filter(pk__in=batch).values_list("pk", field.name):
            yield key, "", value, None


def _spelt(needles: Iterable[str]) -> set[str]:
    """Each as it is and as JSON writes it, which escapes Chinese on SQLite."""
    return {spelling for each in needles for spelling in (each, json.dumps(each)[1:-1])}


def _opened(
    model: type[Model], field: EncryptedTextField, marks: Marks
) -> Iterator[tuple[Any, str, Any, Sealed]]:
    """Sealed values cannot be searched: all of them are opened, in batches."""
    rows = model._default_manager.exclude(**{f"{field.name}__isnull": True}).exclude(**{field.name: ""})
    for batch in erasing.batches(rows):
        kept = list(
            model._default_manager.filter(pk__in=batch).values_list("pk", row_name(model), field.name)
        )
        plain = open_all_sealed(model, field.name, [(row, sealed) for _key, row, sealed in kept])
        for (key, row, sealed), value in zip(kept, plain, strict=True):
            if sealed and value:
                yield key, str(row), value, sealed
