"""What an app may ask about its tokens (RFC 7662), and how it hears that somebody has left (back-channel logout)."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest

from huiyin.accounts.models import AppSession, RegisteredApp, Session, User
from huiyin.accounts.services import clients, leaving, people, sessions
from huiyin.accounts.tests import visitors
from huiyin.accounts.tests.thirdparty import BACK, GIVEN, ThirdParty, web
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid
from huiyin.core.jobs.worker import drain
from huiyin.core.tests.people import signed_in, staff

pytestmark = pytest.mark.django_db(transaction=True)


class Ear(ThreadingHTTPServer):
    """Where the app hears of sign-outs; `answers` are the statuses it gives before it says 200."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[str] = []
        self.answers: list[int] = []
        self.url = f"http://127.0.0.1:{self.server_port}/left"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.heard.append(parse_qs(body)["logout_token"][0])
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def ear(settings) -> Iterator[Ear]:
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]
    made = Ear()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def person() -> User:
    return visitors.member("wang@example.com")


@pytest.fixture
def app(live_server, settings, person, ear) -> ThirdParty:
    settings.ORIGIN = live_server.url
    registered, secret = clients.register_app({**GIVEN, "logout_uri": ear.url}, by=SYSTEM)
    return ThirdParty(live_server.url, registered.client_id, secret, at_door(person))


def at_door(person: User) -> Any:
    browser = visitors.browser()
    assert visitors.sign_in(browser, person.email).status_code == 302
    return browser


def asked(app: ThirdParty, token: str, **changes: Any) -> Any:
    given = {"auth": (app.client_id, app.secret), **changes}
    return web.post(f"{app.at}/oauth/introspect", data={"token": token}, **given)


def claims_of(app: ThirdParty, token: str) -> dict[str, Any]:
    key = jwt.PyJWKClient(f"{app.at}/.well-known/jwks.json").get_signing_key_from_jwt(token)
    told: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], audience=app.client_id, issuer=app.at)
    return told


def test_introspection_when_the_token_is_live_then_says_whose_and_what_for(app):
    got = app.tokens()
    told = asked(app, got["access_token"]).json()
    sub = app.userinfo(got["access_token"]).json()["sub"]
    assert told.pop("exp") - told.pop("iat") == pytest.approx(900, abs=2)
    assert told == {
        "active": True,
        "client_id": app.client_id,
        "scope": "openid profile email",
        "iss": app.at,
        "token_type": "Bearer",
        "sub": sub,
    }
    assert asked(app, got["refresh_token"]).json()["active"] is True


def test_introspection_when_the_token_opens_nothing_any_more_then_inactive(app, person):
    got = app.tokens()
    web.post(f"{app.at}/oauth/revoke", data={"token": got["access_token"]}, auth=(app.client_id, app.secret))
    assert asked(app, got["access_token"]).json() == {"active": False}
    assert asked(app, "never-given").json() == {"active": False}
    more = app.tokens()
    people.disable(person, by=SYSTEM)
    assert asked(app, more["access_token"]).json() == {"active": False}


def test_introspection_when_somebody_else_asks_then_learns_nothing(app):
    got = app.tokens()
    stranger, secret = clients.register_app({**GIVEN, "name": "Stranger"}, by=SYSTEM)
    assert asked(app, got["access_token"], auth=(stranger.client_id, secret)).json() == {"active": False}
    assert asked(app, got["access_token"], auth=(app.client_id, "wrong")).status_code == 401
    assert asked(app, got["access_token"], auth=None).status_code == 401
    assert web.get(f"{app.at}/oauth/introspect").status_code == 405


def test_introspection_when_the_app_acts_for_itself_then_as_long_as_its_person_may(app):
    agent = staff("agent")
    given = {**GIVEN, "kind": "itself", "scopes": ["cases:read"], "acts_as": agent.username}
    registered, secret = clients.register_app(given, by=SYSTEM)
    robot = ThirdParty(app.at, registered.client_id, secret, app.browser)
    token = robot.token(grant_type="client_credentials").json()["access_token"]
    told = asked(robot, token).json()
    assert (told["active"], told["scope"], "sub" in told) == (True, "cases:read", False)
    people.disable(agent, by=SYSTEM)
    assert asked(robot, token).json() == {"active": False}


def test_leaving_when_signed_out_then_the_app_hears_of_this_very_session(app, ear):
    told = web.get(f"{app.at}/.well-known/openid-configuration").json()
    assert told["backchannel_logout_supported"] and told["backchannel_logout_session_supported"]
    entered = claims_of(app, app.tokens()["id_token"])
    app.browser.post("/account/sign-out/")
    drain()
    assert len(ear.heard) == 1
    head, left = jwt.get_unverified_header(ear.heard[0]), claims_of(app, ear.heard[0])
    assert (head["typ"], left["sid"], left["sub"]) == ("logout+jwt", entered["sid"], entered["sub"])
    assert left["events"] == {leaving.LEFT: {}} and "nonce" not in left
    assert left["exp"] - left["iat"] == 120 and abs(left["iat"] - time.time()) < 60
    assert AppSession.objects.exclude(told_at=None).count() == 1


def test_leaving_when_another_browser_goes_then_this_one_is_not_named(app, person, ear):
    here = claims_of(app, app.tokens()["id_token"])
    other = ThirdParty(app.at, app.client_id, app.secret, at_door(person))
    there = claims_of(app, other.tokens()["id_token"])
    sessions.end_session(Session.objects.get(key=other.browser.session.session_key), why="ended", by=SYSTEM)
    drain()
    assert [claims_of(app, each)["sid"] for each in ear.heard] == [there["sid"]]
    assert here["sid"] != there["sid"] and here["sub"] == there["sub"]


def test_leaving_when_the_account_is_shut_then_every_app_hears_of_every_session(app, person, ear):
    app.tokens()
    ThirdParty(app.at, app.client_id, app.secret, at_door(person)).tokens()
    people.disable(person, by=SYSTEM)
    drain()
    assert len({claims_of(app, each)["sid"] for each in ear.heard}) == 2


def test_leaving_when_the_app_is_down_then_the_news_comes_again_and_once(app, ear):
    app.tokens()
    row = AppSession.objects.get()
    ear.answers = [500]
    with pytest.raises(leaving.NotHeard):
        leaving.tell(row.id)
    leaving.tell(row.id)
    leaving.tell(row.id)
    assert len(ear.heard) == 2


@pytest.mark.parametrize("why", ["no address", "shut app", "disconnected"])
def test_leaving_when_the_app_is_not_to_hear_then_nothing_goes_out(app, person, ear, why):
    app.tokens()
    registered = RegisteredApp.objects.get(client_id=app.client_id)
    if why == "no address":
        clients.change_app(registered, {**GIVEN, "logout_uri": ""}, by=SYSTEM)
    elif why == "shut app":
        clients.disable_app(registered, by=SYSTEM)
    else:
        app.browser.post(f"/account/apps/{app.client_id}/removal/")
    app.browser.post("/account/sign-out/")
    drain()
    assert ear.heard == []


@pytest.mark.parametrize("uri", ["ftp://app.example.com/", "com.example.app:/left", "https://*.example.com/"])
def test_logout_address_when_we_could_not_call_it_then_refused_at_its_field(app, uri):
    with pytest.raises(Invalid) as refused:
        clients.register_app({**GIVEN, "logout_uri": uri}, by=SYSTEM)
    assert refused.value.data == {"field": "logout_uri"}
    page = signed_in(staff()).post("/admin/apps/", {**GIVEN, "redirect_uris": BACK, "logout_uri": uri})
    assert page.status_code == 400 and uri in page.content.decode()
