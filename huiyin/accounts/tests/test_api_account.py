"""Coming in and joining by JSON: the pages' own rules, answered as states; the session travels in a header."""

import json

import altcha
import pytest
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.test import Client

from huiyin.accounts import terms
from huiyin.accounts.models import OneTimeCode, SignIn, User
from huiyin.accounts.services import factors, people
from huiyin.accounts.tests import visitors
from huiyin.accounts.tests.test_second_step import now_code
from huiyin.accounts.tests.visitors import PASSWORD, last_code, member
from huiyin.core import captcha, limits
from huiyin.core.actors import SYSTEM
from huiyin.core.models import AuditEntry, IdempotencyKey

pytestmark = pytest.mark.django_db
API = "/api/v1/account"
AGENT = "Huiyin/3.1 (Android 16)"


def work(purpose: str) -> str:
    made = altcha.Challenge.from_dict(captcha.challenge(purpose, who="203.0.113.9"))
    return altcha.Payload(made, altcha.solve_challenge(made)).to_base64()


class App:
    """An app on a phone: keeps what the two headers told, and sends them with every call."""

    def __init__(self) -> None:
        self.client, self.kept = Client(headers={"User-Agent": AGENT}), {}

    def call(self, method: str, path: str = "", **body):
        answer = self.client.generic(
            method, f"{API}{path}", json.dumps(body), content_type="application/json", headers=self.kept
        )
        for name in ("X-Session-Token", "X-Device-Token"):
            if name in answer:
                self.kept[name] = answer[name]
        assert not answer.cookies, "an app has no cookies, and a browser must not get one here"
        return answer

    def post(self, path: str = "", **body):
        return self.call("POST", path, **body)

    @property
    def state(self) -> str:
        return self.call("GET", "/session").json()["state"]


def signed_in(app: App, **given):
    return app.post("/session", **{"username": "wang@example.com", "password": PASSWORD, **given})


def test_sign_in_by_password_then_the_header_is_the_session_and_ends_with_it() -> None:
    user, app = member(), App()
    told = signed_in(app).json()
    assert (told["state"], told["account"]["id"], app.state) == ("signed_in", str(user.id), "signed_in")
    assert told["account"]["addresses"] == [
        {"way": "email", "masked": visitors.parse("wang@example.com").masked}
    ]
    (listed,) = app.call("GET", "/sessions").json()["items"]
    assert (listed["door"], listed["is_this"]) == ("password", True)
    assert app.call("DELETE", "/session").status_code == 204
    assert (app.call("GET").status_code, user.sign_ins.get().ended_why) == (401, "signed_out")
    assert AuditEntry.objects.filter(action="session.started", actor_id=str(user.id)).count() == 1


def test_sign_in_when_unknown_wrong_or_closed_then_nobody_learns_which() -> None:
    member()
    closed = member("zhao@example.com")
    tries = [("wang@example.com", "wrong-wrong-1"), ("nobody@example.com", PASSWORD), ("wang", PASSWORD)]
    answers = [signed_in(App(), username=name, password=given) for name, given in tries]
    assert {(each.status_code, each.json()["code"], each.json()["detail"]) for each in answers} == {
        (400, "sign_in_wrong", answers[0].json()["detail"])
    }
    people.disable(closed, by=SYSTEM)
    shut = signed_in(App(), username="zhao@example.com", captcha=work("sign-in"))
    assert shut.json()["code"] == "sign_in_wrong"
    assert SignIn.objects.filter(result=SignIn.Result.LET_IN).count() == 0


def test_sign_in_when_it_went_wrong_thrice_then_arithmetic_and_later_patience_is_asked_for() -> None:
    member()
    app = App()
    codes = [signed_in(app, password="wrong-wrong-1").json()["code"] for _turn in range(4)]
    assert codes[:3] == ["sign_in_wrong"] * 3 and codes[3].startswith("captcha")
    assert signed_in(app).json()["code"].startswith("captcha"), "the right password waits too"
    assert signed_in(app, captcha=work("sign-in")).json()["state"] == "signed_in"


def test_session_when_carried_to_another_device_then_ended() -> None:
    member()
    app, thief = App(), Client(headers={"User-Agent": visitors.FIREFOX})
    signed_in(app)
    stolen = thief.get(API, headers={"X-Session-Token": app.kept["X-Session-Token"]})
    assert (stolen.status_code, app.call("GET").status_code) == (401, 401)


def test_browser_cookie_when_sent_here_then_opens_nothing_and_changes_nothing() -> None:
    member()
    client = visitors.browser()
    visitors.sign_in(client)
    assert client.get(f"{API}/session").json()["state"] == "signed_out"
    assert client.delete(f"{API}/session").status_code == 401
    assert visitors.is_in(client)


def test_code_when_the_address_has_an_account_then_in_and_the_code_works_once() -> None:
    member(password="")
    app = App()
    sent = app.post("/codes", address="wang@example.com", captcha=work("code"))
    assert (sent.status_code, sent.json()["state"], app.state) == (202, "code_sent", "code_sent")
    digits = last_code()
    wrong = app.post("/session/code", code="000000" if digits != "000000" else "111111")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "code_wrong")
    assert App().post("/session/code", code=digits).json()["code"] == "code_missing", (
        "another app did not ask"
    )
    assert app.post("/session/code", code=digits).json()["state"] == "signed_in"
    assert app.post("/session/code", code=digits).status_code == 409


