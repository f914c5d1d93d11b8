"""Coming in with a real browser: by code to a phone and a mailbox, by passkey, with a second step; and out again."""

import time
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.house import PASSWORD, Person
from tests.browser.visits import call, enter, join

pytestmark = pytest.mark.browser
PAGES = ("/account/", "/account/security/", "/account/devices/", "/account/linked/", "/account/apps/")
IN_TIME = 5.0


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A device that checks its person and always finds them right, and the name by which to speak of it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    chosen = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    chosen |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": chosen})
    return session, str(made["authenticatorId"])


@pytest.mark.parametrize("address", ["13912345678", "chen.jing@example.com"])
def test_join_by_code_then_an_account_whose_pages_have_no_serious_fault(house, browser, address):
    person = enter(browser, house)
    join(person, house, address)
    found = {}
    for path in PAGES:
        person.visit(path)
        if faults := person.faults():
            found[path] = faults
    assert (found, person.complaints) == ({}, [])
    person.leave()


def test_passkey_when_agreed_to_and_made_then_signs_in_alone_and_joins_alone(house, browser):
    person = enter(browser, house)
    join(person, house, "key.owner@example.com")
    device, key = authenticator(person.page)
    person.visit("/account/security/passkeys/")
    assert person.faults() == []
    person.page.check("[name=consent]")
    person.page.fill("[name=name]", "办公电脑")
    person.page.click("form[data-passkey-new] .btn-primary")
    person.page.wait_for_url("**/account/security/")
    expect(person.page.locator("main")).to_contain_text("办公电脑")
    person.page.click(".account-nav form button")
    person.visit("/account/sign-in/")
    person.page.click("form[data-passkey] button")
    person.page.wait_for_url("**/account/")
    person.page.click(".account-nav form button")
    device.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    _join_with_nothing_else(person)
    assert person.complaints == []
    person.leave()


def _join_with_nothing_else(person: Person) -> None:
    """On a device that knows no passkey any more: both agreements, the codes, out, and in again."""
    person.visit("/account/sign-up/passkey/")
    assert person.faults() == []
    person.page.check("[name=consent]")
    person.page.check("[name=terms]")
    person.page.click("form[data-passkey-new] .btn-primary")
    person.page.wait_for_url("**/recovery/")
    assert (person.page.locator(".codes li").count(), person.faults()) == (10, [])
    person.page.click(".account-nav form button")
    person.visit("/account/sign-in/")
    person.page.click("form[data-passkey] button")
    person.page.wait_for_url("**/account/")


def test_agent_when_the_role_asks_for_a_second_step_then_sets_it_up_before_the_desk(house, browser):
    rule = (
        "from huiyin.accounts.services import people;from huiyin.core.actors import SYSTEM;"
        "people.rule_role('engineer', needs_second_factor={}, by=SYSTEM)"
    )
    house.hire("erin", role="engineer")
    call(house, rule.format(True))
    person = enter(browser, house)
    person.visit("/desk/sign-in/")
    person.page.fill("[name=username]", "erin")
    person.page.fill("[name=password]", PASSWORD)
    person.page.press("[name=password]", "Enter")
    person.page.wait_for_url("**/second/setup/")
    assert person.faults() == []
    person.page.click("details summary.small")
    secret = person.page.inner_text("code.secret")
    person.page.fill("[name=code]", _digits(secret))
    person.page.click("main form .btn-primary")
    person.page.wait_for_url("**/recovery/")
    assert person.page.locator(".codes li").count() == 10
    person.visit("/desk/")
    expect(person.page.locator(".rail")).to_be_visible()
    call(house, rule.format(False))
    person.leave()


def test_session_when_ended_in_another_browser_then_out_within_five_seconds(house, browser):
    here, there = enter(browser, house), enter(browser, house)
    join(here, house, "two.browsers@example.com")
    _give_password(house, "two.browsers@example.com")  # which ends the session that was
    for person in (here, there):
        person.visit("/account/sign-in/")
        person.page.fill("[name=username]", "two.browsers@example.com")
        person.page.fill("[name=password]", PASSWORD)
        person.page.press("[name=password]", "Enter")
        person.page.wait_for_url("**/account/")
    here.visit("/account/devices/")
    here.page.click("form[action$='/end/'] button >> nth=0")
    began = time.monotonic()
    there.visit("/account/")
    assert "/account/sign-in/" in there.page.url and time.monotonic() - began < IN_TIME
    here.leave()
    there.leave()


def _digits(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def _give_password(house: Any, address: str) -> None:
    script = (
        "from huiyin.accounts.addresses import parse;from huiyin.accounts.selectors import doors;"
        "from huiyin.accounts.services import people;"
        f"user=doors.user_at(parse('{address}'));people.put_password(user,'{PASSWORD}');user.save()"
    )
    call(house, script)
