"""A house per test, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machinery.house import House, copy_of


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> Iterator[House]:
    found = House(copy_of(migrated, tmp_path / "var"))
    if request.param == "postgres":
        found.database_url = request.getfixturevalue("copied_postgres")(tmp_path.name)
    yield found
    found.close()


@pytest.fixture
def embedded(tmp_path: Path, migrated: Path) -> Iterator[House]:
    """A house on SQLite alone."""
    found = House(copy_of(migrated, tmp_path / "var"))
    yield found
    found.close()
