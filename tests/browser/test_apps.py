"""A third party's app asks a person in a real browser, is let in, and is shut out again."""

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.browser.house import Person

pytestmark = pytest.mark.browser
APP = "https://app.example.com"
BACK = f"{APP}/back"
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture(scope="module")
def registered(house) -> dict[str, str]:
    made = house.run(
        "client",
        "create",
        "--name",
        "记账本",
        "--redirect-uri",
        BACK,
        "--scope",
        "profile",
        "--scope",
        "email",
    )
    return dict(json.loads(made))


def question(registered: dict[str, str], verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": registered["client_id"],
        "redirect_uri": BACK,
        "scope": "openid profile email",
        "state": "of-the-app",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "prompt": "consent",
    }
    return f"/oauth/authorize?{urlencode(asked)}"


@pytest.mark.parametrize(("locale", "scheme", "width"), [("zh-CN", "light", 1440), ("en-US", "dark", 390)])
def test_app_when_it_asks_then_the_person_decides_and_may_take_it_back(
    house, browser, registered, locale, scheme, width
):
    size = {"width": width, "height": 900}
    person = Person.enter(browser, house, locale=locale, color_scheme=scheme, viewport=size)
    person.page.route(f"{APP}/**", lambda route: route.fulfill(body="back at the app"))
    person.sign_in("an")
    verifier = secrets.token_urlsafe(48)
    person.visit(question(registered, verifier))
    assert person.faults() == []
    _picture(person, f"consent-{locale}-{scheme}-{width}")
    wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    person.page.click("[name=answer][value=allow]")
    person.page.wait_for_url(f"{BACK}?*")
    code = parse_qs(urlsplit(person.page.url).query)["code"][0]
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": verifier,
    }
    basic = (registered["client_id"], registered["client_secret"])
    got = httpx.post(f"{house.url}/oauth/token", data=given, auth=basic, timeout=60).json()
    bearer = {"Authorization": f"Bearer {got['access_token']}"}
    assert httpx.get(f"{house.url}/oauth/userinfo", headers=bearer, timeout=60).json()["name"] == "An"
    person.visit("/account/apps/")
    assert person.faults() == []
    _picture(person, f"apps-{locale}-{scheme}-{width}")
    person.page.click("form[action*=removal] button")
    person.page.wait_for_load_state()
    assert httpx.get(f"{house.url}/oauth/userinfo", headers=bearer, timeout=60).status_code == 401
    assert person.complaints == []
    person.leave()


def _picture(person: Person, name: str) -> None:
    """For whoever wants to look: `PICTURES=folder bin/test tests/browser/test_apps.py`."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        person.page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
