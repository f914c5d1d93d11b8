"""Addresses that an account has proved, and the contact who is known by them."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.accounts import events, selectors
from huiyin.accounts.addresses import Address
from huiyin.accounts.models import Contact, Identity, User
from huiyin.accounts.selectors import doors
from huiyin.core import clock, journal, mail, sms
from huiyin.core.errors import Conflict


@transaction.atomic
def prove(user: User, address: Address) -> User:
    """This account has shown that it receives what is sent there; its contact is known by it from now on.

    Refuses an address that another account has proved. Events: address.verified, contact.created.
    """
    way, now = address.way, clock.now()
    before = Address(way, getattr(user, way)) if getattr(user, f"{way}_verified_at") else None
    setattr(user, way, address.value)
    setattr(user, f"{way}_index", doors.address_index(address))
    setattr(user, f"{way}_verified_at", now)
    try:
        with transaction.atomic():
            user.save(update_fields=[way, f"{way}_index", f"{way}_verified_at"])
    except IntegrityError as error:
        message = _("This address belongs to another account. Sign in with it, or choose another.")
        raise Conflict("address_taken", message, field="address") from error
    _let_go(user, before, address)
    _attach(user, address)
    journal.publish(events.AddressVerified(subject=str(user.id), way=way), by=user.actor)
    return user


@transaction.atomic
def forget(user: User, way: str) -> User:
    """The account has no such address any more. Refuses the last way to reach and to recover it."""
    other = "phone" if way == "email" else "email"
    if not getattr(user, f"{other}_verified_at"):
        raise Conflict(
            "address_last", _("This is the only address by which we can reach you."), field="address"
        )
    old = Address(way, getattr(user, way))
    setattr(user, way, "")
    setattr(user, f"{way}_index", "")
    setattr(user, f"{way}_verified_at", None)
    user.save(update_fields=[way, f"{way}_index", f"{way}_verified_at"])
    _let_go(user, old, None)
    journal.publish(events.AddressRemoved(subject=str(user.id), way=way), by=user.actor)
    return user


def tell(user: User, *, subject: str, text: str, key: str, also: Address | None = None) -> None:
    """A letter about the account's safety, to every proved address, or to one that was just given up."""
    proved = [a for a in (doors.proved_address(user, "email"), also) if a and a.way == "email"]
    for number, each in enumerate({a.value: a for a in proved}.values()):
        mail.send(each.value, subject, text, key=f"{key}-{number}", owner=("user", str(user.id)))
    if not proved and (phone := doors.proved_address(user, "phone")):
        sms.send(phone.value, f"{subject} {text}"[:480], id=key, owner=("user", str(user.id)))


def announce_change(user: User, *, way: str, before: Address | None) -> None:
    """Tell every address, the one given up too, that the account is reached elsewhere now."""
    with override(user.language or settings.LANGUAGE_CODE):
        subject = _("An address of your account was changed")
        text = _("If this was not you, answer this letter or ask us in the help centre at once.")
        stamp = getattr(user, f"{way}_verified_at").timestamp()
        tell(user, subject=subject, text=text, key=f"address-{user.id}-{stamp:.0f}", also=before)


def _attach(user: User, address: Address) -> None:
    """Only a proved address leads to what we know of a person, and only to what nobody else has proved.

    A contact whom somebody merely claimed to be keeps their other, unproved addresses to themselves: the
    address moves to the account's contact, unless it was all by which that contact was known.
    """
    identity = selectors.identity_of({address.way: address.value})
    mine = Contact.objects.filter(user=user).first()
    if identity is None:
        contact = mine or _new_contact(user)
        identity = Identity(contact=contact, kind=address.way, value=address.value)
        identity.index = selectors.identity_index(address.way, address.value)
    elif identity.contact.user_id != user.id:
        identity.contact = mine or _adopted(identity, user) or _new_contact(user)
    identity.verified_at = clock.now()
    identity.save()


def _adopted(identity: Identity, user: User) -> Contact | None:
    """The contact itself, when no account has it, and the address was vouched for or is all by which it is known."""
    contact = identity.contact
    claimed = identity.verified_at is None and contact.identities.exclude(id=identity.id).exists()
    if contact.user_id or claimed:
        return None
    contact.user = user
    contact.save(update_fields=["user"])
    return contact


def _new_contact(user: User) -> Contact:
    contact = Contact(user=user, name=user.display_name, language=user.language)
    contact.save(force_insert=True)
    journal.publish(events.ContactCreated(subject=str(contact.id)), by=user.actor)
    return contact


def _let_go(user: User, before: Address | None, after: Address | None) -> None:
    """The old address no longer speaks for this person."""
    if before and before != after:
        index = selectors.identity_index(before.way, before.value)
        Identity.objects.filter(contact__user=user, kind=before.way, index=index).update(verified_at=None)
