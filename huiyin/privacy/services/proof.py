"""That somebody is who they say, before their data leaves or goes: by password, or by a code to their address."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact, Identity, OneTimeCode, Way
from huiyin.accounts.selectors.family import identities_of
from huiyin.core import clock, mail, sms
from huiyin.core.actors import Owner
from huiyin.core.errors import Invalid
from huiyin.privacy.models import Guardianship

GOOD_FOR = timedelta(minutes=10)
TRIES = 5


def way_of(contact: Contact) -> Identity | None:
    """The address to which a code can be sent: e-mail first, else the phone."""
    known = {each.kind: each for each in identities_of(contact)}
    return known.get(Identity.Kind.EMAIL) or known.get(Identity.Kind.PHONE)


def has_password(contact: Contact) -> bool:
    return contact.user is not None and contact.user.is_active and contact.user.has_usable_password()


@transaction.atomic
def send_code(contact: Contact) -> OneTimeCode:
    """Send six digits that are good for ten minutes and five tries. Refuses who left no address."""
    known = way_of(contact)
    if known is None:
        raise Invalid("no_address", _("We know no address of yours; please write to us instead."))
    way = Way.EMAIL if known.kind == Identity.Kind.EMAIL else Way.PHONE
    return _sent(OneTimeCode(way=way, address=known.value, index=known.index, user=contact.user), contact)


@transaction.atomic
def send_code_to_guardian(guardianship: Guardianship) -> OneTimeCode:
    """The same to the guardian's address, which has to prove itself before anything of the child is shown."""
    child = guardianship.contact
    code = OneTimeCode(way=guardianship.way, address=guardianship.address, index=guardianship.index)
    code.user = child.user
    return _sent(code, child)


def _sent(code: OneTimeCode, contact: Contact) -> OneTimeCode:
    digits, now = f"{secrets.randbelow(1_000_000):06d}", clock.now()
    code.purpose = OneTimeCode.Purpose.CONFIRM
    code.sent_at, code.expires_at = now, now + GOOD_FOR
    code.digest = _digest(code.id, digits)
    code.save(force_insert=True)
    _send(code, digits, code.address, Owner("", "", contact.id))
    return code


def check_code(contact: Contact, code_id: UUID, digits: str) -> bool:
    """Whether these are the digits that this browser asked for; they open once."""
    return _opens(_indexes(contact), code_id, digits)


def check_code_of_guardian(guardianship: Guardianship, code_id: UUID, digits: str) -> bool:
    return _opens([guardianship.index], code_id, digits)


def _opens(indexes: list[str], code_id: UUID, digits: str) -> bool:
    live = OneTimeCode.objects.filter(
        id=code_id, used_at=None, expires_at__gt=clock.now(), tries__lt=TRIES, index__in=indexes
    )
    if not live.update(tries=F("tries") + 1):
        return False
    code = OneTimeCode.objects.get(id=code_id)
    if not constant_time_compare(code.digest, _digest(code.id, digits.strip())):
        return False
    return bool(OneTimeCode.objects.filter(id=code_id, used_at=None).update(used_at=clock.now()))


def check_password(contact: Contact, password: str) -> bool:
    return has_password(contact) and bool(contact.user and contact.user.check_password(password))


def _indexes(contact: Contact) -> list[str]:
    return list(identities_of(contact).values_list("index", flat=True))


def _send(code: OneTimeCode, digits: str, address: str, owner: Owner) -> None:
    words = _("Your code is %(digits)s. It is good for ten minutes. If you did not ask for it, ignore it.")
    text = words % {"digits": digits}
    if code.way == Way.EMAIL:
        mail.send(address, _("Your code"), text, key=f"privacy-code:{code.id}", owner=owner)
    else:
        sms.send(address, text, id=f"privacy-code-{code.id}", useful_until=code.expires_at, owner=owner)


def _digest(code_id: UUID, digits: str) -> str:
    return salted_hmac("huiyin.privacy.code", f"{code_id}:{digits}", algorithm="sha256").hexdigest()
