"""A third party's app uses us as its OpenID provider, well and badly, over HTTP against a running server."""

import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.idp.oidc.models import Token
from django.conf import settings as configured
from django.test import Client as Browser

from huiyin.accounts.models import Connection, RegisteredApp, SigningKey, User
from huiyin.accounts.selectors import clients as reading
from huiyin.accounts.services import clients, people, signing
from huiyin.accounts.tests.thirdparty import BACK, GIVEN, ThirdParty, web
from huiyin.accounts.tests.visitors import member
from huiyin.core import clock, rest
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid
from huiyin.core.models import AuditEntry, JournalEntry
from huiyin.core.tests.people import signed_in, staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person() -> User:
    return member("wang@example.com")


@pytest.fixture
def app(live_server: Any, settings: Any, person: User) -> ThirdParty:
    settings.ORIGIN = live_server.url
    registered, secret = clients.register_app(GIVEN, by=SYSTEM)
    return ThirdParty(live_server.url, registered.client_id, secret, signed_in(person))


def names() -> list[str]:
    return list(JournalEntry.objects.filter(name__startswith="app.").values_list("name", flat=True))


def test_app_when_allowed_then_learns_by_discovery_and_keys_who_the_person_is(app, person):
    told = web.get(f"{app.at}/.well-known/openid-configuration").json()
    assert (told["issuer"], told["code_challenge_methods_supported"]) == (app.at, ["S256"])
    back = app.ask()
    assert back["state"] == "of-the-app"
    got = app.exchange(back["code"]).json()
    keys = jwt.PyJWKClient(told["jwks_uri"])
    key = keys.get_signing_key_from_jwt(got["id_token"])
    claims = jwt.decode(
        got["id_token"], key, algorithms=["RS256"], audience=app.client_id, issuer=told["issuer"]
    )
    assert (claims["nonce"], claims["name"], claims["email"]) == ("once", "王芳", "wang@example.com")
    assert str(person.id) not in got["id_token"] + claims["sub"]
    assert app.userinfo(got["access_token"]).json() == {
        "sub": claims["sub"],
        "name": "王芳",
        "locale": "zh-hans",
        "email": "wang@example.com",
        "email_verified": True,
    }
    assert got["expires_in"] == 900
    assert names() == ["app.registered", "app.connected"]


def test_sub_when_two_apps_ask_then_is_another_for_each_and_stays(app, person):
    other, secret = clients.register_app({**GIVEN, "name": "Other"}, by=SYSTEM)
    second = ThirdParty(app.at, other.client_id, secret, app.browser)
    subs = [app.userinfo(each.tokens()["access_token"]).json()["sub"] for each in (app, app, second)]
    assert subs[0] == subs[1] != subs[2]


@pytest.mark.parametrize("untick", ["email", "profile"])
def test_person_when_they_untick_a_scope_then_it_is_not_told(app, untick):
    got = app.tokens(untick=(untick,))
    claim = {"email": "email", "profile": "name"}[untick]
    assert claim not in app.userinfo(got["access_token"]).json()
    assert untick not in got["scope"].split()


def test_person_when_they_do_not_allow_then_nothing_is_given(app):
    assert app.ask(answer="deny") == {"error": "access_denied", "state": "of-the-app"}
    assert (Token.objects.count(), Connection.objects.count()) == (0, 0)


def test_person_when_they_allowed_it_before_then_is_not_asked_again_for_the_same(app):
    app.tokens()
    assert app.browser.get(app.question()).status_code == 302
    assert app.browser.get(app.question(prompt="consent")).status_code == 200
    assert app.browser.get(app.question(scope="openid profile email phone")).status_code == 200


def test_visitor_when_asked_then_signs_in_first(app):
    page = Browser().get(app.question())
    assert (page.status_code, page["Location"].split("?")[0]) == (302, configured.PORTAL_LOGIN_URL)
    quiet = Browser().get(app.question(prompt="none"))
    assert quiet["Location"] == f"{BACK}?error=login_required&state=of-the-app"


