"""One house and one browser for all browser tests of a run."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.house import House, open_browser, open_house

STAFF = {"qin": "agent", "bo": "senior", "an": "admin"}


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[House]:
    """A small demo company and three people who can sign in."""
    with open_house(tmp_path_factory.mktemp("house"), old=60, template=migrated) as made:
        for username, role in STAFF.items():
            made.hire(username, role=role)
        yield made


@pytest.fixture(scope="session")
def things(house: House) -> dict[str, str]:
    """One of each thing that a page is about, by the names that tests/browser/pages.py uses."""
    script = "from tests.browser import furnish; furnish.print_things('an')"
    told = house.run("shell", "--no-imports", "-v", "0", "-c", script)
    found: dict[str, str] = json.loads(told.splitlines()[-1])
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as started:
        yield started
