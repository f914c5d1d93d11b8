"""The owner killed in the middle of traffic: nobody waits, rules answer meanwhile, the models are soon back."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from huiyin.core.serving import Child
from huiyin.language import services
from huiyin.language.client import Client
from huiyin.language.tests.test_owner import eventually, ready

pytestmark = pytest.mark.faults

TEXT = "我的账号被盗了，第{}次"
ROOT = Path(__file__).parents[3]
# What a call may take beyond its budget on a machine with other work: the rules, and the scheduler's moods.
GRACE = 0.4
PATIENCE = 150


class Traffic:
    """Three askers without a pause; every answer with the moment, the time it took and whether models gave it."""

    def __init__(self) -> None:
        self.answers: list[tuple[float, float, bool]] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(3)]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def _ask(self, number: int) -> None:
        turn = 0
        while not self._stop.is_set():
            began = time.monotonic()
            told = services.understand(TEXT.format(f"{number}-{turn}"))
            assert told.category.label == "account"
            self.answers.append((began, time.monotonic() - began, told.complete))
            turn += 1
            time.sleep(0.02)


@pytest.fixture
def owner(tmp_path: Path, settings, monkeypatch) -> Iterator[Client]:
    """The tiny models in a process of their own, kept alive by the house's own keeper."""
    settings.LANGUAGE_ENGINE = "owner"
    path = tmp_path / "language.sock"
    client = Client(path)
    monkeypatch.setattr(services, "client", lambda: client)
    code = f"from huiyin.language.tests.factories import serve_until_killed as s; s({str(path)!r})"
    child = Child("language", ["-c", code], {**os.environ, "PYTHONPATH": str(ROOT)}).start()
    try:
        assert ready(client)
        yield client
    finally:
        child.stop(3.0)


def test_answers_when_owner_is_killed_in_traffic_then_rules_and_back_in_ten_seconds(owner: Client) -> None:
    first = (owner.status() or {})["pid"]
    with Traffic() as traffic:
        assert eventually(lambda: any(complete for _at, _took, complete in traffic.answers), 20)
        os.kill(int(str(first)), signal.SIGKILL)
        killed = time.monotonic()
        is_back = eventually(
            lambda: any(c for at, _took, c in traffic.answers if at > killed + 0.5), PATIENCE
        )
        back = time.monotonic() - killed
    assert is_back
    assert (owner.status() or {}).get("pid") != first
    during = [(took, complete) for at, took, complete in traffic.answers if at > killed]
    assert any(not complete for _took, complete in during), "nobody was answered by rules"
    assert max(took for took, _complete in during) < services.BUDGET_MS / 1000 + GRACE
    # Ten seconds on a machine of its own; with others on it, in proportion to the queue for its cores.
    assert back < 10 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