@pytest.mark.parametrize(
    "target",
    [
        f"{BACK}/",
        f"{BACK}?more=1",
        "https://app.example.com.evil.com/back",
        "https://evil.example.com/",
        "http://app.example.com/back",
        "https://app.example.com:444/back",
    ],
)
def test_address_when_not_the_registered_one_to_the_letter_then_nobody_is_sent_there(app, target):
    page = app.browser.get(app.question(redirect_uri=target))
    assert (page.status_code, page.get("Location")) == (400, None)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "openid cases:read"}, "invalid_scope"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"response_type": "token"}, "unauthorized_client|unsupported_response_type"),
        ({"response_type": "id_token"}, "unauthorized_client|unsupported_response_type"),
    ],
)
def test_question_when_it_wants_more_than_it_may_then_is_refused(app, changes, error):
    page = app.browser.get(app.question(**changes))
    assert re.search(f"error=({error})", page.get("Location", "") or page.content.decode())
    assert Token.objects.count() == 0


def test_code_when_the_verifier_is_wrong_then_gives_nothing_and_is_burnt(app):
    code = app.ask()["code"]
    wrong = app.exchange(code, code_verifier=secrets.token_urlsafe(48))
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
    assert app.exchange(code).status_code == 400
    assert Token.objects.filter(type=Token.Type.ACCESS_TOKEN).count() == 0


def test_code_when_used_again_then_what_it_gave_is_dead(app):
    code = app.ask()["code"]
    got = app.exchange(code).json()
    assert app.userinfo(got["access_token"]).status_code == 200
    again = app.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert app.userinfo(got["access_token"]).status_code == 401
    assert app.refresh(got["refresh_token"]).status_code == 400
    assert names()[-1] == "app.tokens_ended"
    assert AuditEntry.objects.filter(action="app.tokens_ended", result="refused").count() == 1


def test_code_when_a_stranger_uses_it_again_then_the_owner_keeps_theirs(app):
    """Who cannot prove to be the app may not end its tokens."""
    code = app.ask()["code"]
    got = app.exchange(code).json()
    stranger, secret = clients.register_app({**GIVEN, "name": "Stranger"}, by=SYSTEM)
    assert app.exchange(code, auth=(stranger.client_id, secret)).status_code == 400
    assert app.exchange(code, auth=(app.client_id, "guessed")).status_code == 401
    assert app.userinfo(got["access_token"]).status_code == 200


def test_code_when_a_minute_has_passed_or_the_address_differs_then_is_refused(app):
    code = app.ask()["code"]
    assert app.exchange(code, redirect_uri="https://evil.example.com/").status_code == 400
    code = app.ask()["code"]
    Token.objects.filter(type="ac").update(expires_at=clock.now())
    assert app.exchange(code).json()["error"] == "invalid_grant"


def test_refresh_token_when_used_then_rotates_and_when_used_again_the_family_is_dead(app):
    first = app.tokens()
    second = app.refresh(first["refresh_token"]).json()
    third = app.refresh(second["refresh_token"]).json()
    assert len({first["refresh_token"], second["refresh_token"], third["refresh_token"]}) == 3
    assert app.userinfo(third["access_token"]).status_code == 200
    stolen = app.refresh(first["refresh_token"])
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    for each in (first, second, third):
        assert app.userinfo(each["access_token"]).status_code == 401
        assert app.refresh(each["refresh_token"]).status_code == 400
    assert Connection.objects.filter(ended_at=None).count() == 1


def test_refresh_token_when_more_is_asked_then_is_refused_and_less_is_given(app):
    got = app.tokens(scope="openid email")
    less = app.refresh(got["refresh_token"], scope="openid").json()
    assert less["scope"] == "openid"
    more = app.refresh(less["refresh_token"], scope="openid email phone")
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


def test_family_when_another_one_is_dead_then_lives_on(app):
    one, other = app.tokens(), app.tokens()
    app.refresh(one["refresh_token"])
    app.refresh(one["refresh_token"])
    assert app.userinfo(one["access_token"]).status_code == 401
    assert app.userinfo(other["access_token"]).status_code == 200


def test_token_when_revoked_by_its_app_then_is_dead_and_anothers_is_not(app):
    got = app.tokens()
    stranger, secret = clients.register_app({**GIVEN, "name": "Stranger"}, by=SYSTEM)
    at = f"{app.at}/oauth/revoke"
    web.post(at, data={"token": got["refresh_token"]}, auth=(stranger.client_id, secret))
    assert app.userinfo(got["access_token"]).status_code == 200
    web.post(at, data={"token": got["refresh_token"]}, auth=(app.client_id, app.secret))
    assert app.userinfo(got["access_token"]).status_code == 401


