"""Live streams: 2,000 open connections to one process, broadcasts to all of them.

    bin/bench live [--streams N] [--broadcasts N]

Goals: p95 from publishing to arrival within 250 ms (the client runs on the same cores), at most 40 us of
the server's CPU per delivered message and 64 KiB of memory per stream, every message delivered.
"""

import argparse
import asyncio
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.machinery.house import House, until
from tests.servers import free_port

RESULTS = Path(__file__).parent / "results"
PER_SESSION = 20
SESSIONS = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
for number in range({sessions}):
    user = get_user_model().objects.create(username=f"agent-{{number}}")
    user.grants.create(role="agent")
    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = "huiyin.accounts.backends.PasswordBackend"
    store.save()
    print(store.session_key)
"""
# The server publishes by itself when a file appears; the subject carries the moment.
SERVER = """
import resource, threading, time
from django.conf import settings
from django.core.management import call_command
from huiyin.core import live
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
live.authorise("test", lambda user, ident: True)
def publish():
    while not (settings.DATA / "go").exists():
        time.sleep(0.1)
    for _ in range({broadcasts}):
        work.ask_at(time.time())
        time.sleep(1.0)
threading.Thread(target=publish, daemon=True).start()
call_command("web", port={port}, only_streams=True)
"""


def main() -> int:
    options = arguments()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-") as folder:
        house = House(Path(folder) / "var")
        try:
            figures = measure(house, options.streams, options.broadcasts)
        finally:
            house.close()
    report = {**circumstances(), "streams": options.streams, "broadcasts": options.broadcasts, **figures}
    save(report)
    return 0 if report["passed"] else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench live", description=__doc__)
    parser.add_argument("--streams", type=int, default=2_000)
    parser.add_argument("--broadcasts", type=int, default=8)
    return parser.parse_args()


def measure(house: House, streams: int, broadcasts: int) -> dict[str, Any]:
    migrate = [sys.executable, "-m", "huiyin", "migrate", "--verbosity", "0", "--skip-checks"]
    subprocess.run(migrate, env=house.environ, check=True)
    sessions = house.run(SESSIONS.format(sessions=-(-streams // PER_SESSION))).split()
    port = free_port()
    server = house.start(SERVER.format(port=port, broadcasts=broadcasts))
    until(lambda: is_open(port))
    return asyncio.run(listen(house, server.pid, port, sessions, streams, broadcasts))


async def listen(
    house: House, pid: int, port: int, sessions: list[str], streams: int, broadcasts: int
) -> dict[str, Any]:
    memory, cpu = memory_of(pid), cpu_of(pid)
    waits: list[float] = []
    opened = asyncio.Semaphore(0)
    gate = asyncio.Semaphore(50)
    tasks = [
        asyncio.create_task(one(port, sessions[number // PER_SESSION], gate, opened, waits))
        for number in range(streams)
    ]
    for _stream in range(streams):
        await opened.acquire()
    await asyncio.sleep(2)
    per_stream, connected = (memory_of(pid) - memory) / streams, cpu_of(pid)
    (house.data / "go").touch()
    end = time.monotonic() + broadcasts + 30
    while len(waits) < streams * broadcasts and time.monotonic() < end:
        await asyncio.sleep(0.1)
    busy = cpu_of(pid) - connected
    for task in tasks:
        task.cancel()
    return judged(sorted(waits), streams * broadcasts, busy, (connected - cpu) / streams, per_stream)


async def one(
    port: int, session: str, gate: asyncio.Semaphore, opened: asyncio.Semaphore, waits: list[float]
) -> None:
    async with gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        ask = f"GET /live/stream?topics=test HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: session={session}\r\n\r\n"
        writer.write(ask.encode())
        while b"event: hello" not in await reader.readline():
            pass
    opened.release()
    while line := await reader.readline():
        if line.startswith(b"data: {") and b"test:" in line:
            message = json.loads(line[6:])
            waits.append(time.time() - float(message["subject"].partition(":")[2]))


def judged(waits: list[float], wanted: int, busy: float, connect: float, memory: float) -> dict[str, Any]:
    found = {
        "delivered": len(waits) / wanted,
        "p50_ms": round(waits[len(waits) // 2] * 1000),
        "p95_ms": round(waits[int(len(waits) * 0.95)] * 1000),
        "cpu_us_per_message": round(busy / wanted * 1e6, 1),
        "connect_cpu_ms": round(connect * 1000, 2),
        "kib_per_stream": round(memory / 1024, 1),
    }
    cheap = found["cpu_us_per_message"] <= 40 and found["kib_per_stream"] <= 64
    found["passed"] = found["delivered"] == 1 and found["p95_ms"] <= 250 and cheap
    return found


def memory_of(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_open(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def circumstances() -> dict[str, Any]:
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def save(report: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"live-{report['date']}.json"
    file.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report))


if __name__ == "__main__":
    sys.exit(main())
