"""One house and one browser for all browser tests of a run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.house import House, open_browser, open_house

STAFF = {"qin": "agent", "bo": "senior", "an": "admin"}


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A small demo company and three people who can sign in."""
    with open_house(tmp_path_factory.mktemp("house"), old=60) as made:
        for username, role in STAFF.items():
            made.hire(username, role=role)
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as started:
        yield started
