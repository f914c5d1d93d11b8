"""Writes about purposes that the company adds. Those of the product are no rows, and nothing here reaches them."""

import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.core import clock, journal
from huiyin.core.errors import Conflict, Invalid
from huiyin.privacy import events
from huiyin.privacy.models import AddedPurpose, ConsentText, Purpose
from huiyin.privacy.services.consent import digest

KEY = re.compile(r"[a-z][a-z_]{2,19}")
Status = AddedPurpose.Status


@transaction.atomic
def add_purpose(key: str, *, label: tuple[str, str], text: tuple[str, str], by: User) -> AddedPurpose:
    """A new purpose as a draft, with its name and its first words in Chinese and English. Events: purpose.added.

    Refuses a key that is no word of small letters, or that is taken, by a purpose of the product or any other.
    """
    if not KEY.fullmatch(key):
        words = _("3 to 20 small Latin letters and underscores, beginning with a letter.")
        raise Invalid("purpose_key_unfit", words, field="key")
    taken = Conflict("purpose_taken", _("There is a purpose with this key already."), field="key")
    if key in Purpose.values:
        raise taken
    row = AddedPurpose(key=key, label_zh=label[0], label_en=label[1], added_by=by)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as lost:
        raise taken from lost
    first = {"text_zh": text[0], "text_en": text[1], "digest": digest(*text)}
    ConsentText.objects.create(purpose=key, version=1, **first)
    journal.publish(events.PurposeAdded(subject=key), by=by.actor)
    return row


@transaction.atomic
def enforce_purpose(row: AddedPurpose, *, by: User) -> AddedPurpose:
    """People are asked from now on; the switch is off until they say yes. Refuses what is no draft.

    Events: purpose.enforced.
    """
    _move(row, Status.DRAFT, Status.IN_FORCE, "in_force_at")
    newest = ConsentText.objects.filter(purpose=row.key).latest("version")
    ConsentText.objects.filter(id=newest.id).update(in_force_at=clock.now())
    journal.publish(events.PurposeEnforced(subject=row.key, version=newest.version), by=by.actor)
    return row


@transaction.atomic
def retire_purpose(row: AddedPurpose, *, by: User) -> AddedPurpose:
    """Nothing is allowed by it any more, whatever people said; what they said stays. Refuses what is not in force.

    Events: purpose.retired.
    """
    _move(row, Status.IN_FORCE, Status.RETIRED, "retired_at")
    journal.publish(events.PurposeRetired(subject=row.key), by=by.actor)
    return row


def _move(row: AddedPurpose, before: str, after: str, stamp: str) -> None:
    moved = AddedPurpose.objects.filter(id=row.id, status=before).update(status=after, **{stamp: clock.now()})
    if not moved:
        raise Conflict("purpose_moved", _("Somebody changed this purpose meanwhile."))
    row.status = after
