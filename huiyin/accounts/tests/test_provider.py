"""We as an OpenID provider: consent, PKCE, claims, families of tokens, and taking it back."""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.idp.oidc.models import Client as App
from allauth.idp.oidc.models import Token
from django.test import Client

from huiyin.accounts.models import User
from huiyin.accounts.services import apps, people
from huiyin.accounts.tests import visitors
from huiyin.accounts.tests.visitors import browser, member
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid

pytestmark = pytest.mark.django_db

BACK = "https://app.example/back"
VERIFIER = "v" * 64


@dataclass
class Other:
    """An app of somebody else."""

    app: App
    secret: str

    def ask(self, **more: str) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
        asked = {"response_type": "code", "client_id": self.app.id, "redirect_uri": BACK, "state": "s"}
        asked |= {"scope": "openid profile email", "nonce": "n", "code_challenge": challenge}
        return f"/identity/authorize?{urlencode({**asked, 'code_challenge_method': 'S256', **more})}"

    def exchange(self, **given: str) -> Any:
        who = {"client_id": self.app.id} | ({"client_secret": self.secret} if self.secret else {})
        return Client().post("/identity/token", {**who, **given})

    def redeem(self, code: str, verifier: str = VERIFIER) -> Any:
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        return self.exchange(**given, code_verifier=verifier)

    def renew(self, token: str) -> Any:
        return self.exchange(grant_type="refresh_token", refresh_token=token)


@pytest.fixture
def other() -> Other:
    given = {"name": "Fan club", "redirect_uris": [BACK], "scopes": ["profile", "email"]}
    return Other(*apps.register_client(**given, is_public=True))


def person(address: str = "wang@example.com") -> tuple[Client, User]:
    user, client = member(address), browser()
    visitors.sign_in(client, address)
    return client, user


def agreed(client: Client, other: Other, *scopes: str) -> str:
    """The code that the app gets once the person has said yes."""
    page = client.get(other.ask())
    hidden = re.search(r'name="request" value="([^"]+)"', page.content.decode())
    assert hidden is not None
    given = {"request": hidden[1], "scopes": scopes or ("openid", "profile", "email"), "action": "grant"}
    target = client.post("/identity/authorize", given).context["target"]
    assert target.startswith(f"{BACK}?")
    return parse_qs(urlsplit(target).query)["code"][0]


def userinfo(token: str) -> Any:
    return Client(headers={"Authorization": f"Bearer {token}"}).get("/identity/userinfo")


def test_discovery_names_what_we_do_and_nothing_else():
    told = Client().get("/.well-known/openid-configuration").json()
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert told["subject_types_supported"] == ["pairwise"]


def test_authorize_when_nobody_is_signed_in_then_to_the_users_door(other):
    answer = browser().get(other.ask())
    assert answer["Location"].startswith("/account/sign-in/?next=%2Fidentity%2Fauthorize")


def test_agreed_then_the_app_learns_what_was_agreed_to(other):
    client, user = person()
    told = other.redeem(agreed(client, other)).json()
    key = jwt.PyJWKSet.from_dict(Client().get("/.well-known/jwks.json").json()).keys[0]
    claims = jwt.decode(told["id_token"], key, algorithms=["RS256"], audience=other.app.id)
    info = userinfo(told["access_token"]).json()
    assert claims["nonce"] == "n" and claims["sub"] == info["sub"]
    assert (info["name"], info["email"], info["email_verified"]) == ("王芳", "wang@example.com", True)
    assert str(user.id) not in str(info) and user.id.hex not in str(info)


def test_agreed_to_less_then_the_app_learns_less(other):
    client, _user = person()
    told = other.redeem(agreed(client, other, "openid")).json()
    assert set(userinfo(told["access_token"]).json()) == {"sub"}


def test_sub_is_another_for_each_app_and_the_same_for_one(other):
    given = {"name": "Second", "redirect_uris": [BACK], "scopes": ["profile", "email"]}
    second = Other(*apps.register_client(**given, is_public=True))
    client, _user = person()
    subs = [
        userinfo(each.redeem(agreed(client, each)).json()["access_token"]).json()["sub"]
        for each in (other, other, second)
    ]
    assert subs[0] == subs[1] != subs[2]


