"""Joining with a passkey alone: two agreements first, the way back told once, and it works when the passkey is lost."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator

from huiyin.accounts.models import Door, User
from huiyin.accounts.services import addresses, factors, people
from huiyin.accounts.tests import visitors
from huiyin.accounts.tests.authenticator import Device
from huiyin.accounts.tests.visitors import browser, is_in
from huiyin.core.actors import SYSTEM
from huiyin.core.models import JournalEntry

pytestmark = pytest.mark.django_db
JOIN, BACK = "/account/sign-up/passkey/", "/account/sign-in/recovery/"
BOTH = {"consent": "on", "terms": "on"}


def options(page) -> dict:
    told = re.search(r'id="passkey-options"[^>]*>(.*?)</script>', page.content.decode(), re.S)
    return json.loads(told[1])


def join(client, device, **given):
    made = device.make(options(client.get(JOIN)))
    return client.post(JOIN, {"credential": made, **visitors.by_hand(), **BOTH, **given})


@pytest.fixture
def joined():
    """Somebody with nothing but a passkey: device, user, their recovery codes, their browser."""
    client, device = browser(), Device()
    answer = join(client, device, name="小林")
    page = client.get(answer["Location"])
    codes = re.findall(r"<code>(\w{5}-\w{5})</code>", page.content.decode())
    return device, User.objects.get(), codes, client


def test_join_when_both_are_agreed_to_then_in_with_codes_shown_once(joined) -> None:
    _device, user, codes, client = joined
    assert (user.display_name, user.has_usable_password(), user.email, user.phone) == ("小林", False, "", "")
    assert len(set(codes)) == 10
    assert client.get("/account/security/recovery/")["Location"] == "/account/security/"
    assert [session.door for session in user.sign_ins.all()] == [Door.PASSKEY]
    facts = list(
        JournalEntry.objects.filter(subject=str(user.id)).order_by("id").values_list("name", flat=True)
    )
    assert facts[:4] == ["user.created", "terms.accepted", "biometrics.allowed", "factor.added"]


def test_join_then_the_passkey_alone_signs_in(joined) -> None:
    device, user, _codes, _client = joined
    other = browser()
    challenge = other.get("/account/sign-in/passkey/challenge").json()
    entered = other.post("/account/sign-in/passkey/", {"credential": device.answer(challenge)})
    assert (entered["Location"], is_in(other)) == ("/account/", True)
    assert user.sign_ins.filter(ended_at=None).count() == 2


@pytest.mark.parametrize("missing", ["consent", "terms"])
def test_join_when_not_agreed_to_then_refused_at_the_field_and_nothing_made(missing) -> None:
    client = browser()
    answer = join(client, Device(), **{missing: ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [missing])
    assert User.objects.count() == Authenticator.objects.count() == 0


def test_join_when_the_answer_is_old_foreign_or_missing_then_refused() -> None:
    client, other = browser(), browser()
    made = Device().make(options(client.get(JOIN)))
    other.get(JOIN)
    given = {**BOTH, **visitors.by_hand()}
    assert other.post(JOIN, {**given, "credential": made}).status_code == 400
    assert client.post(JOIN, given).status_code == 400
    assert client.post(JOIN, {**given, "credential": made}).status_code == 400, "its challenge was replaced"
    assert browser().post(JOIN, {**given, "credential": made}).status_code == 400
    assert User.objects.count() == 0


def test_join_when_sent_in_bulk_then_refused() -> None:
    client = browser()
    made = Device().make(options(client.get(JOIN)))
    assert client.post(JOIN, {**BOTH, "credential": made}).status_code == 400
    assert User.objects.count() == 0


def test_recovery_code_when_the_passkey_is_lost_then_in_once(joined) -> None:
    _device, user, codes, _client = joined
    client = browser()
    assert (
        client.post(BACK, {"username": user.username, "code": codes[3]})["Location"] == "/account/security/"
    )
    assert is_in(client)
    assert user.sign_ins.order_by("-began_at").first().door == Door.RECOVERY
    again = browser()
    assert again.post(BACK, {"username": user.username, "code": codes[3]}).status_code == 400
    assert not is_in(again)


def test_recovery_code_when_something_else_opens_the_account_then_is_no_door(joined) -> None:
    _device, user, codes, _client = joined
    addresses.prove(user, visitors.parse("lin@example.com"))
    assert browser().post(BACK, {"username": user.username, "code": codes[0]}).status_code == 400
    with_password = visitors.member()
    people.set_password(with_password, visitors.PASSWORD, by=SYSTEM)
    given = {"username": with_password.username, "code": factors.renew_recovery_codes(with_password)[0]}
    assert browser().post(BACK, given).status_code == 400


def test_recovery_when_unknown_wrong_or_shut_then_the_same_answer(joined) -> None:
    _device, user, codes, _client = joined
    ordinary = visitors.member(username="wangfang")
    tries = [("nobody", codes[0]), (user.username, "aaaaa-bbbbb"), (ordinary.username, codes[0])]
    answers = [browser().post(BACK, {"username": name, "code": code}) for name, code in tries]
    assert {answer.status_code for answer in answers} == {400}
    assert len({str(answer.context["form"].non_field_errors()) for answer in answers}) == 1


def test_recovery_when_tried_again_and_again_then_each_wait_is_longer(joined) -> None:
    _device, user, codes, _client = joined
    client = browser()
    for _turn in range(12):
        client.post(BACK, {"username": user.username, "code": "aaaaa-bbbbb"})
    answer = client.post(BACK, {"username": user.username, "code": codes[0]})
    assert (answer.status_code, is_in(client)) == (400, False)
