"""Invitations: one letter, one person, 72 hours (P40)."""

import re
from datetime import timedelta

import pytest

from huiyin.accounts.models import Invitation, User
from huiyin.accounts.services import invitations as service
from huiyin.accounts.services.trust import Trust
from huiyin.core import clock
from huiyin.core.errors import Conflict, Invalid, NotFound, TooMany
from huiyin.core.models import OutgoingMail
from huiyin.core.tests.people import staff

pytestmark = pytest.mark.django_db
PASSWORD = "gentle-otter-47-lamps"


def invited(email: str = "new@example.com", role: str = "agent") -> tuple[Invitation, str]:
    """An invitation and the key in its letter."""
    row = service.invite(email, with_=Trust(role=role), by=staff("admin"))
    letter = OutgoingMail.objects.get(key=f"invitation:{row.id}")
    found = re.search(r"/invitations/([\w-]+)/", letter.text)
    assert found is not None
    return row, found[1]


def test_invitation_lets_in_once_with_the_role_and_a_confirmed_address() -> None:
    row, key = invited(role="senior")
    user = service.accept(key, username="newbie", password=PASSWORD, display_name="新")
    assert (set(user.grants.values_list("role", flat=True)), user.email) == ({"senior"}, "new@example.com")
    assert User.objects.get(id=user.id).email_verified_at is not None
    assert user.grants.get().granted_by == row.invited_by
    with pytest.raises(NotFound):
        service.accept(key, username="second", password=PASSWORD, display_name="")
    assert not User.objects.filter(username="second").exists()


def test_invitation_is_kept_as_a_digest_only() -> None:
    row, key = invited()
    assert key not in str(Invitation.objects.filter(id=row.id).values().get())


def test_invitation_ends_after_72_hours() -> None:
    row, key = invited()
    assert row.expires_at - row.invited_at == timedelta(hours=72)
    with clock.frozen(row.expires_at + timedelta(seconds=1)), pytest.raises(NotFound):
        service.accept(key, username="late", password=PASSWORD, display_name="")


def test_withdrawn_invitation_opens_nothing() -> None:
    row, key = invited()
    service.withdraw(row, by=staff("admin"))
    with pytest.raises(NotFound):
        service.opened(key)


def test_one_open_invitation_an_address_until_it_has_expired() -> None:
    row, _key = invited()
    with pytest.raises(Conflict) as refusal:
        invited("New@Example.com")
    assert refusal.value.code == "invited_already"
    with clock.frozen(row.expires_at + timedelta(seconds=1)):
        again, _key = invited()
    assert again.id != row.id


def test_known_address_is_not_invited() -> None:
    _row, key = invited()
    service.accept(key, username="newbie", password=PASSWORD, display_name="")
    with pytest.raises(Conflict) as refusal:
        invited()
    assert refusal.value.code == "address_known"


def test_nobody_is_invited_as_administrator() -> None:
    with pytest.raises(Invalid) as refusal:
        invited(role="admin")
    assert refusal.value.data["field"] == "role"


def test_ten_invitations_an_hour() -> None:
    admin = staff("admin")
    for number in range(10):
        service.invite(f"n{number}@example.com", with_=Trust(role="agent"), by=admin)
    with pytest.raises(TooMany):
        service.invite("n10@example.com", with_=Trust(role="agent"), by=admin)
    assert Invitation.objects.count() == 10
