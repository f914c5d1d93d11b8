"""Rotation of the root key while the system runs, in batches that can stop at any moment.

Persons' keys are wrapped anew, which leaves the data alone. What is sealed under a root key's own derivation is
sealed again: under its person's key where the column names one, else under the current root key. The place of
work is the data itself: a value names its key, so what is left to do is what names another one.
"""

import time
from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q

from huiyin.core import crypto, keyring, personkeys
from huiyin.core.fields import EncryptedTextField, Sealed, encrypted_fields, row_name
from huiyin.core.ports import keys

BATCH = 200
# Every process reads a new key within this time; before, one may still seal under the old key.
SETTLED_AFTER = 10 * keyring.RELOAD_AFTER


def columns() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Every encrypted column of the installation."""
    for model in apps.get_models():
        for field in encrypted_fields(model):
            yield model, field


def counts() -> dict[str, int]:
    """How many values and persons' keys depend on each key of the ring, and on keys not on it (`?`)."""
    ring = keyring.keyring()
    found = dict.fromkeys(sorted(ring.root), 0)
    for model, field in columns():
        sealed = _sealed(model, field).exclude(**{f"{field.name}__sealed_under": crypto.OF_PERSON})
        known = {
            key: sealed.filter(**{f"{field.name}__sealed_under": _root(key)}).count() for key in ring.root
        }
        for key, count in known.items():
            found[key] += count
        if strange := sealed.count() - sum(known.values()):
            found["?"] = found.get("?", 0) + strange
    for key, count in keys.port().counts().items():
        name = key if key in ring.root else "?"
        found[name] = found.get(name, 0) + count
    return found


def reseal(*, tell: Callable[[str, int], None] = lambda column, count: None) -> int:
    """Bring everything under the current key. Answers how many were moved; `tell` hears each batch."""
    current = keyring.keyring().current
    moved = personkeys.rewrap(tell=tell)
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
    left = _left(model, field, current).order_by("pk")[:BATCH]
    batch = list(left)
    for instance in batch:
        sealed = instance.__dict__[field.attname]
        row = str(getattr(instance, row_name(model)))
        fresh = _sealed_afresh(field, sealed, row, field.person_of(instance))
        model._default_manager.filter(pk=instance.pk, **{field.name: sealed}).update(**{field.name: fresh})
    return [instance.pk for instance in batch]


def _sealed_afresh(field: EncryptedTextField, sealed: Sealed, row: str, person: str) -> Sealed | str | None:
    """The value under the key that it should have. Of somebody erased nothing is left to seal."""
    if person and personkeys.is_destroyed(person):
        return ""
    return field.seal(field.open(sealed, row), row, person=person)


def _left(
    model: type[models.Model], field: EncryptedTextField, current: str
) -> models.QuerySet[models.Model]:
    """What is sealed under another key than it should be: an older root, or the purpose's though it has a person."""
    rows = _sealed(model, field).exclude(**{f"{field.name}__sealed_under": crypto.OF_PERSON})
    wrong = ~Q(**{f"{field.name}__sealed_under": _root(current)})
    if field.subject:
        *parents, _last = path = field.subject.split(".")
        rows = rows.select_related("__".join(parents)) if parents else rows
        wrong |= Q(**{f"{'__'.join(path)}__isnull": False})
    return rows.filter(wrong)


def _root(key_id: str) -> str:
    return f"{crypto.VERSION}.{key_id}"
