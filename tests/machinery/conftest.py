"""A house per test, on each database; migrated once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machinery.house import ROOT, House, copy_of


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty, migrated SQLite database."""
    folder = tmp_path_factory.mktemp("migrated") / "var"
    _migrate(House(folder))
    return folder


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty, migrated PostgreSQL database to copy from."""
    _migrate(House(tmp_path_factory.mktemp("migrated") / "var", postgres_url))
    return postgres_url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> Iterator[House]:
    found = House(copy_of(migrated, tmp_path / "var"))
    if request.param == "postgres":
        found.database_url = _copied(request.getfixturevalue("migrated_postgres"), tmp_path.name)
    yield found
    found.close()


@pytest.fixture
def embedded(tmp_path: Path, migrated: Path) -> Iterator[House]:
    """A house on SQLite alone."""
    found = House(copy_of(migrated, tmp_path / "var"))
    yield found
    found.close()


def _migrate(house: House) -> None:
    command = [sys.executable, "-m", "huiyin", "migrate", "--verbosity", "0", "--skip-checks"]
    subprocess.run(command, cwd=ROOT, env=house.environ, check=True)


def _copied(url: str, name: str) -> str:
    import psycopg

    base, _, template = url.rpartition("/")
    safe = "".join(letter for letter in name.lower() if letter.isalnum())[:50]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as link:
        link.execute(f"DROP DATABASE IF EXISTS t_{safe}")
        link.execute(f"CREATE DATABASE t_{safe} TEMPLATE {template}")
    return f"{base}/t_{safe}"