def test_refused_then_the_app_learns_nothing(other):
    client, _user = person()
    hidden = re.search(r'name="request" value="([^"]+)"', client.get(other.ask()).content.decode())
    assert hidden is not None
    page = client.post("/identity/authorize", {"request": hidden[1], "action": "deny"})
    assert parse_qs(urlsplit(page.context["target"]).query)["error"] == ["access_denied"]
    assert Token.objects.count() == 0


@pytest.mark.parametrize(
    "uri", ["https://app.example/back/", "https://app.example/back?x=1", "https://evil.example/"]
)
def test_authorize_when_the_address_is_not_the_exact_one_then_refused_here(other, uri):
    client, _user = person()
    answer = client.get(other.ask(redirect_uri=uri))
    assert answer.status_code == 400 and "Location" not in answer


def test_code_with_another_verifier_is_refused(other):
    client, _user = person()
    assert other.redeem(agreed(client, other), verifier="w" * 64).status_code == 400
    assert Token.objects.count() == 0


def test_public_app_without_pkce_is_refused(other):
    client, _user = person()
    answer = client.get(other.ask(code_challenge="", code_challenge_method=""))
    assert "error=invalid_request" in answer.get("Location", "") or answer.status_code == 400


def test_code_used_twice_then_refused_and_its_tokens_end(other):
    client, _user = person()
    code = agreed(client, other)
    access = other.redeem(code).json()["access_token"]
    assert userinfo(access).status_code == 200
    assert other.redeem(code).status_code == 400
    assert userinfo(access).status_code == 401


def test_refresh_rotates_and_the_old_one_ends_the_family(other):
    client, _user = person()
    first = other.redeem(agreed(client, other)).json()
    second = other.renew(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert userinfo(second["access_token"]).status_code == 200
    assert other.renew(first["refresh_token"]).status_code == 400
    assert userinfo(second["access_token"]).status_code == 401
    assert other.renew(second["refresh_token"]).status_code == 400


def test_connected_apps_when_taken_back_then_the_app_is_out_at_once(other):
    client, _user = person()
    told = other.redeem(agreed(client, other)).json()
    assert "Fan club" in client.get("/account/apps/").content.decode()
    assert client.post(f"/account/apps/{other.app.id}/removal/")["Location"] == "/account/apps/"
    assert userinfo(told["access_token"]).status_code == 401
    assert other.renew(told["refresh_token"]).status_code == 400
    assert "Fan club" not in client.get("/account/apps/").content.decode()


def test_connected_app_of_somebody_else_is_absent(other):
    client, _user = person()
    told = other.redeem(agreed(client, other)).json()
    stranger, _li = person("li@example.com")
    assert stranger.post(f"/account/apps/{other.app.id}/removal/").status_code == 404
    assert userinfo(told["access_token"]).status_code == 200


def test_p38_closed_account_is_out_of_every_app_at_once(other):
    client, user = person()
    told = other.redeem(agreed(client, other)).json()
    people.disable(user, by=SYSTEM)
    assert userinfo(told["access_token"]).status_code == 401
    assert other.renew(told["refresh_token"]).status_code == 400


def test_tokens_are_kept_as_digests(other):
    client, _user = person()
    told = other.redeem(agreed(client, other)).json()
    kept = str(list(Token.objects.values()))
    assert told["access_token"] not in kept and told["refresh_token"] not in kept


@pytest.mark.parametrize(
    "uri", ["http://app.example/", "https://*.example/", "javascript:alert(1)", "https://a.example/#x"]
)
def test_register_app_with_an_unsafe_address_is_refused(uri):
    with pytest.raises(Invalid):
        apps.register_client(name="x", redirect_uris=[uri], scopes=[], is_public=True)


def test_confidential_app_needs_its_secret():
    made, secret = apps.register_client(
        name="x", redirect_uris=[BACK], scopes=["profile", "email"], is_public=False
    )
    client, _user = person()
    assert Other(made, "wrong").redeem(agreed(client, Other(made, secret))).status_code in {400, 401}
    assert Other(made, secret).redeem(agreed(client, Other(made, secret))).status_code == 200
