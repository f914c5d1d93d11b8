"""Proof of work, once; and the way for browsers without script."""

import base64
import json
import time
from datetime import timedelta

import altcha
import pytest
from django.test import Client, RequestFactory

from huiyin.core import captcha, clock, limits
from huiyin.core.errors import Invalid, TooMany
from huiyin.core.models import SpentChallenge
from huiyin.core.ports import cache

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(captcha, "COST", 1)
    cache.port.cache_clear()


def solved(purpose="intake", told=None) -> str:
    made = altcha.Challenge.from_dict(told or captcha.challenge(purpose, who="1.1.1.1"))
    return altcha.Payload(made, altcha.solve_challenge(made)).to_base64()


def refused(proof, purpose="intake") -> str:
    with pytest.raises(Invalid) as refusal:
        captcha.spend(proof, purpose=purpose)
    return refusal.value.code


def by_hand(**fields):
    request = RequestFactory().post("/", fields)
    request.client_ip = "1.1.1.1"
    return request


def test_spend_when_solved_then_counts_once():
    proof = solved()
    captcha.spend(proof, purpose="intake")
    assert refused(proof) == "captcha_used"
    assert SpentChallenge.objects.count() == 1


def test_spend_when_same_solution_is_spelled_otherwise_then_still_used():
    proof = solved()
    captcha.spend(proof, purpose="intake")
    respelled = base64.b64encode(json.dumps(json.loads(base64.b64decode(proof)), indent=1).encode()).decode()
    assert refused(respelled) == "captcha_used"


def test_spend_when_for_another_purpose_then_wrong():
    assert refused(solved("survey")) == "captcha_wrong"


@pytest.mark.parametrize(
    "proof", ["", "x", "é", "{}", "bnVsbA==", "W10=", "e30=", "A" * 5000, "eyJjaGFsbGVuZ2UiOjF9"]
)
def test_spend_when_malformed_then_wrong(proof):
    assert refused(proof) == "captcha_wrong"


def test_spend_when_parameters_are_changed_then_wrong():
    payload = json.loads(base64.b64decode(solved()))
    payload["challenge"]["parameters"]["expiresAt"] += 9999
    assert refused(base64.b64encode(json.dumps(payload).encode()).decode()) == "captcha_wrong"


def test_spend_when_not_solved_then_wrong():
    payload = json.loads(base64.b64decode(solved()))
    payload["solution"]["counter"] += 1
    payload["solution"]["derivedKey"] = "00" * 32
    assert refused(base64.b64encode(json.dumps(payload).encode()).decode()) == "captcha_wrong"


def test_spend_when_old_then_expired():
    with clock.frozen(clock.now() - timedelta(hours=1)):
        proof = solved()
    assert refused(proof) == "captcha_expired"


def test_challenge_when_many_asked_then_harder_for_that_address_alone():
    costs = [captcha.challenge("x", who="2.2.2.2")["parameters"]["cost"] for _ in range(22)]
    assert (costs[0], costs[-1]) == (1, captcha.HARDER)
    assert captcha.challenge("x", who="3.3.3.3")["parameters"]["cost"] == 1


def test_check_when_no_script_then_patience_and_few():
    stamp = captcha.opened()
    with pytest.raises(Invalid) as refused:
        captcha.check(by_hand(opened=stamp), purpose="intake")
    assert refused.value.code == "captcha_too_quick"
    late = time.time() + 10
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: late)
        for _ in range(limits.LIMITS["intake.no_script"].count):
            captcha.check(by_hand(opened=stamp), purpose="intake")
        with pytest.raises(TooMany):
            captcha.check(by_hand(opened=stamp), purpose="intake")


@pytest.mark.parametrize(
    "fields", [{}, {"opened": "forged"}, {"opened": captcha.OPENED_SALT, "website": "x"}]
)
def test_check_when_no_script_and_no_stamp_or_trapped_then_refused(fields):
    with pytest.raises(Invalid):
        captcha.check(by_hand(**fields), purpose="intake")


def test_fetch_when_widget_asks_then_challenge_is_not_cached():
    response = Client().get("/captcha/challenge?for=intake")
    assert response.json()["parameters"]["data"] == {"purpose": "intake"}
    assert response["Cache-Control"] == "no-store"
    captcha.spend(solved(told=response.json()), purpose="intake")


def test_sweep_when_expired_then_forgotten():
    captcha.spend(solved(), purpose="intake")
    assert captcha.sweep() == 0
    assert captcha.sweep(at=clock.now() + timedelta(hours=1)) == 1
