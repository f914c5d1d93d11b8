"""CPU per request, application and database together: create a voice, list 50 of 200,000 cases, the inbox page.

    bin/bench http [--cases N] [--requests N] [--only sqlite|postgres]

SQLite is served as `huiyin serve` serves it, without the loops behind; PostgreSQL by `huiyin web` (granian).
Each figure stands beside the floor of the same run: the same statements by hand, without HTTP (bench/_floor.py).
Three rounds, interleaved; medians of CPU from /proc. A request is sent by one of four threads of this process,
whose CPU is not counted.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from bench import _cpu
from bench._floor import Floor
from bench._report import circumstances, save
from tests import servers
from tests.machinery.house import ROOT

ROUNDS = 3
THREADS = 4
PASSWORD = "correct-horse-battery"
GOALS = {  # CPU ms, times the floor; performance.md, budgets
    "sqlite": {"create": (2.3, 30), "list": (2.0, 12), "page": (15, None)},
    "postgresql": {"create": (3.8, 6), "list": (2.5, 3.6), "page": (15, None)},
}
NEXT = {
    "create": "The ORM's inserts (about twelve rows, one statement each table), sealing the raw input and the kept"
    " answer, and the answers looked up in the knowledge base. Next: one writeable statement for voice,"
    " conversation and message; answers only when asked for.",
    "list": "The ORM: building the query anew and converting 51 rows of 24 columns (ids, times, sealed names)."
    " Next: the one query as prepared SQL, ids left as text until somebody asks.",
    "page": "The shell through the template language, and the counts of eight views over all open cases. Next:"
    " keep the counts for a second in the cache port, the shell's rail and head as a cached fragment.",
}


@dataclass
class Served:
    """One house with its server processes."""

    folder: Path
    database_url: str = ""
    engine: str = "rules"
    port: int = field(default_factory=servers.free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    token: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
        chosen = {
            "HUIYIN_DATA": str(self.folder),
            "HUIYIN_DATABASE_URL": self.database_url,
            "HUIYIN_PORT": str(self.port),
            "HUIYIN_LANGUAGE_ENGINE": self.engine,
            "HUIYIN_LOG": "json",
        }
        return {**own, **chosen, "DJANGO_SETTINGS_MODULE": "config.settings"}

    def prepare(self, cases: int) -> float:
        """Migrate, people, token, cases; answers the seconds that the cases took."""
        self.run("huiyin", "migrate", "--verbosity", "0")
        self.run("huiyin", "user", "create", "--username", "bench", "--role", "senior", "--password-stdin")
        self.token = json.loads(self.run("huiyin", "token", "create", "--user", "bench"))["token"]
        began = time.monotonic()
        self.run("bench._fill", str(cases))
        return time.monotonic() - began

    def start(self) -> None:
        one_process = ("--only-streams",) if not self.database_url else ("--workers", "1")
        self._open("huiyin", "web", *one_process)
        if self.engine == "owner":
            self._open("huiyin", "language", "serve")
        self.wait(seconds=90)
        if self.engine == "owner":
            time.sleep(20)  # the models are loaded beside

    def wait(self, seconds: float) -> None:
        """Until the front answers. Ends the bench, with what the server said last, when it cannot come any more."""
        end = time.monotonic() + seconds
        while not self._answers():
            ended = [process.returncode for process in self.processes if process.poll() is not None]
            if ended or time.monotonic() > end:
                why = f"ended with {ended[0]}" if ended else f"did not answer within {seconds:.0f} s"
                said = (self.folder / "server.log").read_text(errors="replace").splitlines()[-20:]
                raise SystemExit("\n".join([f"bench: the server {why}; its last words:", *said]))
            time.sleep(0.1)

    def stop(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()

    def pids(self) -> list[int]:
        return [pid for process in self.processes for pid in _cpu.tree(process.pid)]

    def run(self, module: str, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=self.environ,
            input=PASSWORD.encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
        return done.stdout.decode()

    def _open(self, *words: str) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", *words],
                    cwd=ROOT,
                    env=self.environ,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False


class Visitor:
    """Sends the requests: a program with a token, and a person who is signed in."""

    def __init__(self, house: Served) -> None:
        bearer = {"Authorization": f"Bearer {house.token}"}
        self._api = httpx.Client(base_url=house.url, headers=bearer, timeout=60)
        self._desk = httpx.Client(base_url=house.url, timeout=60, headers={"Accept-Language": "zh-CN"})
        self._sign_in()

    def create(self, turn: int) -> None:
        body = {
            "source": "api",
            "text": f"付款成功但是会员没有到账，请尽快处理 {turn}",
            "contact": {"external_id": f"user-{turn % 20}"},
        }
        key = {"Idempotency-Key": uuid4().hex}
        assert self._api.post("/api/v1/voices", json=body, headers=key).status_code == 201

    def list(self, turn: int) -> None:
        answer = self._api.get("/api/v1/cases?limit=50")
        assert answer.status_code == 200 and len(answer.json()["items"]) == 50

    def page(self, turn: int) -> None:
        answer = self._desk.get("/desk/cases/?view=all")
        assert answer.status_code == 200, answer.status_code

    def _sign_in(self) -> None:
        self._desk.get("/desk/sign-in/")
        form = {
            "username": "bench",
            "password": PASSWORD,
            "next": "",
            "csrfmiddlewaretoken": self._desk.cookies["csrf"],
        }
        answer = self._desk.post("/desk/sign-in/", data=form, headers={"Referer": str(self._desk.base_url)})
        assert answer.status_code in {200, 302} and "session" in self._desk.cookies, answer.text[:500]


class Meter:
    """CPU of the server's processes and of the database's, for a number of repetitions."""

    def __init__(self, pids: Callable[[], list[int]], postmaster: int | None) -> None:
        self._pids, self._postmaster = pids, postmaster

    def measure(self, work: Callable[[int], Any], times: int, *, threads: int = THREADS) -> dict[str, float]:
        apps, bases = self._pids(), _cpu.tree(self._postmaster) if self._postmaster else []
        before, began = (_cpu.of(apps), _cpu.of(bases)), time.perf_counter()
        if threads == 1:
            for turn in range(times):
                work(turn)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(work, range(times)))
        seconds = time.perf_counter() - began
        app, base = _cpu.of(apps) - before[0], _cpu.of(bases) - before[1]
        return {
            "app_ms": app / times * 1000,
            "database_ms": base / times * 1000,
            "total_ms": (app + base) / times * 1000,
            "per_s": times / seconds,
        }


def main() -> int:
    options = arguments()
    report: dict[str, Any] = {**circumstances(), "cases": options.cases, "requests_a_round": options.requests}
    report["note"] = (
        "PostgreSQL runs with fsync=off, as the tests start it; cases have no voices of their own"
    )
    report["engines"] = {}
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-") as folder:
        if options.only != "postgres":
            report["engines"]["sqlite"] = measured(Served(Path(folder) / "sqlite"), options, None)
            save("http-sqlite", report)
        if options.only != "sqlite":
            with servers.postgres() as url:
                report["engines"]["postgresql"] = measured(Served(Path(folder) / "pg", url), options, url)
    save("http" if options.only is None else f"http-{options.only}", report)
    rows = [row for engine in report["engines"].values() for row in engine["figures"].values()]
    return 0 if all(row.get("passed", True) for row in rows) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench http", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument(
        "--requests", type=int, default=200, help="of each kind, in each of three rounds (200)"
    )
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    return parser.parse_args()


def measured(house: Served, options: argparse.Namespace, url: str | None) -> dict[str, Any]:
    name = "postgresql" if url else "sqlite"
    house.folder.mkdir(mode=0o700, parents=True)
    found: dict[str, Any] = {"seconds_to_fill": round(house.prepare(options.cases), 1)}
    with ExitStack() as stack:
        stack.callback(house.stop)
        link, mark, postmaster = opened(house, url)
        stack.callback(link.close)
        house.start()
        rounds = the_rounds(house, options.requests, link=link, mark=mark, postmaster=postmaster)
        found["figures"] = judged(name, rounds)
        house.stop()
        house.engine = "owner"
        house.start()
        found["create_understood"] = understood(house, options.requests, postmaster)
    tell(name, found)
    return found


def opened(house: Served, url: str | None) -> tuple[Any, str, int | None]:
    """A raw connection for the floor, its placeholder, and PostgreSQL's first process."""
    if url:
        import psycopg

        link = psycopg.connect(url, autocommit=True)
        return link, "%s", _cpu.postmaster(link.info.backend_pid)
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3
    link = sqlite3.connect(house.folder / "huiyin.sqlite3", isolation_level=None, timeout=10)
    link.execute("PRAGMA synchronous=FULL")
    return link, "?", None


