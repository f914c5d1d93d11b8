"""Coming in with an account of a real OpenID provider, which runs beside us and asks its people itself."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests import servers
from tests.browser.house import House, Person, serving
from tests.providers import oidc

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def front(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A second front of the same house, which knows the provider."""
    folder, port = tmp_path_factory.mktemp("front"), servers.free_port()
    url = f"http://127.0.0.1:{port}"
    with oidc.provider(f"{url}/account/with/sso/return/") as issuer:
        chosen = {"HUIYIN_PORT": str(port), "HUIYIN_SIGN_IN_WITH": oidc.known_as("sso", issuer)}
        environment = {**house.environment, **chosen, "HUIYIN_EGRESS_ALLOW": "127.0.0.0/8"}
        made = replace(house, url=url, folder=folder, environment=environment)
        with serving(made, "web", "--only-streams"):
            yield made


def leave_for_provider(person: Person) -> None:
    """To the provider's pages, whose fonts come from far away and are not what is tried here."""
    person.page.route(lambda url: "127.0.0.1" not in url, lambda route: route.fulfill(body=""))
    person.visit("/account/sign-in/")
    person.page.click("form[action$='/account/with/sso/'] button")
    person.page.wait_for_url("**/interaction/**")


def say_who(person: Person, login: str) -> None:
    """The provider's own two pages: who it is, and whether we may know."""
    person.page.fill("[name=login]", login)
    person.page.fill("[name=password]", "anything")
    person.page.click("button[type=submit]")
    person.page.wait_for_selector("[name=prompt][value=consent]", state="attached")
    person.page.click("button[type=submit]")


def test_sign_in_when_a_real_provider_says_who_then_joins_once_and_is_known_after(front, browser):
    login = uuid4().hex
    person = Person.enter(browser, front)
    leave_for_provider(person)
    say_who(person, login)
    person.page.wait_for_url("**/sign-up/linked/")
    expect(person.page.locator("[name=name]")).to_have_value("韩梅梅")
    assert person.faults() == []
    person.page.check("[name=terms]")
    person.page.click("main form .btn-primary")
    person.page.wait_for_url("**/account/")
    expect(person.page.locator("[name=name]")).to_have_value("韩梅梅")
    assert person.complaints == []
    person.leave()
    again = Person.enter(browser, front)
    leave_for_provider(again)
    say_who(again, login)
    again.page.wait_for_url("**/account/")
    again.visit("/account/linked/")
    expect(again.page.locator("main")).to_contain_text("SSO")
    assert again.complaints == []
    again.leave()


def test_sign_in_when_the_person_turns_back_at_the_provider_then_nobody_came_in(front, browser):
    person = Person.enter(browser, front)
    leave_for_provider(person)
    person.page.click("a[href$='/abort']")
    person.page.wait_for_url("**/account/sign-in/")
    person.visit("/account/")
    assert "/account/sign-in/" in person.page.url
    person.leave()
