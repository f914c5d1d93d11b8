"""Letting somebody new in: a letter with a key that works once, for 72 hours, and only the newest of an address."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.accounts import events, selectors
from huiyin.accounts.models import Invitation, Role, User
from huiyin.accounts.services.people import create_user, grant
from huiyin.accounts.services.trust import Trust, check
from huiyin.core import audit, clock, journal, limits, mail
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid, NotFound

OPEN_FOR = timedelta(hours=72)


@transaction.atomic
def invite(email: str, *, with_: Trust, by: User) -> Invitation:
    """Send a letter that lets this address in with this trust. Refuses a second open letter to the same address,
    an address that has an account, the administrator's role, and more than ten letters an hour.
    Events: user.invited.
    """
    limits.spend("staff.invite", str(by.id))
    check(with_)
    if with_.role == Role.ADMIN:
        raise Invalid(
            "admin_needs_two",
            _("Invite with another role first; a second administrator agrees to this one."),
            field="role",
        )
    index = selectors.identity_index("email", email)
    if User.objects.filter(email_index=index).exists():
        raise Conflict(
            "address_known",
            _("This address has an account already. Grant the role on its page."),
            field="email",
        )
    raw = secrets.token_urlsafe(32)
    row = _kept(email, index, raw, with_, by)
    _send(row, email, raw)
    journal.publish(events.UserInvited(subject=str(row.id), role=with_.role), by=by.actor)
    audit.record("user.invited", f"invitation:{row.id}", by=by.actor, detail={"role": with_.role})
    return row


@transaction.atomic
def withdraw(row: Invitation, *, by: User) -> Invitation:
    """The letter opens nothing any more; twice is once. Events: none, nobody came."""
    waiting = Invitation.objects.filter(id=row.id, accepted_at=None, withdrawn_at=None)
    if waiting.update(withdrawn_at=clock.now()):
        audit.record("user.invitation_withdrawn", f"invitation:{row.id}", by=by.actor)
    return row


def opened(raw: str) -> Invitation:
    """The invitation behind a key. Used, withdrawn, expired and never given all look alike."""
    row = Invitation.objects.filter(digest=_digest(raw)).select_related("line", "team", "invited_by").first()
    if row is None or not row.is_open(clock.now()):
        raise NotFound("invitation_invalid", _("This invitation does not open any more. Ask for a new one."))
    return row


@transaction.atomic
def accept(raw: str, *, username: str, password: str, display_name: str) -> User:
    """The new colleague comes in, once. Refuses what creating a person refuses. Events: user.created, grant.given."""
    row = opened(raw)
    now = clock.now()
    taken = Invitation.objects.filter(id=row.id, accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    if not taken.update(accepted_at=now):
        raise NotFound("invitation_invalid", _("This invitation does not open any more. Ask for a new one."))
    user = create_user(
        username=username, password=password, display_name=display_name, email=row.email, by=SYSTEM
    )
    # Only who reads the mailbox has the key.
    User.objects.filter(id=user.id).update(email_verified_at=now)
    given = grant(user, role=row.role, line=row.line, team=row.team, expires_at=row.grant_until, by=SYSTEM)
    type(given).objects.filter(id=given.id).update(granted_by=row.invited_by_id)
    audit.record(
        "user.joined", f"user:{user.id}", by=user.actor, detail={"role": row.role, "invitation": str(row.id)}
    )
    return user


def _kept(email: str, index: str, raw: str, with_: Trust, by: User) -> Invitation:
    now = clock.now()
    # A letter that nobody opened in time makes room for a new one.
    Invitation.objects.filter(index=index, accepted_at=None, withdrawn_at=None, expires_at__lte=now).update(
        withdrawn_at=now
    )
    row = Invitation(
        email=email,
        index=index,
        digest=_digest(raw),
        role=with_.role,
        line=with_.line,
        team=with_.team,
        grant_until=with_.until,
        invited_by=by,
        invited_at=now,
        expires_at=now + OPEN_FOR,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("invited_already", _("This address has an open invitation."), field="email") from error
    return row


def _send(row: Invitation, email: str, raw: str) -> None:
    link = f"{settings.ORIGIN}{reverse('invitation', args=[raw])}"
    text = _(
        "%(name)s invites you to work with Huiyin as %(role)s.\n\n%(link)s\n\n"
        "The link works once, within 72 hours. If you did not expect it, do nothing."
    ) % {"name": str(row.invited_by), "role": Role(row.role).label, "link": link}
    mail.send(email, _("Your invitation to Huiyin"), text, key=f"invitation:{row.id}")


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()
