"""A whole house under fire: its processes are killed with SIGKILL at random moments while clients talk to it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests import servers
from tests.faults.clients import PATIENCE, Client
from tests.faults.ledger import Ledger
from tests.machinery.house import until

ROOT = Path(__file__).parents[2]
TARGETS = (("front",), ("front",), ("front",), ("worker",), ("worker",), ("front", "worker"))


@dataclass
class Siege:
    """A front (`serve`, or `web` on PostgreSQL) and a worker, in a data folder of their own."""

    folder: Path
    database_url: str = ""
    redis_url: str = ""
    seed: int = 7
    port: int = field(default_factory=servers.free_port)
    kills: Counter[str] = field(default_factory=Counter)
    _alive: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
        chosen = {
            "HUIYIN_DATA": str(self.folder / "var"),
            "HUIYIN_DATABASE_URL": self.database_url,
            "HUIYIN_REDIS_URL": self.redis_url,
            "HUIYIN_PORT": str(self.port),
            "HUIYIN_LANGUAGE_ENGINE": "rules",
            "HUIYIN_LOG": "json",
        }
        return {**own, **chosen, "DJANGO_SETTINGS_MODULE": "config.settings"}

    def run(self, *, kills: int, clients: int = 4) -> dict[str, Any]:
        """The whole trial: so many kills under load, then peace, then the comparison. Answers the report."""
        began = time.monotonic()
        token = self._prepared()
        ledger = Ledger(self.folder / "ledger.jsonl")
        people = [Client(self.url, token, ledger, seed=self.seed + n) for n in range(clients)]
        try:
            self._start("front", "worker")
            for each in people:
                each.start()
            self._besiege(kills, people)
            self._end(people)
            audit = self._audited(ledger)
        finally:
            self.close()
            ledger.close()
        told = sum((each.tally for each in people), Counter())
        problems = [line for each in people for line in each.problems]
        return {
            "database": "postgresql" if self.database_url else "sqlite",
            "kills": {"total": sum(self.kills.values()), **self.kills},
            "seconds": round(time.monotonic() - began),
            "clients": dict(sorted(told.items())),
            "acknowledged": _answers(people),
            "client_problems": problems,
            "audit": audit,
            "passed": not problems and not any(audit["faults"].values()),
        }

    def close(self) -> None:
        for name in list(self._alive):
            self._strike(name)

    def huiyin(self, *words: str) -> str:
        """One command of the product, run to its end."""
        command = [sys.executable, "-m", "huiyin", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environ, stdout=subprocess.PIPE, check=True, timeout=180
        )
        return done.stdout.decode()

    def _prepared(self) -> str:
        self.huiyin("migrate", "--verbosity", "0")
        for username, role in (("agent", "agent"), ("senior", "senior")):
            self.huiyin("user", "create", "--username", username, "--role", role)
        token: str = json.loads(self.huiyin("token", "create", "--user", "agent"))["token"]
        return token

    def _besiege(self, kills: int, people: list[Client]) -> None:
        """Each life lasts until the clients were heard in it and a random moment more: a house that is struck
        down before it answers anybody proves nothing."""
        dice = random.Random(self.seed)
        while sum(self.kills.values()) < kills:
            heard = _answers(people)
            until(lambda heard=heard: _answers(people) > heard, seconds=180)
            time.sleep(dice.uniform(0.0, 2.0))
            victims = dice.choice(TARGETS)
            for name in victims:
                self._strike(name)
                self.kills[name] += 1
            self._start(*victims)

    def _end(self, people: list[Client]) -> None:
        for each in people:
            each.stop()
        for each in people:
            each.join(timeout=PATIENCE)

    def _start(self, *names: str) -> None:
        front = ("web", "--workers", "1") if self.database_url else ("serve",)
        words = {"front": front, "worker": ("worker", "--threads", "2")}
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self._alive[name] = subprocess.Popen(
                    [sys.executable, "-m", "huiyin", *words[name]],
                    cwd=ROOT,
                    env=self.environ,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        if "front" in names:
            until(self._lives, seconds=180)

    def _strike(self, name: str) -> None:
        """SIGKILL to the process and everything that it started."""
        process = self._alive.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _lives(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def _audited(self, ledger: Ledger) -> dict[str, Any]:
        """Compare while the house stands, so that what is under way can end; the audit waits for that."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.audit", str(ledger.file)],
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.PIPE,
            check=True,
            timeout=240,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def _answers(people: list[Client]) -> int:
    """Requests that were acknowledged so far."""
    return sum(each.acknowledged for each in people)
