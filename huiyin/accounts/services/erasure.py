"""Accounts forget a person: no name, no address, no door is left; an empty contact stays, for cases to point to."""

from importlib import import_module

from django.conf import settings
from django.db import transaction

from huiyin.accounts.models import Contact, Identity, OneTimeCode, Session, Setback, User
from huiyin.accounts.selectors import held
from huiyin.core import erasing
from huiyin.core.persons import Person, Traces

TABLES = frozenset(
    {
        "accounts.Contact",
        "accounts.ContactMerge",
        "accounts.Identity",
        "accounts.User",
        "accounts.OneTimeCode",
        "accounts.Session",
    }
    | {"accounts.SignIn", "accounts.LinkedAccount", "accounts.ApiToken", "accounts.Setback"}
    | {"account.EmailAddress", "mfa.Authenticator", "allauth_idp_oidc.Token", "accounts.Connection"}
    | {"accounts.AppSession"}
    # Of staff; the reasons that they gave are their own words.
    | {"accounts.Invitation", "accounts.BorrowedEyes"}
)


def erase(person: Person, traces: Traces) -> int:
    """Forget the contact and the account. An account of the staff is work, and stays with the work."""
    done = _forget_contact(person)
    user = User.objects.filter(id=person.user).first() if person.user else None
    if user is None or user.grants.exists():
        return done
    _end_sessions(user)
    for rows in held.rows_of_account(person):
        done += erasing.delete(rows)
    _forget_account(user)
    return done + 1


@transaction.atomic
def _forget_contact(person: Person) -> int:
    known = Identity.objects.filter(contact_id=person.contact)
    _forget_tries(set(known.values_list("index", flat=True)))
    gone, _each = known.delete()
    contacts = Contact.objects.filter(id=person.contact)
    erasing.overwrite(contacts, minor_until=None)
    return gone + erasing.overwrite(contacts, name="", city="", attributes={}, language="")


@transaction.atomic
def _forget_account(user: User) -> None:
    _forget_tries({user.email_index, user.phone_index} - {""})
    user.set_unusable_password()
    User.objects.filter(id=user.id).update(
        username=f"erased-{user.id.hex}",
        display_name="",
        email="",
        email_index="",
        email_verified_at=None,
        phone="",
        phone_index="",
        phone_verified_at=None,
        language="",
        time_zone="",
        joined_from=None,
        preferences={},
        password=user.password,
        is_active=False,
    )


def _forget_tries(indexes: set[str]) -> None:
    """Codes to an address, and failures under it, whether or not they belonged to an account."""
    OneTimeCode.objects.filter(index__in=indexes).delete()
    Setback.objects.filter(index__in=indexes).delete()


def _end_sessions(user: User) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in Session.objects.filter(user=user).exclude(key=None).values_list("key", flat=True):
        store(key).delete()
