"""Every page opens in both languages, light and dark, desktop and phone, without a serious fault or a complaint."""

from urllib.parse import unquote, urlsplit

import pytest

from tests.browser import pages
from tests.browser.house import PASSWORD, Person

pytestmark = pytest.mark.browser
LOOKS = [("zh-CN", "light"), ("en-US", "dark")]
READERS = ("portal", "public", "staff")
NARROW = ("/", "/requests/new/", "/desk/cases/?view=all", "/desk/cases/1/")


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
@pytest.mark.parametrize("reader", READERS)
def test_pages_when_opened_then_have_no_serious_fault(house, things, browser, reader, language, scheme):
    person = Person.enter(browser, house, locale=language, color_scheme=scheme)
    _let_in(person, reader)
    assert _look(person, pages.addresses(reader, things)) == {}
    assert person.complaints == []
    person.leave()


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_closed_door_when_opened_then_has_no_serious_fault(house, browser, language, scheme):
    visitor = Person.enter(browser, house, locale=language, color_scheme=scheme)
    visitor.visit("/account/sign-in/shut/")
    assert visitor.faults() == []
    visitor.leave()


def test_api_docs_when_an_operation_is_opened_then_have_no_serious_fault(house, browser):
    reader = Person.enter(browser, house)
    reader.visit("/api/docs")
    reader.page.locator(".opblock-post .opblock-summary-control").first.click()
    reader.page.wait_for_selector(".opblock-body .model-example")
    assert "/api/docs#/" in reader.page.url
    assert (reader.faults(), reader.complaints) == ([], [])
    reader.leave()


@pytest.mark.parametrize("path", NARROW)
def test_pages_when_on_a_phone_then_do_not_scroll_sideways(house, browser, path):
    person = Person.enter(browser, house, viewport={"width": 390, "height": 844})
    person.sign_in("qin")
    person.visit(path)
    assert _width_too_much(person) <= 0
    person.leave()


def _let_in(person: Person, reader: str) -> None:
    """As an administrator, who to the portal is somebody with an account like any other."""
    if reader == "public":
        return
    person.sign_in("an")
    if reader == "portal":
        person.visit("/account/privacy/proof/?then=export")
        person.page.fill("[name=password]", PASSWORD)
        person.page.press("[name=password]", "Enter")
        person.page.wait_for_url("**/account/privacy/copy/")


def _look(person: Person, paths: list[str]) -> dict[str, list[str]]:
    """The faults of each page; a page that does not open, or is another one, is a fault too."""
    found = {}
    for path in paths:
        status = person.visit(path)
        if path in pages.DRAWN:
            person.page.wait_for_selector(pages.DRAWN[path])
        landed = unquote(urlsplit(person.page.url).path)
        if (status, landed) != (200, path.partition("?")[0]) or not person.page.title():
            found[path] = [f"{status} at {landed}, titled {person.page.title()!r}"]
        elif faults := person.faults():
            found[path] = faults
    return found


def _width_too_much(person: Person) -> int:
    return int(
        person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )
