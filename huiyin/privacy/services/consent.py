"""Writes about consent: each yes and no is a row of its own, with the words it answered."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact, User
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid
from huiyin.privacy import events, selectors, texts
from huiyin.privacy.models import Consent, ConsentText, Purpose, Request


def install(model: Callable[[str], Any]) -> None:
    """The first version of every text, where there is none. `model("ConsentText")` answers the model class."""
    rows = model("ConsentText").objects
    for purpose, (zh, en) in texts.TEXTS.items():
        words = {"text_zh": zh, "text_en": en, "digest": digest(zh, en)}
        rows.get_or_create(purpose=purpose, version=1, defaults=words)


@transaction.atomic
def give_consent(
    subject: Contact | User,
    purpose: str,
    *,
    text_version: int | None = None,
    channel: str,
    address: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Consent:
    """Somebody says yes to the words of one version, the newest unless named. Events: consent.given.

    Refuses an unknown purpose and a version that was never shown.
    """
    row = _said(_contact(subject), purpose, True, (text_version, channel, address), by=by, at=at)
    fact = events.ConsentGiven(subject=str(row.contact_id), purpose=purpose, version=row.text_version)
    journal.publish(fact, by=by, at=at)
    return row


@transaction.atomic
def withdraw(
    subject: Contact | User,
    purpose: str,
    *,
    channel: str,
    address: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Consent:
    """Somebody says no, or no longer; done at once, and entered so. Events: consent.withdrawn."""
    row = _said(_contact(subject), purpose, False, (None, channel, address), by=by, at=at)
    fact = events.ConsentWithdrawn(subject=str(row.contact_id), purpose=purpose, version=row.text_version)
    journal.publish(fact, by=by, at=at)
    done = {"status": Request.Status.DONE, "asked_at": row.at, "done_at": row.at}
    Request.objects.create(contact=row.contact, kind=Request.Kind.WITHDRAWAL, channel=channel, **done)
    return row


@transaction.atomic
def publish_text(purpose: str, *, zh: str, en: str, at: datetime | None = None) -> ConsentText:
    """New words for a purpose, as its next version. Who agreed to the former ones is asked again where it shows."""
    version = selectors.current_text(purpose).version + 1
    return ConsentText.objects.create(
        purpose=purpose,
        version=version,
        text_zh=zh,
        text_en=en,
        digest=digest(zh, en),
        in_force_at=at or clock.now(),
    )


def contact_of(user: User) -> Contact:
    """The contact whom an account stands for; made when this is the first time it is asked."""
    found, _is_new = Contact.objects.get_or_create(user=user, defaults={"name": str(user)[:120]})
    return found


def digest(zh: str, en: str) -> str:
    return hashlib.sha256(f"{zh}\n{en}".encode()).hexdigest()


def _contact(subject: Contact | User) -> Contact:
    return subject if isinstance(subject, Contact) else contact_of(subject)


def _said(
    contact: Contact, purpose: str, is_given: bool, how: tuple[int | None, str, str], *, by: Actor, at: Any
) -> Consent:
    version, channel, address = how
    row = Consent(
        contact=contact,
        purpose=purpose,
        is_given=is_given,
        channel=channel,
        address=address,
        by_kind=by.kind,
        by_id=by.id,
        at=at or clock.now(),
    )
    text = _text(purpose, version)
    row.text_version, row.text_digest = text.version, text.digest
    row.save(force_insert=True)
    # Two switches at once must not undo each other's copy on the row.
    held = Contact.objects.select_for_update().get(id=contact.id)
    contact.choices = held.choices = {**held.choices, purpose: is_given}
    held.save(update_fields=["choices"])
    return row


def _text(purpose: str, version: int | None) -> ConsentText:
    if purpose not in Purpose.values:
        raise Invalid("purpose_unknown", _("There is no such purpose."), field="purpose")
    found = ConsentText.objects.filter(purpose=purpose)
    text = found.filter(version=version).first() if version is not None else found.latest("version")
    if text is None:
        raise Invalid("text_version_unknown", _("These words were never shown."), field="text_version")
    return text
