"""Columns that hold sealed values; plain text exists only on an instance, once its attribute is read.

`EncryptedTextField(subject="contact_id")` seals under that person's own key, which their erasure destroys. The
subject is an attribute of the row, with dots to go on (`case.contact_id`); without one, or while it is None,
the key is the installation's. What is `telling` says who somebody is: guests read a mask in its place.
"""

import re
from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Any

import msgspec
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from huiyin.core import crypto, personkeys, shroud

BLIND_INDEX = re.compile(r"[A-Za-z0-9_-]{43}")


class Sealed(str):
    """The stored form of a sealed value, as `values()` and `values_list()` answer it."""

    __slots__ = ()


class SealedAttribute(DeferredAttribute):
    """Opens the value when it is read; what nobody reads stays sealed and is written back as it was."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = self.plain(instance, cls)
        return shroud.column(value) if instance is not None and self.field.is_telling else value  # type: ignore[attr-defined]

    def plain(self, instance: Any, cls: Any = None) -> Any:
        """The value itself, whoever reads; a mask is never kept on the instance, which may be saved."""
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = self.field.open(value, _row(instance))  # type: ignore[attr-defined]
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Text sealed for its table, column and row. Cannot be searched: keep a blind index beside it."""

    descriptor_class = SealedAttribute
    description = "Encrypted text"

    def __init__(self, *args: Any, subject: str = "", telling: bool = False, **kwargs: Any) -> None:
        self.subject, self.is_telling = subject, telling
        super().__init__(*args, **kwargs)

    def open(self, sealed: Sealed | None, row: str) -> Any:
        """The plain value of this column in that row; nothing when the person was erased."""
        try:
            return self.decode(crypto.unseal(sealed, self.place(row))) if sealed else sealed
        except crypto.Erased:
            return self.nothing()

    def seal(self, value: Any, row: str, *, person: str = "") -> Sealed | None:
        """The stored value for that row. Nothing and the empty text stay what they are."""
        if not self.holds(value):
            return value
        return Sealed(crypto.seal(self.encode(value), self.place(row), person=person))

    def person_of(self, instance: models.Model) -> str:
        """Whose key seals this column of that row; empty for the installation's."""
        found = reduce(getattr, self.subject.split("."), instance) if self.subject else None
        return personkeys.name_of(found) if found else ""

    def nothing(self) -> Any:
        """What an erased value reads as."""
        return ""

    def place(self, row: str) -> bytes:
        return "\x1f".join((self.model._meta.db_table, str(self.column), row)).encode()

    def holds(self, value: Any) -> bool:
        return value not in (None, "")

    def encode(self, value: Any) -> bytes:
        return str(value).encode("utf-8", "replace")

    def decode(self, plain: bytes) -> Any:
        return plain.decode()

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        held = model_instance.__dict__.get(self.attname)
        if isinstance(held, Sealed) and not add:
            return held
        # A copied row carries values sealed for the first: reading opens them, or says that they cannot be.
        value = getattr(type(model_instance), self.attname).plain(model_instance)
        if not self.holds(value):
            return value
        return self.seal(value, _row(model_instance), person=self.person_of(model_instance))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return Sealed(value) if value else value  # type: ignore[return-value]

    def get_prep_value(self, value: Any) -> Any:
        if value in (None, "") or isinstance(value, Sealed):
            return value
        raise FieldError(
            f"{self.model.__name__}.{self.name} is encrypted: save the instance, or pass a Sealed value."
        )

    def to_python(self, value: Any) -> Any:
        return value


class EncryptedJSONField(EncryptedTextField):
    """A JSON value, sealed like text. The empty text in the column is what an erasure leaves: nothing."""

    description = "Encrypted JSON"
    # For the type checker, which takes every text field for `str`: any JSON value goes in and comes out.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def open(self, sealed: Sealed | None, row: str) -> Any:
        return self.nothing() if sealed == "" else super().open(sealed, row)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def holds(self, value: Any) -> bool:
        return value is not None

    def nothing(self) -> Any:
        return self.default() if self.has_default() and callable(self.default) else {}

    def encode(self, value: Any) -> bytes:
        return msgspec.json.encode(value)

    def decode(self, plain: bytes) -> Any:
        return msgspec.json.decode(plain)


@EncryptedTextField.register_lookup
class SealedUnder(models.Lookup):
    """`field__sealed_under="v1.k1"`: rows whose value is sealed under that key; `"v2"` for persons' own keys."""

    lookup_name = "sealed_under"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", (*params, f"{self.rhs}.%")


class BlindIndexField(models.CharField):
    """Holds what `crypto.blind_index` answers, and refuses anything else, so that no plain value slips in."""

    description = "Blind index"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 43
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value and not BLIND_INDEX.fullmatch(value):
            raise FieldError(f"{self.name} takes what crypto.blind_index() answers, not a plain value.")
        return value


def open_sealed(model: type[models.Model], field: str, row: Any, sealed: Sealed | None) -> Any:
    """Open a value that `values_list` answered; `row` is the row's `id`."""
    column = model._meta.get_field(field)
    assert isinstance(column, EncryptedTextField)
    value = column.open(sealed, str(row))
    return shroud.column(value) if column.is_telling else value


def open_all_sealed(
    model: type[models.Model], field: str, pairs: Sequence[tuple[Any, Sealed | None]]
) -> list[Any]:
    """Open one column of many rows, given as row id and sealed value; their keys are read together."""
    personkeys.hold(crypto.person_of(sealed) for _row_id, sealed in pairs if sealed)
    return [open_sealed(model, field, row, sealed) for row, sealed in pairs]


def encrypted_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedTextField)]


@lru_cache(maxsize=256)
def row_name(model: type[models.Model]) -> str:
    """The attribute that names a row in the associated data: `id`, known before the insert; else the key."""
    names = {field.name for field in model._meta.concrete_fields}
    return "id" if "id" in names else model._meta.pk.attname


def _row(instance: models.Model) -> str:
    row = getattr(instance, row_name(type(instance)))
    if row is None:
        raise FieldError(f"{type(instance).__name__} needs its id before an encrypted value can be stored.")
    return str(row)
