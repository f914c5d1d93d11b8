"""`kill -9` of the web and of the workers under load: nothing acknowledged lost, nothing visible doubled."""

import pytest

from tests.faults.siege import Siege
from tests.machinery.house import copy_of

pytestmark = [pytest.mark.faults, pytest.mark.slow]


def test_kill_processes_when_clients_talk_on_sqlite_then_every_promise_is_kept(tmp_path, migrated):
    copy_of(migrated, tmp_path / "var")
    held(Siege(tmp_path).run(kills=6, clients=3))


@pytest.mark.postgres
@pytest.mark.redis
def test_kill_processes_when_clients_talk_on_postgres_then_every_promise_is_kept(
    tmp_path, migrated, copied_postgres, redis_url
):
    copy_of(migrated, tmp_path / "var")
    held(Siege(tmp_path, copied_postgres("siege"), redis_url).run(kills=3, clients=3))


def held(report: dict) -> None:
    assert report["client_problems"] == []
    faults = {name: count for name, count in report["audit"]["faults"].items() if count}
    assert faults == {}
    assert report["acknowledged"] >= report["kills"]["total"], "the house was never under load"
