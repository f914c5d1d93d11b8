"""API tokens: what each shut door does to a token that was read a moment ago, and what a token remembers."""

from datetime import timedelta

import pytest

from huiyin.accounts import selectors, services
from huiyin.accounts.models import ApiToken
from huiyin.accounts.models.tokens import Scope
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid
from huiyin.core.models import JournalEntry
from huiyin.core.tests.people import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return staff("agent")


def issued(user, **given):
    return services.issue_token(user, by=SYSTEM, **given)


def elsewhere(**values) -> None:
    """What another process writes: this one is not told."""
    ApiToken.objects.update(**values)


def test_issue_when_no_scopes_then_all_and_the_secret_is_nowhere_stored(user):
    token, raw = issued(user)
    assert token.scopes == list(Scope.values)
    assert raw.startswith("hy_") and token.hint == raw[:7] and len(raw) > 40
    assert raw not in str(ApiToken.objects.values().get())
    told = JournalEntry.objects.get(name="token.issued")
    assert (told.subject, told.data) == (str(user.id), {"token": str(token.id), "scopes": token.scopes})


def test_issue_when_scopes_are_named_then_those_once(user):
    token, _raw = issued(user, scopes=["cases:read", "cases:read", "voices:write"])
    assert token.scopes == ["cases:read", "voices:write"]


def test_issue_when_scope_is_unknown_then_nothing_is_made(user):
    with pytest.raises(Invalid) as caught:
        issued(user, scopes=["cases:read", "world:rule"])
    assert (caught.value.data["field"], caught.value.data["unknown"]) == ("scope", ["world:rule"])
    assert ApiToken.objects.count() == JournalEntry.objects.count() == 0


@pytest.mark.parametrize("raw", ["", "hy_", "hy_x", "x" * 10_000, "é", "\x00", "'; --"])
def test_present_when_secret_is_unknown_then_nobody(user, raw):
    issued(user)
    assert services.present_token(raw) is None


def test_present_when_read_a_moment_ago_then_asks_the_database_nothing(user, django_assert_num_queries):
    _token, raw = issued(user)
    services.present_token(raw)
    services.present_token(raw)
    with django_assert_num_queries(0):
        found = services.present_token(raw)
        assert (found.user, found.user.roles) == (user, {"agent"})


def test_present_when_revoked_then_dead_at_once_and_twice_is_once(user):
    token, raw = issued(user)
    assert services.present_token(raw) is not None
    services.revoke_token(token, by=SYSTEM)
    first = token.revoked_at
    assert services.present_token(raw) is None
    services.revoke_token(token, by=SYSTEM)
    assert token.revoked_at == first
    assert JournalEntry.objects.filter(name="token.revoked").count() == 1


def test_present_when_user_is_disabled_then_dead_at_once(user):
    _token, raw = issued(user)
    assert services.present_token(raw) is not None
    services.disable(user, by=SYSTEM)
    assert services.present_token(raw) is None
    assert ApiToken.objects.get().revoked_at is not None


def test_present_when_it_expires_while_it_is_remembered_then_dead_on_time(user):
    end = clock.now() + timedelta(hours=1)
    _token, raw = issued(user, expires_at=end)
    with clock.frozen(end - timedelta(seconds=1)):
        assert services.present_token(raw) is not None
    with clock.frozen(end):
        assert services.present_token(raw) is None


def test_present_when_a_role_is_granted_then_seen_at_once(user):
    _token, raw = issued(user)
    assert services.present_token(raw).user.roles == {"agent"}
    services.grant(user, role="supervisor", by=SYSTEM)
    assert services.present_token(raw).user.roles == {"agent", "supervisor"}


def test_present_when_another_process_revokes_then_open_for_two_seconds_at_most(user, monkeypatch):
    _token, raw = issued(user)
    now = [1000.0]
    cache = selectors.people._tokens
    monkeypatch.setattr(
        selectors.people, "_tokens", type(cache)(cache.maxsize, cache.ttl, timer=lambda: now[0])
    )
    for _first_use_and_second in range(2):
        assert services.present_token(raw) is not None
    elsewhere(revoked_at=clock.now())
    now[0] += selectors.people.TOKEN_SECONDS - 0.01
    assert services.present_token(raw) is not None
    now[0] += 0.02
    assert services.present_token(raw) is None


def test_present_when_one_request_changes_what_it_got_then_the_next_sees_nothing_of_it(user):
    _token, raw = issued(user)
    first = services.present_token(raw)
    first.scopes, first.user.display_name, first.user.is_active = [], "changed", False
    first.user.__dict__["roles"] = frozenset({"admin"})
    second = services.present_token(raw)
    assert (second.user.display_name, second.user.is_active, second.user.roles) == ("", True, {"agent"})
    assert second.scopes == list(Scope.values)


def test_present_when_used_then_remembered_once_in_five_minutes(user):
    at = clock.now()
    token, raw = issued(user)
    for minutes, expected in ((0, 0), (4, 0), (6, 6)):
        with clock.frozen(at + timedelta(minutes=minutes)):
            services.present_token(raw)
        token.refresh_from_db()
        assert token.last_used_at == at + timedelta(minutes=expected)
