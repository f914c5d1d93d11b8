"""Accounts of other services that open ours."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events
from huiyin.accounts.federation import Known
from huiyin.accounts.models import LinkedAccount, User
from huiyin.accounts.selectors import doors
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict


@transaction.atomic
def link(user: User, known: Known, *, by: Actor) -> LinkedAccount:
    """From now on this account elsewhere opens ours. Refuses one that opens another's. Events: account.linked."""
    index = doors.linked_index(known)
    row = LinkedAccount(
        user=user, provider=known.service, subject=known.subject, index=index, label=known.label
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("linked_already", _("This account is linked already, here or elsewhere.")) from error
    journal.publish(events.AccountLinked(subject=str(user.id), provider=known.service), by=by)
    return row


@transaction.atomic
def unlink(row: LinkedAccount, *, by: Actor) -> None:
    """It opens nothing any more. Refuses the last way in. Events: account.unlinked."""
    user: User = row.user
    others = user.linked.exclude(id=row.id).exists() or bool(doors.factors_of(user))
    if not (others or user.has_usable_password() or user.email_verified_at or user.phone_verified_at):
        raise Conflict("linked_last", _("This is the only way into your account. Add another one first."))
    row.delete()
    journal.publish(events.AccountUnlinked(subject=str(user.id), provider=row.provider), by=by)


def note_use(row: LinkedAccount) -> None:
    LinkedAccount.objects.filter(id=row.id).update(used_at=clock.now())
