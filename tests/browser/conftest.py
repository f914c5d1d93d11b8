"""One house and one browser for all browser tests of a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.house import House, open_browser, open_house

HERE = Path(__file__).parent
STAFF = {"qin": "agent", "bo": "senior", "an": "admin"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker takes them all, so that one house is enough."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("browser"))


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