def test_person_when_they_take_it_back_then_it_ends_at_once(app, person):
    got = app.tokens()
    page = app.browser.get("/account/apps/").content.decode()
    assert "Ledger" in page
    app.browser.post(f"/account/apps/{app.client_id}/removal/")
    assert app.userinfo(got["access_token"]).status_code == 401
    assert app.refresh(got["refresh_token"]).status_code == 400
    assert "Ledger" not in app.browser.get("/account/apps/").content.decode()
    assert app.browser.get(app.question()).status_code == 200
    assert names()[-1] == "app.disconnected"
    assert AuditEntry.objects.filter(action="app.disconnected", object_id=str(person.id)).count() == 1


def test_person_when_their_account_is_closed_then_every_token_is_dead(app, person):
    got, code = app.tokens(), app.ask()["code"]
    people.disable(person, by=SYSTEM)
    assert app.userinfo(got["access_token"]).status_code == 401
    assert app.refresh(got["refresh_token"]).status_code == 400
    assert app.exchange(code).status_code == 400


def test_app_when_shut_out_then_nothing_of_it_works_and_back_again_all_are_asked_anew(app):
    got = app.tokens()
    registered = RegisteredApp.objects.get(client_id=app.client_id)
    clients.disable_app(registered, by=SYSTEM)
    assert app.userinfo(got["access_token"]).status_code == 401
    assert app.refresh(got["refresh_token"]).status_code == 401
    assert app.browser.get(app.question()).status_code == 400
    clients.enable_app(registered, by=SYSTEM)
    assert app.browser.get(app.question()).status_code == 200


def test_secret_when_renewed_then_the_one_before_opens_for_a_day(app):
    registered = RegisteredApp.objects.get(client_id=app.client_id)
    new = clients.renew_secret(registered, by=SYSTEM)
    assert app.exchange(app.ask()["code"]).status_code == 200
    assert app.exchange(app.ask()["code"], auth=(app.client_id, new)).status_code == 200
    RegisteredApp.objects.filter(pk=registered.pk).update(former_until=clock.now())
    assert app.exchange(app.ask()["code"]).status_code == 401


def test_public_app_when_it_has_no_secret_then_proves_itself_by_pkce_alone(app):
    registered, secret = clients.register_app(
        {**GIVEN, "kind": "public", "redirect_uris": ["com.example.app:/back"]}, by=SYSTEM
    )
    phone = ThirdParty(app.at, registered.client_id, "", app.browser)
    url = phone.question(redirect_uri="com.example.app:/back")
    page = phone.browser.post(url, {"answer": "allow", "scopes": ["profile"]})
    code = parse_qs(urlsplit(page["Location"]).query)["code"][0]
    given = {"redirect_uri": "com.example.app:/back", "client_id": registered.client_id}
    got = phone.exchange(code, auth=None, **given)
    assert (secret, got.status_code) == ("", 200)
    assert (
        phone.browser.get(url).status_code == 200
    )  # nobody knows which app this is: the person is asked each time
    with pytest.raises(Invalid):
        clients.renew_secret(registered, by=SYSTEM)


def test_id_token_when_its_algorithm_is_changed_then_our_keys_do_not_bear_it_out(app):
    got = app.tokens()
    keys = web.get(f"{app.at}/.well-known/jwks.json").json()["keys"]
    assert {(key["kty"], "d" in key) for key in keys} == {("RSA", False)}
    key = jwt.PyJWK(keys[0], algorithm="RS256")
    head, body, _seal = got["id_token"].split(".")
    for forged in (f"{head}.{body}.", jwt.encode({"sub": "x"}, "k" * 32, headers={"kid": keys[0]["kid"]})):
        with pytest.raises(jwt.InvalidTokenError):
            jwt.decode(forged, key, algorithms=["RS256"], audience=app.client_id)
    assert app.userinfo(got["id_token"]).status_code == 401


def test_signing_key_when_renewed_then_is_published_a_day_before_it_signs_and_the_old_one_a_day_longer(app):
    got = app.tokens()
    now = clock.now()
    assert signing.renew_keys(at=now) is False
    SigningKey.objects.update(signs_from=now - signing.SIGNS_FOR)
    assert signing.renew_keys(at=now) is True
    keys = {key["kid"] for key in web.get(f"{app.at}/.well-known/jwks.json").json()["keys"]}
    assert len(keys) == 2
    assert jwt.get_unverified_header(got["id_token"])["kid"] in keys
    still = app.tokens()
    assert (
        jwt.get_unverified_header(still["id_token"])["kid"]
        == jwt.get_unverified_header(got["id_token"])["kid"]
    )
    assert "PRIVATE KEY" not in SigningKey.objects.values_list("pem", flat=True)[0]


