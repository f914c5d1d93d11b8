"""Writes about consent: each yes and no is a row of its own, with the words it answered."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact, User
from huiyin.core import audit, clock, journal
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Conflict, Forbidden, Invalid
from huiyin.privacy import events, texts
from huiyin.privacy.models import Consent, ConsentText, Purpose, Request
from huiyin.privacy.selectors import purposes
from huiyin.privacy.services.requests import enter_done


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

    Refuses an unknown purpose, a version that was never shown, and for somebody under 14 all but their guardian.
    """
    if not purposes.is_in_force(purpose):
        raise Invalid("purpose_unknown", _("There is no such purpose."), field="purpose")
    contact = _contact(subject)
    if contact.is_minor and by.kind != "guardian":
        raise Forbidden("guardian_needed", _("Only your parent or guardian can switch this on for you."))
    row = _said(contact, purpose, True, (text_version, channel, address), by=by, at=at)
    fact = events.ConsentGiven(subject=str(row.contact_id), purpose=purpose, version=row.text_version)
    journal.publish(fact, by=by, at=at)
    return row


def enter_accepted(user_id: str, purpose: str, version: str, *, digest: str, at: datetime) -> Consent:
    """Enter a yes that was said elsewhere, at sign-up or before a passkey, under the digest of what was shown there.

    The act itself was told by its own event, so this tells none; entered twice, it is once.
    """
    user = User.objects.get(id=user_id)
    contact = contact_of(user)
    known = Consent.objects.filter(contact=contact, purpose=purpose, at=at).first()
    if known is not None:
        return known
    address = str((user.joined_from or {}).get("address", "")) if purpose == Purpose.POLICY else ""
    row = Consent(contact=contact, purpose=purpose, is_given=True, channel="account", address=address, at=at)
    digits = "".join(sign for sign in version if sign.isdigit())
    row.text_version = int(digits[:9]) if digits else _text(purpose, None).version
    row.text_digest = digest[:64]
    row.by_kind, row.by_id = user.actor.kind, user.actor.id
    return _keep(row)


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
    enter_done(row.contact, Request.Kind.WITHDRAWAL, channel=channel, at=row.at)
    return row


@transaction.atomic
def publish_text(
    purpose: str, *, zh: str, en: str, by: Actor = SYSTEM, at: datetime | None = None
) -> ConsentText:
    """New words for a purpose, as its next version. Who agreed to the former ones is asked again where it shows.

    Recorded in the audit chain. Refuses an unknown purpose, and words that are in force already.
    """
    now = _text(purpose, None)
    if (now.text_zh, now.text_en) == (zh, en):
        raise Conflict("text_unchanged", _("These words are in force already."), field="zh")
    row = ConsentText(purpose=purpose, version=now.version + 1, text_zh=zh, text_en=en)
    row.digest, row.in_force_at = digest(zh, en), at or clock.now()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as lost:
        words = _("Somebody changed these words meanwhile. Look at theirs first.")
        raise Conflict("text_changed", words, field="zh") from lost
    detail: dict[str, str | int] = {"version": row.version, "digest": row.digest}
    audit.record("consent.text_published", f"purpose:{purpose}", by=by, detail=detail, at=at)
    return row


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
    _keep(row)
    contact.choices = {**contact.choices, purpose: is_given}
    return row


@transaction.atomic
def _keep(row: Consent) -> Consent:
    """Two switches at once must not undo each other's copy on the contact's row."""
    held = Contact.objects.select_for_update().get(id=row.contact_id)
    row.save(force_insert=True)
    held.choices = {**held.choices, row.purpose: row.is_given}
    held.save(update_fields=["choices"])
    return row


def _text(purpose: str, version: int | None) -> ConsentText:
    if not purposes.is_known(purpose):
        raise Invalid("purpose_unknown", _("There is no such purpose."), field="purpose")
    found = ConsentText.objects.filter(purpose=purpose)
    text = found.filter(version=version).first() if version is not None else found.latest("version")
    if text is None:
        raise Invalid("text_version_unknown", _("These words were never shown."), field="text_version")
    return text
