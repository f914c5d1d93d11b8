"""Fixtures for every test of the tree: real servers, started once a session and only when asked for.

Tests run on the rules of the language app unless they ask for its models.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings

from tests import servers


def pytest_configure() -> None:
    """No test waits for models that it did not ask for."""
    settings.LANGUAGE_ENGINE = "rules"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this session's own. Mark the test `postgres`."""
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of this session's own. Mark the test `redis`."""
    with servers.redis() as url:
        yield url
