"""The second step: asked for at every door, by choice of the person or by the rule of a role."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value

from huiyin.accounts.models import Session
from huiyin.accounts.services import factors, people
from huiyin.accounts.tests import visitors
from huiyin.accounts.tests.visitors import FIREFOX, PASSWORD, browser, is_in, member
from huiyin.core.actors import SYSTEM

pytestmark = pytest.mark.django_db


def entered(agent: str = visitors.CHROME, name: str = "wang@example.com", **kwargs):
    client = browser(agent, **kwargs)
    assert visitors.sign_in(client, name).status_code == 302
    return client


def now_code(secret: str, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def confirm(client) -> None:
    """The proof is fresh right after signing in, so nothing is to be done; old sessions confirm again."""
    client.post("/account/confirmation/", {"kind": "password", "password": PASSWORD})


def test_second_step_by_app_then_asked_for_and_digits_work_once():
    user = member()
    secret = generate_totp_secret()
    factors.add_app(user, secret=secret, digits=now_code(secret, -1), keep=None, by=SYSTEM)
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    client = browser()
    assert visitors.sign_in(client)["Location"] == "/account/sign-in/second/"
    assert not is_in(client)
    assert client.post("/account/sign-in/second/", {"kind": "totp", "code": "000000"}).status_code == 400
    digits = now_code(secret)
    assert (
        client.post("/account/sign-in/second/", {"kind": "totp", "code": digits})["Location"] == "/account/"
    )
    assert is_in(client) and Session.objects.get().factor == "totp"
    again = browser(FIREFOX)
    visitors.sign_in(again)
    assert again.post("/account/sign-in/second/", {"kind": "totp", "code": digits}).status_code == 400


def test_second_step_is_asked_for_at_the_code_door_too():
    user = member()
    secret = generate_totp_secret()
    factors.add_app(user, secret=secret, digits=now_code(secret), keep=None, by=SYSTEM)
    client = browser()
    visitors.ask_for_code(client, "wang@example.com")
    assert visitors.enter_code(client, visitors.last_code())["Location"] == "/account/sign-in/second/"
    assert not is_in(client)


def test_recovery_code_lets_in_once():
    user = member()
    secret = generate_totp_secret()
    codes = factors.add_app(user, secret=secret, digits=now_code(secret), keep=None, by=SYSTEM)
    assert len(codes) == 10 and codes[0] not in str(
        list(Authenticator.objects.values_list("data", flat=True))
    )
    for expected in (302, 400):
        client = browser()
        visitors.sign_in(client)
        answer = client.post("/account/sign-in/second/", {"kind": "recovery", "code": codes[0].upper()})
        assert answer.status_code == expected


def test_second_step_by_code_to_the_phone_is_a_choice():
    user = member("13800138000")
    factors.choose_code(user, way="phone", keep=None, by=SYSTEM)
    client = browser()
    assert visitors.sign_in(client, "13800138000")["Location"] == "/account/sign-in/second/"
    answer = client.post("/account/sign-in/second/code/", {"kind": "phone"})
    assert answer["Location"] == "/account/sign-in/second/?kind=phone"
    given = {"kind": "phone", "code": visitors.last_code()}
    assert client.post("/account/sign-in/second/", given)["Location"] == "/account/"


def test_second_step_code_of_the_same_way_is_no_second_step():
    user = member("13800138000")
    factors.choose_code(user, way="phone", keep=None, by=SYSTEM)
    client = browser()
    visitors.ask_for_code(client, "13800138000")
    visitors.enter_code(client, visitors.last_code())
    assert client.post("/account/sign-in/second/code/", {"kind": "phone"}).status_code == 404
    given = {"kind": "password", "password": PASSWORD}
    assert client.post("/account/sign-in/second/", given)["Location"] == "/account/"


def test_second_step_when_wrong_again_and_again_then_waits():
    user = member()
    secret = generate_totp_secret()
    factors.add_app(user, secret=secret, digits=now_code(secret, -1), keep=None, by=SYSTEM)
    client = browser()
    visitors.sign_in(client)
    for _try in range(5):
        client.post("/account/sign-in/second/", {"kind": "totp", "code": "000000"})
    assert (
        client.post("/account/sign-in/second/", {"kind": "totp", "code": now_code(secret)}).status_code == 400
    )


@pytest.mark.parametrize("role", ["admin", "supervisor"])
def test_leaders_set_a_second_step_up_before_they_are_in(role):
    user = member(username="qinqin")
    people.grant(user, role=role, by=SYSTEM)
    client = browser()
    assert visitors.sign_in(client, "qinqin")["Location"] == "/account/sign-in/second/setup/"
    assert not is_in(client) and client.get("/desk/").status_code == 302
    client.get("/account/sign-in/second/setup/")
    given = {"code": now_code(client.session["factor.secret"])}
    assert client.post("/account/sign-in/second/setup/", given).status_code == 302
    assert is_in(client)
    codes = client.get("/account/security/recovery/")
    assert codes.status_code == 200 and len(codes.context["codes"]) == 10


def test_role_rule_when_set_then_counts_for_agents_and_when_lifted_for_nobody():
    user = member(username="qinqin")
    people.grant(user, role="agent", by=SYSTEM)
    assert visitors.sign_in(browser(), "qinqin")["Location"] == "/desk/"
    people.rule_role("agent", needs_second_factor=True, by=SYSTEM)
    assert visitors.sign_in(browser(), "qinqin")["Location"] == "/account/sign-in/second/setup/"
    people.rule_role("agent", needs_second_factor=False, by=SYSTEM)
    assert visitors.sign_in(browser(), "qinqin")["Location"] == "/desk/"


def test_factor_of_somebody_else_is_absent():
    user, other = member(), member("li@example.com")
    secret = generate_totp_secret()
    factors.add_app(other, secret=secret, digits=now_code(secret), keep=None, by=SYSTEM)
    theirs = Authenticator.objects.get(user=other, type="totp")
    client = entered()
    assert client.post(f"/account/security/{theirs.pk}/removal/").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists() and user != other


def test_password_when_grown_old_by_a_rule_then_another_is_chosen_first(settings):
    user = member()
    settings.PASSWORD_MAX_AGE_DAYS = 90
    user.password_set_at = user.joined_at.replace(year=2020)
    user.save()
    client = browser()
    assert visitors.sign_in(client)["Location"] == "/account/sign-in/password/"
    assert client.post("/account/sign-in/password/", {"password": PASSWORD}).status_code == 400
    answer = client.post("/account/sign-in/password/", {"password": "seven-green-kettles"})
    assert answer["Location"] == "/account/" and is_in(client)