def itself(app: ThirdParty, acts_as: User, *scopes: str) -> tuple[RegisteredApp, str]:
    given = {**GIVEN, "kind": "itself", "scopes": list(scopes), "acts_as": acts_as.username}
    return clients.register_app(given, by=SYSTEM)


def test_app_for_itself_when_it_asks_then_uses_the_api_within_its_scopes_and_anothers_rights(app):
    agent = staff("agent")
    registered, secret = itself(app, agent, "cases:read")
    auth = (registered.client_id, secret)
    got = app.token(auth=auth, grant_type="client_credentials").json()
    assert "refresh_token" not in got
    bearer = {"Authorization": f"Bearer {got['access_token']}"}
    assert web.get(f"{app.at}/api/v1/cases", headers=bearer).status_code == 200
    beyond = web.get(f"{app.at}/api/v1/contacts", headers=bearer)
    assert (beyond.status_code, beyond.json()["code"]) == (403, "scope_missing")
    more = app.token(auth=auth, grant_type="client_credentials", scope="cases:write")
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")
    people.disable(agent, by=SYSTEM)
    assert web.get(f"{app.at}/api/v1/cases", headers=bearer).status_code == 401


def test_app_of_a_member_of_staff_when_allowed_then_may_do_no_more_than_that_person(app, person):
    registered, secret = clients.register_app({**GIVEN, "scopes": ["openid", "cases:read"]}, by=SYSTEM)
    for user, status in ((staff("agent"), 200), (person, 403)):
        third = ThirdParty(app.at, registered.client_id, secret, signed_in(user))
        got = third.tokens(scope="openid cases:read")
        bearer = {"Authorization": f"Bearer {got['access_token']}"}
        answer = web.get(f"{app.at}/api/v1/cases", headers=bearer)
        assert answer.status_code == status or answer.json().get("items") == []


def test_token_when_presented_then_is_known_by_its_own_name_alone():
    assert reading.presented("hy_something") is None
    assert reading.presented("hya_nothing") is None
    assert reading.presented in rest._authenticators


@pytest.mark.parametrize(
    ("changes", "field_"),
    [
        ({"redirect_uris": []}, "redirect_uris"),
        ({"redirect_uris": ["http://app.example.com/"]}, "redirect_uris"),
        ({"redirect_uris": ["https://*.example.com/"]}, "redirect_uris"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "redirect_uris"),
        ({"redirect_uris": ["https://a@b.example.com/"]}, "redirect_uris"),
        ({"scopes": ["all"]}, "scopes"),
        ({"home": "javascript:alert(1)"}, "home"),
        ({"kind": "itself", "scopes": ["cases:read"], "acts_as": "nobody"}, "acts_as"),
        ({"kind": "itself", "scopes": ["openid"]}, "scopes"),
    ],
)
def test_app_when_what_it_wants_is_unsafe_then_is_not_registered(changes, field_):
    with pytest.raises(Invalid) as caught:
        clients.register_app({**GIVEN, **changes}, by=SYSTEM)
    assert caught.value.data["field"] == field_
    assert RegisteredApp.objects.count() == 0


def test_pages_when_an_administrator_registers_an_app_then_the_secret_is_shown_once():
    browser = signed_in(staff("admin"))
    page = browser.post("/admin/apps/", {**GIVEN, "redirect_uris": BACK})
    registered = RegisteredApp.objects.get()
    secret = re.search(r"<pre><code>([^<]+)</code></pre>", page.content.decode()).group(1)
    assert reading.digest(secret) == registered.digest
    shown = browser.get(f"/admin/apps/{registered.client_id}/").content.decode()
    assert (secret in shown, BACK in shown) == (False, True)
    again = browser.post(f"/admin/apps/{registered.client_id}/secret/").content.decode()
    assert re.search(r"<pre><code>([^<]+)</code></pre>", again).group(1) != secret
    browser.post(f"/admin/apps/{registered.client_id}/disabling/")
    assert RegisteredApp.objects.get().disabled_at is not None


def test_token_door_when_asked_too_often_then_says_when_to_come_back(app, monkeypatch):
    from huiyin.core import limits

    monkeypatch.setitem(limits.LIMITS, "oidc.client", limits.Limit(1, 600))
    app.refresh("nothing")
    late = app.refresh("nothing")
    assert (late.status_code, late.json()["error"]) == (429, "temporarily_unavailable")
    assert int(late.headers["Retry-After"]) > 0
