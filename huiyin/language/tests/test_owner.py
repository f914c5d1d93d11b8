"""Owner and client: answers, budgets, full queues, broken frames, a killed owner."""

import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from huiyin.language import wire
from huiyin.language.client import Client
from huiyin.language.lanes import Lanes, Work
from huiyin.language.owner import Owner, Taken
from huiyin.language.tests.factories import ListTeacher, RunningOwner
from huiyin.language.verdicts import Example, Lessons, Question

pytestmark = pytest.mark.dry

STOLEN = Question("我的账号被盗了，快冻结")


def ready(client: Client, seconds: float = 180) -> bool:
    return eventually(lambda: bool((client.status() or {}).get("ready")), seconds)


def eventually(holds, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[RunningOwner]:
    with RunningOwner(tmp_path_factory.mktemp("owner") / "language.sock") as running:
        assert ready(Client(running.owner.path))
        yield running


@pytest.fixture
def client(running: RunningOwner) -> Iterator[Client]:
    running.encoder.pause = 0.0
    client = Client(running.owner.path)
    yield client
    running.encoder.pause = 0.0
    client.close()


def test_understands_when_owner_is_there_then_complete_with_vector(client: Client) -> None:
    told = client.understand(STOLEN, budget_ms=5000)
    assert told is not None
    assert (told.complete, told.category.label, told.priority.label) == (True, "account", "urgent")
    assert (len(told.vector), told.vector_model) == (256 * 4, "hash/1")


def test_understands_when_many_then_in_order(client: Client) -> None:
    texts = [Question(f"第{i}个订单没有收到") for i in range(230)]
    told = client.understand_many(texts, budget_ms=30_000)
    alone = client.understand(texts[229], budget_ms=5000)
    assert [t is not None and t.complete for t in told] == [True] * 230
    assert alone is not None
    assert told[229] is not None
    assert (told[229].digest, told[229].vector) == (alone.digest, alone.vector)


def test_gives_up_when_owner_sleeps_then_within_budget_and_rests(running, client: Client) -> None:
    running.encoder.pause = 1.0
    begun = time.monotonic()
    assert client.understand(STOLEN, budget_ms=200) is None
    assert 0.15 < time.monotonic() - begun < 0.6
    for _ in range(2):
        client.understand(STOLEN, budget_ms=50)
    begun = time.monotonic()
    assert client.understand(STOLEN, budget_ms=200) is None
    assert time.monotonic() - begun < 0.15
    running.encoder.pause = 0.0
    client._rest_until = 0.0
    assert client.understand(STOLEN, budget_ms=10_000) is not None


def test_answers_quickly_when_bulk_runs_then_single_goes_first(running, client: Client) -> None:
    running.encoder.pause = 0.2
    bulk = threading.Thread(
        target=lambda: client.understand_many(
            [Question(f"订单{i}" * 20) for i in range(200)], budget_ms=20_000
        )
    )
    bulk.start()
    time.sleep(0.1)
    begun = time.monotonic()
    assert client.understand(STOLEN, budget_ms=5000) is not None
    assert time.monotonic() - begun < 1.5
    assert bulk.is_alive()
    running.encoder.pause = 0.0
    bulk.join()


def test_answers_in_part_when_bulk_budget_ends_then_the_rest_is_none(running, client: Client) -> None:
    running.encoder.pause = 0.4
    told = client.understand_many([Question(f"订单{i}") for i in range(90)], budget_ms=2_000)
    done = [answer is not None for answer in told]
    assert len(done) == 90
    assert 0 < sum(done) < 90
    assert done == sorted(done, reverse=True)


def test_answers_none_when_nobody_listens_then_at_once(tmp_path: Path) -> None:
    begun = time.monotonic()
    client = Client(tmp_path / "nobody.sock")
    assert client.understand(STOLEN, budget_ms=200) is None
    assert client.understand_many([STOLEN] * 3, budget_ms=200) == [None] * 3
    assert client.status() is None
    assert time.monotonic() - begun < 0.2


def test_refits_when_lessons_change_then_label_follows(running, client: Client) -> None:
    text = "咖啡机的蒸汽棒不出汽"
    rows = tuple(Example(f"{text}{i}", "machine", 2.0) for i in range(12)) + tuple(
        Example(f"豆子烘焙得太深{i}", "beans", 2.0) for i in range(12)
    )
    running.teacher.now = Lessons("1", {"product": rows})
    assert client.refresh()
    assert eventually(lambda: (client.status() or {}).get("version") == "1", 30)
    told = client.understand(Question(text), budget_ms=5000)
    assert told is not None
    assert told.product is not None
    assert told.product.label == "machine"
    assert {card.task for card in running.teacher.cards} == {"category", "kind", "sentiment", "product"}


def test_keeps_answering_when_teacher_is_away(running, client: Client) -> None:
    running.teacher.is_away = True
    running.teacher.now = Lessons("2", {})
    client.refresh()
    time.sleep(0.3)
    assert client.understand(STOLEN, budget_ms=5000) is not None
    running.teacher.is_away = False


@pytest.mark.parametrize(
    "nonsense",
    [b"GET / HTTP/1.1\r\n\r\n", struct.pack("!I", 5) + b"\xc1hell", struct.pack("!I", 1 << 31), b"\x00"],
)
def test_lives_on_when_frame_is_nonsense(running, client: Client, nonsense: bytes) -> None:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(5)
    line.connect(str(running.owner.path))
    line.sendall(nonsense)
    line.shutdown(socket.SHUT_WR)
    assert line.recv(100) == b""
    line.close()
    assert client.understand(STOLEN, budget_ms=5000) is not None


def test_socket_when_made_then_private(running: RunningOwner) -> None:
    assert stat.S_IMODE(running.owner.path.stat().st_mode) == 0o600


def test_refuses_second_owner_when_one_lives(running: RunningOwner) -> None:
    with pytest.raises(Taken):
        Owner(running.owner.path, ListTeacher()).serve()


def test_reaches_owner_when_path_is_long(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 80) / ("e" * 80)
    deep.mkdir(parents=True)
    with RunningOwner(deep / "language.sock"):
        assert eventually(lambda: Client(deep / "language.sock").status() is not None)


def test_lanes_when_full_then_refuse_and_when_late_then_drop() -> None:
    said: list[str] = []
    lanes = Lanes(3)
    now = time.monotonic()
    late = Work([STOLEN], now - 1, lambda told, error: said.append(error))
    assert lanes.put(late)
    assert lanes.put(Work([STOLEN] * 2, now + 9, lambda told, error: None))
    assert not lanes.put(Work([STOLEN], now + 9, lambda told, error: None))
    batch = lanes.take()
    assert batch is not None
    assert ([len(work.questions) for work in batch], said, lanes.waiting) == ([2], ["late"], 0)
    lanes.close()
    assert lanes.take() is None


def test_frame_when_too_large_then_refused() -> None:
    with pytest.raises(ValueError, match="frame"):
        wire.length(struct.pack("!I", wire.LARGEST + 1))


@pytest.mark.faults
def test_reconnects_when_owner_is_killed_then_next_one_answers(tmp_path: Path) -> None:
    path = tmp_path / "language.sock"
    client = Client(path)
    first = _child(path)
    try:
        assert ready(client)
        assert client.understand(STOLEN, budget_ms=60_000) is not None
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    begun = time.monotonic()
    assert client.understand(STOLEN, budget_ms=60_000) is None
    assert time.monotonic() - begun < 30
    second = _child(path)
    try:
        assert ready(client)
        told = client.understand(STOLEN, budget_ms=60_000)
        assert told is not None
        assert told.complete
    finally:
        second.send_signal(signal.SIGKILL)
        second.wait()


def _child(path: Path) -> "subprocess.Popen[bytes]":
    code = f"from huiyin.language.tests.factories import serve_until_killed as s; s({str(path)!r})"
    return subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[3])
