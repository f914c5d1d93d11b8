"""One-time codes: six digits by e-mail or text message, ten minutes, five tries, once."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from huiyin.accounts.addresses import Address
from huiyin.accounts.models import OneTimeCode, User, Way
from huiyin.accounts.selectors import doors
from huiyin.core import clock, limits, mail, sms
from huiyin.core.errors import Invalid, TooMany

GOOD_FOR = timedelta(minutes=10)
AGAIN_AFTER = timedelta(seconds=60)
KEPT_FOR = timedelta(days=2)
TRIES = 5
DIGITS = 6


def send_code(address: Address, *, purpose: str, user: User | None = None) -> OneTimeCode:
    """Send a fresh code; earlier ones for the same address and purpose end. `user` binds it to one account.

    Refuses a second one within a minute, and more than the limits of an address allow.
    """
    index = doors.address_index(address)
    _refuse_haste(index, purpose)
    limits.spend(f"code.{address.way}", index)
    digits = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    now = clock.now()
    code = OneTimeCode(purpose=purpose, way=address.way, address=address.value, index=index, user=user)
    code.digest, code.sent_at, code.expires_at = _digest(code.id, digits), now, now + GOOD_FOR
    with transaction.atomic():
        _live(index, purpose).update(expires_at=now)
        code.save(force_insert=True)
        _send(code, digits)
    return code


def use_code(code_id: UUID, *, purpose: str, digits: str) -> OneTimeCode:
    """The code, used up. Refuses a wrong one, and one that is used, expired or tried too often.

    The try is counted before anything is compared, and stays counted whatever happens next.
    """
    open_ = OneTimeCode.objects.filter(id=code_id, purpose=purpose, used_at=None, expires_at__gt=clock.now())
    if not open_.filter(tries__lt=TRIES).update(tries=F("tries") + 1):
        raise Invalid(
            "code_over", _("This code does not work any more. Please ask for another."), field="code"
        )
    code = OneTimeCode.objects.get(id=code_id)
    if not constant_time_compare(code.digest, _digest(code.id, "".join(digits.split()))):
        raise Invalid("code_wrong", _("The code is not right. Please look at it again."), field="code")
    if not open_.update(used_at=clock.now()):
        raise Invalid(
            "code_over", _("This code does not work any more. Please ask for another."), field="code"
        )
    return code


def sweep_codes() -> int:
    """Forget codes that expired two days ago, some hundred at a time."""
    old = OneTimeCode.objects.filter(expires_at__lt=clock.now() - KEPT_FOR)
    batch = list(old.values_list("id", flat=True)[:500])
    return OneTimeCode.objects.filter(id__in=batch).delete()[0]


def _refuse_haste(index: str, purpose: str) -> None:
    last = OneTimeCode.objects.filter(index=index, purpose=purpose).order_by("-sent_at").first()
    if last and (left := (last.sent_at + AGAIN_AFTER - clock.now()).total_seconds()) > 0:
        raise TooMany(
            "code_too_soon", _("A code was sent just now. Please wait a minute."), retry_after=int(left) + 1
        )


def _live(index: str, purpose: str) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(index=index, purpose=purpose, used_at=None, expires_at__gt=clock.now())


def _send(code: OneTimeCode, digits: str) -> None:
    owner = ("user", str(code.user_id)) if code.user_id else ("", "")
    if code.way == Way.PHONE:
        text = _("Your code is %(code)s. It is good for 10 minutes. We never ask you for it.") % {
            "code": digits
        }
        sms.send(code.address, text, id=f"code-{code.id}", useful_until=code.expires_at, owner=owner)
        return
    subject = _("Your code: %(code)s") % {"code": digits}
    text = _(
        "Your code is %(code)s\n\nIt is good for 10 minutes and works once, in the window in which you asked "
        "for it. If you did not ask for it, nothing has happened: ignore this letter, and give the code to nobody."
    ) % {"code": digits}
    mail.send(code.address, subject, text, key=f"code-{code.id}", owner=owner)


def _digest(code_id: UUID, digits: str) -> str:
    """Keyed, since a million codes are hashed in no time by whoever reads the table."""
    key = hashlib.sha256(b"huiyin.code" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, f"{code_id}:{digits}".encode(), hashlib.sha256).hexdigest()
