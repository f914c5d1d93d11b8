"""Secrets in the logs of peers: what a person types, sends or is given stands in no line of ours, at DEBUG either."""

import io
import logging

import pytest
from django.db import connection
from django.test import Client

from huiyin.accounts.services import people, tokens
from huiyin.cases import selectors as cases
from huiyin.cases.tests import factories
from huiyin.core import logs
from huiyin.core.actors import SYSTEM
from huiyin.core.tests.people import signed_in

pytestmark = pytest.mark.django_db
PASSWORD, WRONG = "canary-of-a-password-5", "canary-of-a-wrong-one-6"
WORDS, MAIL, PHONE = "我的秘密是canary七号", "canary.eight@example.com", "13712349999"
SECRETS = (
    PASSWORD,
    WRONG,
    "canary七号",
    MAIL,
    PHONE,
    "canary-of-a-query",
    "canary-of-an-assertion",
    "canary-of-a-code",
)


@pytest.fixture
def line():
    """Everything that is written, with every logger at its most talkative, the database's included."""
    logs.configure("json")
    root = logging.getLogger()
    root.setLevel(logging.DEBUG)
    named = [
        logging.getLogger(name) for name in ("django", "django.db.backends", "django.request", "django_tasks")
    ]
    levels = [each.level for each in named]
    for each in named:
        each.setLevel(logging.DEBUG)
    connection.force_debug_cursor = True
    stream = io.StringIO()
    root.handlers[0].setStream(stream)
    yield stream.getvalue
    connection.force_debug_cursor = False
    for each, level in zip(named, levels, strict=True):
        each.setLevel(level)
    logs.configure("pretty")


def test_p22_what_people_type_then_in_no_line_at_any_level(line) -> None:
    factories.organisation()
    user = factories.staff("liming")
    people.set_password(user, PASSWORD, by=SYSTEM)
    visitor = Client()
    visitor.post("/desk/sign-in/", {"username": "liming", "password": WRONG})
    visitor.post("/desk/sign-in/", {"username": "liming", "password": PASSWORD})
    visitor.post("/account/sign-in/code/", {"address": MAIL})
    visitor.post("/account/sign-in/code/", {"address": PHONE})
    visitor.get("/kb/search", {"q": "canary-of-a-query"})
    visitor.post("/identity/", {"token": "canary-of-an-assertion"})
    visitor.post("/oauth/token", {"grant_type": "authorization_code", "code": "canary-of-a-code"})
    _expect_none(line(), SECRETS)


def test_p22_what_programs_send_and_are_given_then_in_no_line_at_any_level(line) -> None:
    factories.organisation()
    _token, secret = tokens.issue_token(factories.staff("liming"), by=SYSTEM)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    voice = {"source": "api", "text": WORDS, "contact": {"email": MAIL, "phone": PHONE}}
    told = client.post("/api/v1/voices", voice, content_type="application/json")
    assert told.status_code == 201
    case = cases.case_for(factories.staff("other"), told.json()["case"]["number"])
    key = cases.follow_key(case)
    assert client.get(f"/api/v1/follow/{key}").status_code == 200
    assert client.get(f"/follow/{key}x/").status_code == 404
    client.post("/api/v1/voices", {**voice, "nonsense": WORDS}, content_type="application/json")
    Client(headers={"Authorization": f"Bearer {secret}wrong"}).get("/api/v1/cases")
    _expect_none(line(), (*SECRETS, secret, secret[-20:], key))


def test_p22_fault_with_a_secret_in_its_text_then_only_its_place_is_written(line, monkeypatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ValueError(f"cannot read {PASSWORD} of {MAIL}")

    factories.organisation()
    client = signed_in(factories.staff("liming"))
    client.raise_request_exception = False
    monkeypatch.setattr("huiyin.web.selectors.home", broken)
    assert client.get("/desk/").status_code == 500
    assert "ValueError" in line()
    _expect_none(line(), SECRETS)


def _expect_none(text: str, secrets: tuple[str, ...]) -> None:
    """Some lines were written, and none says a secret."""
    lines = text.splitlines()
    assert lines
    found = [(secret, each[:300]) for secret in secrets for each in lines if secret in each]
    assert found == []