def the_rounds(
    house: Served, times: int, *, link: Any, mark: str, postmaster: int | None
) -> list[dict[str, dict[str, float]]]:
    """Each round measures everything once, so that a busy minute of the machine touches all alike."""
    visitor, served = Visitor(house), Meter(house.pids, postmaster)
    for turn in range(30):
        visitor.create(turn)
        visitor.list(turn)
        visitor.page(turn)
    floor = Floor(link, mark, cast="::text" if postmaster else "")
    bare = Meter(lambda: [os.getpid()], postmaster)
    rounds = []
    for _round in range(ROUNDS):
        rounds.append(
            {
                "create": served.measure(visitor.create, times),
                "floor create": bare.measure(lambda _turn: floor.create(), times * 3, threads=1),
                "list": served.measure(visitor.list, times),
                "floor list": bare.measure(lambda _turn: floor.newest(), times * 3, threads=1),
                "page": served.measure(visitor.page, max(times // 4, 10)),
            }
        )
    return rounds


def understood(house: Served, times: int, postmaster: int | None) -> dict[str, float]:
    """What a create costs with the models, whose process is counted with the server's."""
    visitor, served = Visitor(house), Meter(house.pids, postmaster)
    for turn in range(30):
        visitor.create(turn)
    rounds = [served.measure(visitor.create, times) for _ in range(ROUNDS)]
    return medians(rounds)


def judged(name: str, rounds: list[dict[str, dict[str, float]]]) -> dict[str, Any]:
    """Medians, the ratio to the floor, and the verdict against the goals."""
    figures: dict[str, Any] = {kind: medians([each[kind] for each in rounds]) for kind in rounds[0]}
    for kind, (goal_ms, goal_ratio) in GOALS[name].items():
        row = figures[kind]
        floors = [each.get(f"floor {kind}") for each in rounds]
        ratios = [
            each[kind]["total_ms"] / floor["total_ms"]
            for each, floor in zip(rounds, floors, strict=True)
            if floor
        ]
        row["times_floor"] = round(statistics.median(ratios), 1) if ratios else None
        row["goal"] = {"total_ms": goal_ms, "times_floor": goal_ratio}
        is_cheap = row["total_ms"] <= goal_ms
        is_near = goal_ratio is None or row["times_floor"] <= goal_ratio
        row["passed"] = is_cheap and is_near
        if not row["passed"]:
            row["missed"] = [
                what for what, held in (("total_ms", is_cheap), ("times_floor", is_near)) if not held
            ]
            row["reason_and_next_step"] = NEXT[kind]
    return figures


def medians(rows: list[dict[str, float]]) -> dict[str, Any]:
    return {key: round(statistics.median(row[key] for row in rows), 3) for key in rows[0]}


def tell(name: str, found: dict[str, Any]) -> None:
    print(f"{name}: filled in {found['seconds_to_fill']} s")
    for kind, row in found["figures"].items():
        verdict = "" if "passed" not in row else "  reached" if row["passed"] else f"  MISSED {row['missed']}"
        ratio = f"  {row['times_floor']} x floor" if row.get("times_floor") else ""
        goal = f"  (goal {row['goal']})" if "goal" in row else ""
        print(f"  {kind:13} {row['total_ms']:7.2f} ms  {row['per_s']:6.0f}/s{ratio}{goal}{verdict}")
    cost = found["create_understood"]
    print(f"  create, understood by the models: {cost['total_ms']:.2f} ms, {cost['per_s']:.0f}/s")


if __name__ == "__main__":
    sys.exit(main())
