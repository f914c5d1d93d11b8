"""Fixtures for every test of the tree: real servers, started once a session and only when asked for.

Tests run on the rules of the language app unless they ask for its models.
"""

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection

from huiyin.core import keyring, personkeys
from huiyin.core.ports import cache, keys
from tests import servers, templates


def pytest_configure() -> None:
    """No test waits for models that it did not ask for, or for the disk to sync a key.

    Each worker counts in a Redis database of its own.
    """
    settings.LANGUAGE_ENGINE = "rules"
    settings.KEYS_URL = "sqlite://:memory:"
    if settings.REDIS_URL:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        settings.REDIS_URL = urlsplit(settings.REDIS_URL)._replace(path=f"/{worker}").geturl()


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    """What one test has spent or read, the next one neither pays for nor sees."""
    from huiyin.accounts.selectors import forget_directory, forget_limits, forget_tokens
    from huiyin.accounts.services import uses
    from huiyin.cases.selectors.rulebook import forget_rulebook

    uses.forget()
    forget_directory()
    forget_limits()
    forget_tokens()
    forget_rulebook()
    cache.port.cache_clear()
    if settings.REDIS_URL:
        redis.Redis.from_url(settings.REDIS_URL).flushdb()


@pytest.fixture
def on_disk(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """SQLite in a file, as it serves: in a shared memory database readers are refused by a writer's table locks."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(tmp_path / "huiyin.sqlite3")
    connection.connection = None
    connection.ensure_connection()
    memory.backup(connection.connection)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"], connection.connection = name, memory


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this session's own. Mark the test `postgres`."""
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty, migrated SQLite database, to copy from; one for all workers of a run."""
    folder = tmp_path_factory.getbasetemp()
    return templates.sqlite(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


@pytest.fixture(scope="session")
def copied_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Makes a migrated PostgreSQL database of that name; answers its URL."""
    templates.migrate(tmp_path_factory.mktemp("migrated"), postgres_url)
    return partial(templates.postgres_copy, postgres_url)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of this session's own. Mark the test `redis`."""
    with servers.redis() as url:
        yield url


@pytest.fixture
def ring(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A key file and a key store of this test alone."""
    file = tmp_path / "secret.json"
    file.write_text(json.dumps({"signing": "s", "root": {"k1": "ab" * 32}, "current": "k1"}))
    file.chmod(0o600)
    settings.KEYRING_FILE = file
    former, settings.KEYS_URL = settings.KEYS_URL, f"sqlite://{tmp_path / 'keys.sqlite3'}"
    _open_keys_afresh()
    yield file
    settings.KEYS_URL = former
    _open_keys_afresh()


def _open_keys_afresh() -> None:
    keyring.forget()
    personkeys.forget()
    keys.forget()
