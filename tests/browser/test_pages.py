"""Every page opens in both languages, light and dark, desktop and phone, without a serious fault or a complaint."""

import json
from urllib.parse import urlsplit

import httpx
import pytest

from tests.browser.house import Person

pytestmark = pytest.mark.browser
PORTAL = (
    "/",
    "/requests/new/",
    "/requests/",
    "/kb/",
    "/kb/search?q=退款",
    "/kb/c/membership/",
    "/kb/membership-not-arrived/",
    "/promises/",
    "/account/privacy/",
    "/desk/sign-in/",
    "/account/sign-in/",
    "/account/sign-in/code/",
    "/account/sign-up/name/",
)
DESK = (
    "/desk/",
    "/desk/cases/?view=all",
    "/desk/cases/1/",
    "/desk/cases/1/clocks/resolution/",
    "/desk/search/?q=会员",
    "/desk/people/",
    "/desk/knowledge/",
    "/desk/knowledge/new/",
    "/desk/knowledge/membership-not-arrived/",
    "/desk/knowledge/membership-not-arrived/versions/",
    "/desk/calendars/",
    "/desk/calendars/office/?year=2026",
    "/desk/policies/tiered/",
    "/desk/policies/tiered/versions/1/",
    "/desk/scripts/",
    "/desk/scripts/new/",
    "/desk/macros/",
    "/desk/macros/new/",
    "/desk/cases/1/toolbox/",
    "/desk/notices/",
)
ADMIN = ("/desk/jobs/", "/desk/webhooks/", "/desk/fields/", "/desk/fields/new/")
LOOKS = [("zh-CN", "light"), ("en-US", "dark")]


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_portal_pages_when_opened_then_have_no_serious_fault(house, browser, language, scheme):
    visitor = Person.enter(browser, house, locale=language, color_scheme=scheme)
    assert _look(visitor, PORTAL) == {}
    assert visitor.complaints == []
    visitor.leave()


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_desk_pages_when_opened_then_have_no_serious_fault(house, browser, language, scheme):
    agent = Person.enter(browser, house, locale=language, color_scheme=scheme)
    agent.sign_in("an")
    assert _look(agent, DESK + ADMIN) == {}
    assert agent.complaints == []
    agent.leave()


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_pages_of_one_person_when_opened_then_have_no_serious_fault(house, browser, language, scheme):
    agent = Person.enter(browser, house, locale=language, color_scheme=scheme)
    agent.sign_in("qin")
    agent.visit("/desk/people/")
    path = agent.page.locator("main table a[href^='/desk/people/']").first.get_attribute("href")
    assert _look(agent, (path, f"{path}merge/", f"{path}merge/?q=nobody@example.com")) == {}
    assert agent.complaints == []
    agent.leave()


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_page_of_one_request_when_opened_then_has_no_serious_fault(house, browser, language, scheme):
    scopes = ("--scope", "cases:read", "--scope", "contacts:act")
    token = json.loads(house.run("token", "create", "--user", "an", *scopes))["token"]
    headers = {"Authorization": f"Bearer {token}"}
    told = [httpx.get(f"{house.url}/api/v1/cases/{number}", headers=headers).json() for number in (1, 2)]
    paths = tuple(urlsplit(each["follow_url"]).path for each in told)
    visitor = Person.enter(browser, house, locale=language, color_scheme=scheme)
    assert _look(visitor, paths) == {}
    assert visitor.complaints == []
    visitor.leave()


@pytest.mark.parametrize("path", ["/", "/requests/new/", "/desk/cases/?view=all", "/desk/cases/1/"])
def test_pages_when_on_a_phone_then_do_not_scroll_sideways(house, browser, path):
    person = Person.enter(browser, house, viewport={"width": 390, "height": 844})
    person.sign_in("qin")
    person.visit(path)
    wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    person.leave()


def _look(person: Person, paths: tuple[str, ...]) -> dict[str, list[str]]:
    found = {}
    for path in paths:
        person.visit(path)
        if faults := person.faults():
            found[path] = faults
    return found