def test_code_when_asked_for_without_arithmetic_then_nothing_is_sent() -> None:
    app = App()
    answers = [
        app.post("/codes", address="wang@example.com", captcha=given) for given in ("", "x", work("join"))
    ]
    assert {each.status_code for each in answers} == {400}
    assert app.post("/codes", address="wang", captcha=work("code")).json()["errors"][0]["field"] == "address"
    assert OneTimeCode.objects.count() == 0


def test_code_for_somebody_new_then_the_same_answer_and_an_account_after_the_terms() -> None:
    app = App()
    sent = app.post("/codes", address="13912345678", captcha=work("code"))
    assert sent.json()["state"] == "code_sent"
    told = app.post("/session/code", code=last_code()).json()
    assert (told["state"], told["terms"]["version"]) == ("join", terms.current().version)
    old = app.post(terms="1999", name="小陈")
    assert (old.status_code, old.json()["errors"][0]["field"], User.objects.count()) == (400, "terms", 0)
    made = app.post(terms=terms.current().version, name="小陈")
    assert (made.status_code, made.json()["state"]) == (201, "signed_in")
    user = User.objects.get()
    assert (user.phone_verified_at is not None, user.display_name) == (True, "小陈")


def test_join_by_name_then_costs_arithmetic_and_keeps_the_password_rules(monkeypatch) -> None:
    given = {"terms": terms.current().version, "username": "li.ming"}
    app = App()
    assert app.post(**given, password=PASSWORD).json()["code"].startswith("captcha")
    weak = app.post(**given, password="woaini1314", captcha=work("join"))
    assert (weak.status_code, weak.json()["errors"][0]["field"]) == (400, "password")
    assert app.post(**given, password=PASSWORD, captcha=work("join")).status_code == 201
    monkeypatch.setitem(limits.LIMITS, "join.client", limits.Limit(0, 3600, strict=True))
    more = {**given, "username": "li.lei", "password": PASSWORD, "captcha": work("join")}
    assert (App().post(**more).status_code, User.objects.count()) == (429, 1)


def test_second_step_when_the_account_has_one_then_stands_between() -> None:
    user, app = member(), App()
    secret = generate_totp_secret()
    factors.add_app(user, secret=secret, digits=now_code(secret, -1), keep=None, by=SYSTEM)
    told = signed_in(app).json()
    assert (told["state"], told["offered"]) == ("second_step", ["totp", "recovery"])
    assert app.call("GET").status_code == 401
    assert app.post("/session/second", kind="passkey", proof="").status_code == 400
    assert app.post("/session/second", kind="totp", proof="000000").json()["code"] == "code_wrong"
    assert app.post("/session/second", kind="totp", proof=now_code(secret)).json()["state"] == "signed_in"
    assert user.sign_ins.get().factor == "totp"


def test_second_step_by_code_then_sent_to_the_own_address() -> None:
    user, app = member(), App()
    factors.choose_code(user, way="email", keep=None, by=SYSTEM)
    assert signed_in(app).json()["offered"] == ["email"]
    assert app.post("/session/second/code", kind="phone").status_code == 404
    assert app.post("/session/second/code", kind="email").status_code == 200
    assert app.post("/session/second", kind="email", proof=last_code()).json()["state"] == "signed_in"


def test_second_step_when_the_role_asks_and_there_is_none_then_set_up_on_the_site() -> None:
    user, app = member(), App()
    user.grants.create(role="admin")
    assert signed_in(app).json() | {"offered": []} == signed_in(App()).json()
    assert (app.state, app.call("GET").status_code) == ("second_step_elsewhere", 401)


def test_session_of_another_device_when_ended_then_out_and_nobody_ends_a_strangers() -> None:
    member()
    stranger = member("zhao@example.com")
    here, there, other = App(), App(), App()
    signed_in(here)
    signed_in(there)
    signed_in(other, username="zhao@example.com")
    items = here.call("GET", "/sessions").json()["items"]
    (away,) = [each["id"] for each in items if not each["is_this"]]
    assert here.call("DELETE", f"/sessions/{stranger.sign_ins.get().id}").status_code == 404
    assert here.call("DELETE", f"/sessions/{away}").status_code == 204
    assert [each.call("GET").status_code for each in (here, there, other)] == [200, 401, 200]


def test_sign_in_again_in_the_same_session_then_under_another_key_and_the_first_is_over() -> None:
    user, app = member(), App()
    signed_in(app)
    first = app.kept["X-Session-Token"]
    assert signed_in(app).json()["state"] == "signed_in"
    assert app.kept["X-Session-Token"] != first
    assert sorted(each.ended_why for each in user.sign_ins.all()) == ["", "signed_out"]
    app.kept["X-Session-Token"] = first
    assert app.call("GET").status_code == 401


def test_sign_in_when_named_once_by_a_key_then_no_digest_of_the_password_is_kept() -> None:
    member()
    app = App()
    app.kept["Idempotency-Key"] = "sign-in-1"
    assert [signed_in(app).status_code for _turn in range(2)] == [200, 200]
    assert IdempotencyKey.objects.count() == 0
