"""What protects an account, set by JSON: nothing without a fresh proof, and the pages' own refusals."""

import re

import pytest

from huiyin.accounts.models import User
from huiyin.accounts.tests.test_api_account import App, signed_in
from huiyin.accounts.tests.test_second_step import now_code
from huiyin.accounts.tests.visitors import PASSWORD, last_code, member
from huiyin.core.models import IdempotencyKey, JournalEntry, OutgoingMail

pytestmark = pytest.mark.django_db
SENSITIVE = [
    ("POST", "/factors/app", {}),
    ("POST", "/factors/app/confirmation", {"code": "123456"}),
    ("POST", "/factors/recovery", {}),
    ("DELETE", "/factors/1", {}),
    ("POST", "/addresses", {"address": "13912345678"}),
    ("POST", "/addresses/confirmation", {"code": "123456"}),
]


@pytest.fixture
def user() -> User:
    return member()


@pytest.fixture
def app(user) -> App:
    app = App()
    signed_in(app)
    return app


def grow_stale(monkeypatch) -> None:
    monkeypatch.setattr("huiyin.accounts.forms.confirming.FRESH", -1)


def code_to(address: str) -> str:
    letters = [each.text for each in OutgoingMail.objects.order_by("at") if each.to == address]
    found = re.search(r"\b\d{6}\b", letters[-1])
    assert found is not None
    return found.group()


def with_app(app: App) -> tuple[str, list[str]]:
    """Sets an authenticator app up; answers its secret and the recovery codes."""
    secret = app.post("/factors/app").json()["secret"]
    made = app.post("/factors/app/confirmation", code=now_code(secret))
    assert made.status_code == 201
    return secret, made.json()["recovery_codes"]


def test_factor_when_set_up_then_it_is_the_second_step_and_codes_are_told_once(app, user) -> None:
    secret, told = with_app(app)
    assert len(set(told)) == 10
    listed = app.call("GET", "/factors").json()
    assert [each["kind"] for each in listed["items"]] == ["totp"]
    assert (listed["recovery_codes_left"], secret in str(listed)) == (10, False)
    again = App()
    assert signed_in(again).json()["offered"] == ["totp", "recovery"]
    assert again.post("/session/second", kind="recovery", proof=told[0]).json()["state"] == "signed_in"
    assert app.call("GET", "/factors").json()["recovery_codes_left"] == 9
    assert not IdempotencyKey.objects.exists()


def test_factor_when_the_digits_do_not_fit_then_refused_and_nothing_is_set_up(app) -> None:
    early = app.post("/factors/app/confirmation", code="123456")
    assert (early.status_code, early.json()["code"]) == (409, "app_missing")
    secret = app.post("/factors/app").json()["secret"]
    digits = now_code(secret)
    wrong = app.post("/factors/app/confirmation", code="000000" if digits != "000000" else "111111")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "code_wrong")
    assert app.call("GET", "/factors").json()["items"] == []
    assert app.post("/factors/recovery").json()["code"] == "factor_absent"


def test_factor_when_removed_then_codes_go_with_it_and_nobody_elses_can_be(app, user) -> None:
    with_app(app)
    (kept,) = app.call("GET", "/factors").json()["items"]
    member("zhao@example.com")
    other = App()
    signed_in(other, username="zhao@example.com")
    assert other.call("DELETE", f"/factors/{kept['id']}").status_code == 404
    assert app.call("DELETE", f"/factors/{kept['id']}").status_code == 204
    left = app.call("GET", "/factors").json()
    assert (left["items"], left["recovery_codes_left"]) == ([], 0)
    names = JournalEntry.objects.filter(name__startswith="factor.").order_by("seq")
    assert list(names.values_list("name", flat=True)) == ["factor.added", "factor.removed"]


@pytest.mark.parametrize(("method", "path", "body"), SENSITIVE)
def test_sensitive_when_the_proof_is_old_then_asked_for_and_nothing_done(
    app, monkeypatch, method, path, body
) -> None:
    grow_stale(monkeypatch)
    OutgoingMail.objects.all().delete()
    answer = app.call(method, path, **body)
    assert (answer.status_code, answer.json()["code"]) == (403, "proof_needed")
    assert answer.json()["offered"] == ["password", "email"]
    assert not OutgoingMail.objects.exists()
    assert App().call(method, path, **body).status_code == 401


def test_confirmation_when_right_then_fresh_and_when_wrong_counted(app, user, monkeypatch) -> None:
    signed_in_at = 1_000_000.0
    monkeypatch.setattr(
        "huiyin.accounts.forms.confirming.get_authentication_records",
        lambda request, user: [
            {**each, "at": each["at"] if each["method"] == "confirmed" else signed_in_at}
            for each in request.session.get("account_authentication_methods", [])
        ],
    )
    assert app.post("/factors/app").json()["code"] == "proof_needed"
    wrong = app.post("/confirmation", kind="password", proof="wrong-wrong-1")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "password_wrong")
    assert app.post("/confirmation", kind="totp", proof="123456").json()["code"] == "factor_absent"
    assert app.post("/confirmation", kind="email", proof="123456").json()["code"] == "code_missing"
    assert app.post("/confirmation/code", kind="email").status_code == 204
    assert app.post("/confirmation", kind="email", proof=last_code()).status_code == 204
    assert app.post("/factors/app").status_code == 200


def test_confirmation_when_there_is_an_app_then_the_password_is_not_enough(app) -> None:
    with_app(app)
    refused = app.post("/confirmation", kind="password", proof=PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (400, "factor_absent")


def test_address_when_both_codes_are_right_then_moved_and_other_sessions_end(app, user) -> None:
    other = App()
    signed_in(other)
    asked = app.post("/addresses", address="wang.new@example.com")
    assert asked.status_code == 202
    assert asked.json()["replaces"] and asked.json()["address"] != "wang.new@example.com"
    old, new = code_to("wang@example.com"), code_to("wang.new@example.com")
    alone = app.post("/addresses/confirmation", code=new)
    assert (alone.status_code, alone.json()["errors"][0]["field"]) == (400, "old")
    token = app.kept["X-Session-Token"]
    moved = app.post("/addresses/confirmation", old=old, code=new)
    assert moved.status_code == 200
    user.refresh_from_db()
    assert user.email == "wang.new@example.com"
    assert app.kept["X-Session-Token"] != token
    assert (app.call("GET").status_code, other.call("GET").status_code) == (200, 401)


def test_address_when_it_is_ones_own_or_none_then_refused(app) -> None:
    same = app.post("/addresses", address="wang@example.com")
    assert (same.status_code, same.json()["code"]) == (400, "address_same")
    assert app.post("/addresses", address="wang").json()["errors"][0]["field"] == "address"
    assert app.post("/addresses/confirmation", code="123456").json()["code"] == "code_missing"
