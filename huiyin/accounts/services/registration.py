"""How a person becomes an account: with a proved address, with a user name and a password, or with a passkey alone."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events
from huiyin.accounts.addresses import Address, is_username
from huiyin.accounts.arrivals import Arrival
from huiyin.accounts.federation import Known
from huiyin.accounts.models import Contact, User
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import addresses, ages, factors, linked, people
from huiyin.accounts.terms import Terms
from huiyin.core import journal
from huiyin.core.errors import Conflict, Invalid

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, kw_only=True)
class Application:
    """What somebody gives to get an account; one proof, or a name with a password, is needed."""

    terms: Terms
    address: Address | None = None
    linked: Known | None = None
    username: str = ""
    password: str = ""
    name: str = ""
    language: str = ""
    minor_until: int | None = None


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """A passkey that was made for an account to be, whose id it carries, and the text that was agreed to before."""

    user_id: UUID
    credential: dict[str, Any]
    terms: Terms


@transaction.atomic
def sign_up(given: Application, *, arrival: Arrival) -> User:
    """A new account with the proved address and the contact whom it names. The first consent is a fact of its own.

    Refuses a name that is taken or unfit, a weak password, an address that another account proved meanwhile.
    Events: user.created, terms.accepted, address.verified, and contact.created when the person was unknown.
    """
    if not (given.address or given.linked or (given.username and given.password)):
        raise Invalid("address_missing", _("Please give a phone number, an e-mail address, or a user name."))
    user = _opened(given, arrival)
    if given.address is not None:
        addresses.prove(user, given.address)
    if given.linked is not None:
        linked.link(user, given.linked, by=user.actor)
    _declare_age(user, given)
    return user


@transaction.atomic
def sign_up_by_passkey(given: Application, passkey: Passkey, *, arrival: Arrival) -> tuple[User, list[str]]:
    """A new account that nothing opens but its passkey, and the recovery codes, told this once.

    Refuses a name that is taken or unfit. Events: user.created, terms.accepted, biometrics.allowed, factor.added.
    """
    user = _opened(given, arrival, key=passkey.user_id)
    factors.allow_biometrics(user, text=passkey.terms, by=user.actor)
    factors.add_passkey(user, name="", credential=passkey.credential, keep=None, by=user.actor)
    _declare_age(user, given)
    return user, factors.renew_recovery_codes(user)


def fresh_username() -> str:
    """A name that nobody has to remember, for whoever comes in otherwise."""
    return "u-" + "".join(secrets.choice(LETTERS) for _letter in range(12))


def _opened(given: Application, arrival: Arrival, key: UUID | None = None) -> User:
    user = User(
        username=_username(given.username), display_name=given.name.strip()[:80], language=given.language
    )
    user.id = key or user.id
    user.joined_from = {"address": arrival.address, "device": arrival.agent, "place": arrival.place}
    if given.password:
        people.put_password(user, given.password)
    else:
        user.set_unusable_password()
    _store(user)
    journal.publish(events.UserCreated(subject=str(user.id)), by=user.actor)
    accepted = events.TermsAccepted(
        subject=str(user.id), version=given.terms.version, digest=given.terms.digest
    )
    journal.publish(accepted, by=user.actor)
    return user


def _declare_age(user: User, given: Application) -> None:
    """Somebody under 14 is known as such from the first moment on, and their account waits. Events: minor.declared."""
    if given.minor_until is not None:
        contact, _is_new = Contact.objects.get_or_create(user=user, defaults={"name": user.display_name})
        ages.declare_minor(contact, until=given.minor_until, by=user.actor)


def _username(wanted: str) -> str:
    """The name as it is kept. Without a wish: one that nobody has to remember."""
    name = wanted.strip().lower()
    if not name:
        return fresh_username()
    if not is_username(name):
        message = _("3 to 64 letters, digits, dots or dashes, beginning with a letter.")
        raise Invalid("username_unfit", message, field="username")
    if doors.user_named(name):
        raise Conflict(
            "username_taken", _("This name cannot be used. Please choose another."), field="username"
        )
    return name


def _store(user: User) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "username_taken", _("This name cannot be used. Please choose another."), field="username"
        ) from error
