"""Every column that may hold something about a person is declared, and every such table has its source."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Field, Model

from huiyin.core import persons
from huiyin.core.fields import EncryptedTextField
from huiyin.privacy.models import Purpose
from tests.architecture import source

TEXT = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.GenericIPAddressField,
)
PEOPLE = ("accounts.Contact", settings.AUTH_USER_MODEL)
# Tables of other packages that only name kinds of things.
OTHERS = {"contenttypes", "auth"}


def test_purposes_of_columns_are_grounds_of_our_own_or_asked_for() -> None:
    """A column names what its data is used for: something that needs nobody's word, or a purpose with a switch."""
    known = persons.GROUNDS | set(Purpose.values)
    source.expect_none(
        f"{column.label}: {column.held.purpose}"
        for column in persons.columns()
        if column.held.purpose not in known
    )


def tables() -> list[type[Model]]:
    """Every table of the installation, those of other packages too; tables that tests make are left out."""
    found = (model for model in apps.get_models() if model._meta.app_label not in OTHERS)
    return [model for model in found if ".tests." not in model.__module__]


def parents(model: type[Model]) -> Iterator[type[Model]]:
    for field in model._meta.local_fields:
        if field.is_relation and field.related_model is not model:
            yield field.related_model


def reaches_contact(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    """A row of this table belongs to one contact, perhaps over other rows."""
    if model._meta.label == PEOPLE[0]:
        return True
    on = seen | {model}
    return any(reaches_contact(parent, on) for parent in parents(model) if parent not in on)


def points_to_account(model: type[Model]) -> bool:
    return model._meta.label == PEOPLE[1] or any(p._meta.label == PEOPLE[1] for p in parents(model))


def holds_people(model: type[Model]) -> bool:
    """The floor keeps what belongs to people by scalar ids, so all its tables count."""
    seals = any(isinstance(field, EncryptedTextField) for field in model._meta.local_fields)
    on_the_floor = model._meta.app_label in {"core", "sessions"}
    return seals or on_the_floor or reaches_contact(model) or points_to_account(model)


def may_name_somebody(field: Field) -> bool:
    if field.is_relation:
        return field.related_model._meta.label in PEOPLE
    return isinstance(field, TEXT) and not field.choices


def declared() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for app, told in persons.declarations().items():
        for name, columns in told.items():
            found[name if "." in name else f"{app}.{name}"] = set(columns)
    return found


def test_columns_that_may_name_somebody_are_declared() -> None:
    known = declared()
    source.expect_none(
        f"{model._meta.label}.{field.name}"
        for model in tables()
        if holds_people(model)
        for field in model._meta.local_fields
        if may_name_somebody(field) and field.name not in known.get(model._meta.label, set())
    )


def test_declared_columns_exist() -> None:
    missing = []
    for label, columns in declared().items():
        names = {field.name for field in apps.get_model(label)._meta.local_fields}
        missing += [f"{label}.{name}" for name in sorted(columns - names)]
    source.expect_none(missing)


def test_tables_about_people_have_a_source() -> None:
    covered = {table for each in persons.sources() for table in each.tables}
    about = {column.model._meta.label for column in persons.columns() if column.held is not persons.WORK}
    source.expect_none(sorted(about - covered))
