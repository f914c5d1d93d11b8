"""Re-encryption under the current root key while the system runs, in batches that can stop at any moment.

The place of work is the data itself: a value names its key, so what is left to do is what names another key.
"""

import time
from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import models, transaction

from huiyin.core import keyring
from huiyin.core.fields import EncryptedTextField, Sealed, encrypted_fields, row_name

BATCH = 200
# Every process reads a new key within this time; before, one may still seal under the old key.
SETTLED_AFTER = 10 * keyring.RELOAD_AFTER


def columns() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Every encrypted column of the installation."""
    for model in apps.get_models():
        for field in encrypted_fields(model):
            yield model, field


def counts() -> dict[str, int]:
    """How many values are sealed under each key of the ring, and under keys that are not on it (`?`)."""
    ring = keyring.keyring()
    found = dict.fromkeys(sorted(ring.root), 0)
    for model, field in columns():
        sealed = _sealed(model, field)
        known = {key: sealed.filter(**{f"{field.name}__sealed_under": key}).count() for key in ring.root}
        for key, count in known.items():
            found[key] += count
        if strange := sealed.count() - sum(known.values()):
            found["?"] = found.get("?", 0) + strange
    return found


def reseal(*, tell: Callable[[str, int], None] = lambda column, count: None) -> int:
    """Seal every value under the current key. Answers how many were moved; `tell` hears each batch."""
    current = keyring.keyring().current
    moved = 0
    for model, field in columns():
        while batch := _batch(model, field, current):
            moved += len(batch)
            tell(f"{model._meta.db_table}.{field.column}", len(batch))
    return moved


def retire(key_id: str) -> None:
    """Take an old key off the ring. Raises KeyringError while a value is sealed under it, or may still be."""

    def objection() -> str:
        if time.time() - keyring.keyring().rotated_at < SETTLED_AFTER:
            return "A running process may still use the old key; try again in a few seconds."
        left = counts().get(key_id, 0)
        return f"{left} values are sealed under it; run `huiyin keys rotate --resume`." if left else ""

    keyring.drop_root_key(key_id, unless=objection)


def _sealed(model: type[models.Model], field: EncryptedTextField) -> models.QuerySet[models.Model]:
    return model._default_manager.exclude(**{f"{field.name}__isnull": True}).exclude(**{field.name: ""})


@transaction.atomic
def _batch(model: type[models.Model], field: EncryptedTextField, current: str) -> list[object]:
    """Move some values. A value that somebody writes meanwhile is left to them: they seal under the new key."""
    name = row_name(model)
    rows = _sealed(model, field).exclude(**{f"{field.name}__sealed_under": current})
    batch = list(rows.order_by("pk").values_list("pk", name, field.name)[:BATCH])
    for key, row, sealed in batch:
        fresh: Sealed | None = field.seal(field.open(sealed, str(row)), str(row))
        model._default_manager.filter(pk=key, **{field.name: sealed}).update(**{field.name: fresh})
    return [key for key, _row, _sealed_value in batch]
