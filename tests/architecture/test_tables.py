"""Foreign keys go down the tower, and no table is reached backwards from an app that does not know it."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model, UniqueConstraint
from django.db.models.fields.related import RelatedField

from huiyin.core.ids import uuid7
from tests.architecture import source

# What these rows are about is their key: a process, a schedule entry, a solved challenge.
WITHOUT_ID = {"core.Pulse", "core.Slot", "core.SpentChallenge"}


def our_models() -> Iterator[type[Model]]:
    """Every table of the product; tables that a test makes for itself are not ours."""
    modules = ((model, model.__module__) for model in apps.get_models())
    yield from (model for model, name in modules if name.startswith("huiyin.") and ".tests." not in name)


def relations() -> Iterator[tuple[str, str, RelatedField]]:
    """Every relation between our apps: the app that has it, the app that it points to, the field."""
    for model in our_models():
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if isinstance(field, RelatedField) and field.related_model._meta.app_label in source.rows():
                yield model._meta.app_label, field.related_model._meta.app_label, field


def test_foreign_keys_point_down_the_tower() -> None:
    source.expect_none([str(field) for app, target, field in relations() if not source.may_use(app, target)])


def test_foreign_keys_across_apps_leave_no_name_on_the_other_side() -> None:
    across = [
        (str(field), field.remote_field.related_name) for app, target, field in relations() if app != target
    ]
    source.expect_none([name for name, related_name in across if related_name != "+"])


def test_tables_have_ids_that_we_make_ourselves() -> None:
    others = {model._meta.label for model in our_models() if not has_own_id(model)}
    source.expect_none(others ^ WITHOUT_ID)


def has_own_id(model: type[Model]) -> bool:
    fields = {field.name: field for field in model._meta.local_concrete_fields}
    return "id" in fields and fields["id"].unique and fields["id"].default is uuid7


def test_no_index_begins_another() -> None:
    """An index whose columns another one begins with is written with every row and read by no query."""
    useless = []
    for model in our_models():
        known = indexed(model)
        for columns, is_unique in known:
            longer = any(other[: len(columns)] == columns and other != columns for other, _unique in known)
            twice = known.count((columns, is_unique)) > 1 or (columns, not is_unique) in known
            if not is_unique and (longer or twice):
                useless.append(f"{model._meta.label}: {', '.join(columns)}")
    source.expect_none(useless)


def indexed(model: type[Model]) -> list[tuple[tuple[str, ...], bool]]:
    """The columns of each whole index of a table, and whether it is unique."""
    meta = model._meta
    found = [((field.name,), field.unique) for field in meta.local_fields if field.db_index or field.unique]
    found += [
        (tuple(name.lstrip("-") for name in index.fields), False)
        for index in meta.indexes
        if index.fields and index.condition is None
    ]
    found += [
        (tuple(rule.fields), True)
        for rule in meta.constraints
        if isinstance(rule, UniqueConstraint) and rule.fields and rule.condition is None
    ]
    return found
