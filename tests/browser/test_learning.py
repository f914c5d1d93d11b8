"""A correction by hand: an agent says what a matter is about, the models are fitted anew, the next one is read so."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from huiyin.language.client import Client
from tests.browser.house import House, Person, open_house

pytestmark = pytest.mark.browser
WORDS = "蒸汽棒不出汽，奶泡打不起来"
CATEGORY = ".verdict:has(input[name=task][value=category])"


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[House]:
    """An empty house that reads with its models. Others do without: loading and fitting them takes seconds."""
    with open_house(tmp_path_factory.mktemp("house"), old=None, template=migrated, engine="owner") as made:
        made.hire("qin", role="agent")
        wait_for_models(made)
        yield made


def wait_for_models(house: House, former: str | None = None) -> str:
    """Until models answer, with other lessons than those; the version of theirs."""
    client = Client(house.folder / "var/language.sock")
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        told = client.status() or {}
        if told.get("ready") and told["version"] != former:
            client.close()
            return str(told["version"])
        time.sleep(0.3)
    raise AssertionError("the models did not get ready")


def ask(visitor: Person, text: str) -> str:
    """Send a request by the form; the number of its case."""
    visitor.visit("/requests/new/")
    visitor.page.fill("[name=text]", text)
    visitor.page.fill("[name=contact]", "wang.fang@example.com")
    visitor.page.click("form[data-request] button.btn-primary")
    visitor.page.wait_for_url("**/requests/sent/**")
    number = re.search(r"HY-\d{6,}", visitor.page.inner_text("main"))
    assert number is not None
    return number.group()


def read_as(agent: Person, number: str) -> str:
    """What the desk says that a case is about."""
    agent.visit(f"/desk/cases/{number}/")
    return agent.page.locator(f"{CATEGORY} summary .strong").inner_text()


def test_category_when_corrected_then_the_next_request_is_read_so(reading, browser):
    agent, visitor = Person.enter(browser, reading), Person.enter(browser, reading)
    agent.sign_in("qin")
    number = ask(visitor, f"{WORDS}，第一台")
    before, known = read_as(agent, number), wait_for_models(reading)
    assert before != "内容与社区"
    agent.page.click(f"{CATEGORY} summary")
    agent.page.select_option(f"{CATEGORY} select", "moderation")
    agent.page.click(f"{CATEGORY} button")
    expect(agent.page.locator(f"{CATEGORY} .badge-good")).to_be_visible()
    wait_for_models(reading, former=known)
    following = ask(visitor, f"{WORDS}，第二台")
    assert read_as(agent, following) == "内容与社区"
    assert agent.complaints == visitor.complaints == []
