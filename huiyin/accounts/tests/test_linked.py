"""Coming in with accounts of other services, against servers that answer as those do."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from huiyin.accounts.models import LinkedAccount, User
from huiyin.accounts.services import factors
from huiyin.accounts.tests import visitors
from huiyin.accounts.tests.visitors import browser, is_in, member
from huiyin.core.actors import SYSTEM

pytestmark = pytest.mark.django_db

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Elsewhere:
    """One server that stands for all services: answers by path, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                given = json.loads(body) if body.startswith("{") else dict(parse_qsl(body))
                outer.asked.append(
                    (parts.path, {**dict(parse_qsl(parts.query)), **given}, dict(self.headers))
                )
                told = outer.answers.get(parts.path, {"error": "unknown"})
                text = told if isinstance(told, str) else json.dumps(told)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = _answer

            def log_message(self, *args: Any) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def issue(self, **claims: Any) -> str:
        now = int(time.time())
        told = {
            "iss": self.url,
            "aud": "us",
            "sub": "248289",
            "iat": now,
            "exp": now + 60,
            "name": "李雷",
            **claims,
        }
        return jwt.encode(told, KEY, algorithm="RS256", headers={"kid": "k1"})


@pytest.fixture
def elsewhere(settings) -> Iterator[Elsewhere]:
    made = Elsewhere()
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]
    settings.SIGN_IN_WITH = [
        {"provider": name, "client": "us", "secret": "hush", "base": made.url}
        for name in ("weixin", "qq", "weibo", "dingtalk", "feishu")
    ]
    settings.SIGN_IN_WITH += [
        {"provider": "oidc", "client": "us", "secret": "hush", "issuer": made.url, "name": "SSO"}
    ]
    public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
    made.answers = {
        "/sns/oauth2/access_token": {"access_token": "t", "openid": "o-1", "unionid": "union-1"},
        "/sns/userinfo": {"openid": "o-1", "unionid": "union-1", "nickname": "李雷"},
        "/oauth2.0/token": {"access_token": "t"},
        "/oauth2.0/me": 'callback( {"client_id":"us","openid":"o-2","unionid":"union-2"} );',
        "/user/get_user_info": {"ret": 0, "nickname": "李雷"},
        "/oauth2/access_token": {"access_token": "t", "uid": "77"},
        "/2/users/show.json": {"idstr": "77", "screen_name": "李雷"},
        "/v1.0/oauth2/userAccessToken": {"accessToken": "t"},
        "/v1.0/contact/users/me": {"unionId": "union-4", "nick": "李雷"},
        "/open-apis/authen/v2/oauth/token": {"code": 0, "access_token": "t"},
        "/open-apis/authen/v1/user_info": {"code": 0, "data": {"union_id": "union-5", "name": "李雷"}},
        "/.well-known/openid-configuration": {
            "issuer": made.url,
            "authorization_endpoint": f"{made.url}/authorize",
            "token_endpoint": f"{made.url}/token",
            "jwks_uri": f"{made.url}/jwks",
        },
        "/jwks": {"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]},
    }
    yield made
    made.server.shutdown()


def leave(client: Any, service: str, path: str = "/account/with/{}/") -> dict[str, str]:
    """To the service: what the browser was sent with."""
    page = client.post(path.format(service))
    target = page.context["target"]
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def come_back(client: Any, service: str, **given: str) -> Any:
    return client.get(f"/account/with/{service}/return/", given)


def meet(client: Any, service: str, elsewhere: Elsewhere, **claims: Any) -> Any:
    sent = leave(client, service)
    if service == "oidc":
        elsewhere.answers["/token"] = {"id_token": elsewhere.issue(**{"nonce": sent["nonce"], **claims})}
    return come_back(client, service, code="c-1", state=sent["state"])


SUBJECTS = {
    "weixin": "union-1",
    "qq": "union-2",
    "weibo": "77",
    "dingtalk": "union-4",
    "feishu": "union-5",
    "oidc": "248289",
}


@pytest.mark.parametrize(("service", "subject"), SUBJECTS.items())
def test_meet_when_unknown_then_joins_and_next_time_is_let_in(elsewhere, service, subject):
    client = browser()
    assert meet(client, service, elsewhere)["Location"] == "/account/sign-up/linked/"
    assert User.objects.count() == 0
    assert client.post("/account/sign-up/linked/", {"terms": "on", "name": "李雷"})["Location"] == "/account/"
    row = LinkedAccount.objects.get()
    assert (row.provider, row.subject, row.label, str(row.user)) == (service, subject, "李雷", "李雷")
    again = browser()
    assert meet(again, service, elsewhere)["Location"] == "/account/"
    assert is_in(again) and User.objects.count() == 1


def test_weixin_by_unionid_when_the_openid_is_another_then_the_same_account(elsewhere):
    client = browser()
    meet(client, "weixin", elsewhere)
    client.post("/account/sign-up/linked/", {"terms": "on"})
    elsewhere.answers["/sns/oauth2/access_token"] |= {"openid": "o-of-another-app"}
    assert meet(browser(), "weixin", elsewhere)["Location"] == "/account/"


def test_weixin_says_no_with_status_200_then_a_plain_refusal(elsewhere):
    elsewhere.answers["/sns/oauth2/access_token"] = {"errcode": 40029, "errmsg": "invalid code"}
    answer = meet(browser(), "weixin", elsewhere)
    assert (answer.status_code, LinkedAccount.objects.count()) == (400, 0)


def test_weixin_inside_its_own_browser_asks_there(elsewhere):
    assert leave(browser(), "weixin")["scope"] == "snsapi_login"
    inside = browser(f"{visitors.CHROME} MicroMessenger/8.0")
    assert leave(inside, "weixin")["scope"] == "snsapi_userinfo"


def test_oidc_proves_itself_by_pkce(elsewhere):
    client = browser()
    sent = leave(client, "oidc")
    verifier = client.session["linked.visit"]["visit"]["verifier"]
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert (sent["code_challenge"], sent["code_challenge_method"]) == (digest, "S256")
    elsewhere.answers["/token"] = {"id_token": elsewhere.issue(nonce=sent["nonce"])}
    come_back(client, "oidc", code="c-1", state=sent["state"])
    assert [given["code_verifier"] for path, given, _headers in elsewhere.asked if path == "/token"] == [
        verifier
    ]


def test_p15_return_with_another_state_or_in_another_browser_then_refused(elsewhere):
    client = browser()
    sent = leave(client, "weixin")
    assert come_back(browser(), "weixin", code="c", state=sent["state"]).status_code == 400
    assert come_back(client, "weixin", code="c", state="wrong").status_code == 400
    assert come_back(client, "weixin", code="c", state=sent["state"]).status_code == 400


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another visit"},
        {"aud": "somebody else"},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"azp": "somebody else"},
        {"sub": ""},
    ],
)
def test_p15_oidc_token_that_is_not_for_this_visit_is_refused(elsewhere, claims):
    assert meet(browser(), "oidc", elsewhere, **claims).status_code == 400


def test_p15_oidc_token_without_signature_is_refused(elsewhere):
    client = browser()
    sent = leave(client, "oidc")
    told = jwt.decode(elsewhere.issue(nonce=sent["nonce"]), options={"verify_signature": False})
    elsewhere.answers["/token"] = {"id_token": jwt.encode(told, key="", algorithm="none")}
    assert come_back(client, "oidc", code="c", state=sent["state"]).status_code == 400


def test_p15_address_that_the_service_names_opens_no_account(elsewhere):
    member("li@example.com")
    client = browser()
    answer = meet(client, "oidc", elsewhere, email="li@example.com", email_verified=True)
    assert answer["Location"] == "/account/sign-up/linked/" and not is_in(client)


def test_link_needs_a_fresh_proof_and_the_same_person(elsewhere):
    member()
    client = browser()
    visitors.sign_in(client)
    sent = leave(client, "qq", "/account/linked/{}/addition/")
    assert come_back(client, "qq", code="c", state=sent["state"])["Location"] == "/account/linked/"
    assert LinkedAccount.objects.get().user.email == "wang@example.com"
    other = browser(visitors.FIREFOX)
    member("li@example.com")
    visitors.sign_in(other, "li@example.com")
    sent = leave(other, "qq", "/account/linked/{}/addition/")
    assert come_back(other, "qq", code="c", state=sent["state"]).status_code == 409


def test_second_step_is_asked_for_at_this_door_too(elsewhere):
    client = browser()
    meet(client, "weibo", elsewhere)
    client.post("/account/sign-up/linked/", {"terms": "on"})
    user = User.objects.get()
    user.phone, user.phone_verified_at = "+8613800138000", user.joined_at
    user.save()
    factors.choose_code(user, way="phone", keep=None, by=SYSTEM)
    again = browser()
    assert meet(again, "weibo", elsewhere)["Location"] == "/account/sign-in/second/"
    assert not is_in(again)


def test_last_way_in_is_not_removed(elsewhere):
    client = browser()
    meet(client, "weibo", elsewhere)
    client.post("/account/sign-up/linked/", {"terms": "on"})
    row = LinkedAccount.objects.get()
    assert client.post(f"/account/linked/{row.id}/removal/").status_code == 409
    assert LinkedAccount.objects.exists()


def test_buttons_show_only_what_is_set_up(elsewhere, settings):
    page = browser().get("/account/sign-in/").content.decode()
    assert all(f"/account/with/{name}/" in page for name in SUBJECTS)
    settings.SIGN_IN_WITH = []
    page = browser().get("/account/sign-in/").content.decode()
    assert "/account/with/" not in page
    assert browser().post("/account/with/qq/").status_code == 404


def test_service_in_a_closed_network_is_not_asked(elsewhere, settings):
    settings.EGRESS_ALLOW = []
    answer = meet(browser(), "weibo", elsewhere)
    assert (answer.status_code, elsewhere.asked) == (503, [])
