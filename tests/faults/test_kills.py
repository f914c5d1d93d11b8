"""`kill -9` of the house and its worker under load: nothing acknowledged lost, nothing visible doubled.

The long form, on both databases, is `bin/bench faults`.
"""

import pytest

from tests.faults.siege import Siege

pytestmark = [pytest.mark.faults, pytest.mark.slow]


def test_kill_processes_when_clients_talk_on_sqlite_then_every_promise_is_kept(tmp_path):
    held(Siege(tmp_path).run(kills=6, clients=3))


def held(report: dict) -> None:
    assert report["client_problems"] == []
    faults = {name: count for name, count in report["audit"]["faults"].items() if count}
    assert faults == {}
    assert report["clients"]["voice"] > 5, "the house was never under load"
