"""What accounts cost: a sign-in, their pages, sealed fields; and whether sign-ins starve everybody else.

    bin/bench accounts [--quick] [--only sqlite|postgres]

Goals: while bursts of 20 people sign in at once, the inbox of somebody who is in already answers with a p95 under
twice that of the quiet minutes between; and everybody who signed in came in, or was told when to try again.
SQLite is served as `huiyin serve` serves it, without the loops behind; PostgreSQL by `huiyin web`, two workers.
The people who sign in are another process on the same cores, so the figures say more than a lone server's would.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from bench._report import circumstances, save
from bench.http import PASSWORD, Meter, Served, opened
from tests import servers
from tests.machinery.house import ROOT

PEOPLE = 20
STARVED = 2.0  # times the quiet p95
PAUSE = 0.02  # seconds between two looks at the inbox: somebody who clicks fast
INBOX = "/desk/cases/?view=all"
PAGES = {"sign-in page": "/account/sign-in/", "account": "/account/", "inbox": INBOX}


class Doors(Served):
    """A house behind a proxy, so that each of the people has an address of their own."""

    @property
    def environ(self) -> dict[str, str]:
        return {**super().environ, "HUIYIN_TRUSTED_PROXIES": "127.0.0.1"}

    def start(self) -> None:
        """As many workers as the machine has cores, which is how it is run."""
        workers = ("--only-streams",) if not self.database_url else ()
        self._open("huiyin", "web", *workers)
        self.wait(seconds=240)


class Agent:
    """Somebody with a browser, who comes in by password and looks at pages."""

    def __init__(self, url: str, name: str, address: str) -> None:
        self.name = name
        headers = {"Accept-Language": "zh-CN", "X-Forwarded-For": address}
        self._browser = httpx.Client(base_url=url, timeout=60, headers=headers, verify=False)
        self._browser.get("/account/sign-in/")

    def sign_in(self) -> int:
        """The status of the answer: 302 is in."""
        self._browser.cookies.delete("session")
        csrf = self._browser.cookies["csrf"]
        form = {"username": self.name, "password": PASSWORD, "next": "", "csrfmiddlewaretoken": csrf}
        return self._browser.post("/account/sign-in/", data=form).status_code

    def come_in(self) -> None:
        """Sign in, as often as one is told to wait. Ends the bench when it is another answer."""
        for _try in range(10):
            if (status := self.sign_in()) != 503:
                break
            time.sleep(2)
        if status != 302:
            raise SystemExit(f"bench: {self.name} did not come in: the sign-in answered {status}")

    def look(self, path: str) -> float:
        """Milliseconds until the page was here."""
        began = time.perf_counter()
        answer = self._browser.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"bench: {path} answered {answer.status_code}")
        return 1000 * (time.perf_counter() - began)


def main() -> int:
    options = arguments()
    report: dict[str, Any] = {"name": "accounts", **circumstances(), "is_quick": options.quick, "engines": {}}
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-") as folder:
        if options.only != "postgres":
            report["engines"]["sqlite"] = measured(Doors(Path(folder) / "sqlite"), options, None)
        if options.only != "sqlite":
            with servers.postgres() as url:
                house = Doors(Path(folder) / "pg", url)
                report["engines"]["postgresql"] = measured(house, options, url)
    save("accounts-quick" if options.quick else "accounts", report)
    return 0 if all(each["siege"]["passed"] for each in report["engines"].values()) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench accounts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, to see that it runs")
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    return parser.parse_args()


def measured(house: Doors, options: argparse.Namespace, url: str | None) -> dict[str, Any]:
    house.folder.mkdir(mode=0o700, parents=True)
    house.prepare(500 if options.quick else 20_000)
    found: dict[str, Any] = json.loads(house.run("bench._accounts", str(int(options.quick))).splitlines()[-1])
    with ExitStack() as stack:
        stack.callback(house.stop)
        postmaster = None
        if url:
            link, _mark, postmaster = opened(house, url)
            stack.callback(link.close)
        house.start()
        agent = Agent(house.url, "bench", "10.1.0.1")
        agent.come_in()
        found["pages"] = pages(found.pop("queries"), agent, Meter(house.pids, postmaster), options.quick)
        found["sign-in"] |= sign_ins(house, Meter(house.pids, postmaster), options.quick)
        found["siege"] = siege(house, agent, 4 if options.quick else 10)
    tell("postgresql" if url else "sqlite", found)
    return found


def pages(queries: dict[str, int], agent: Agent, meter: Meter, is_quick: bool) -> dict[str, Any]:
    """Queries of each page, counted; its CPU and its time, measured over HTTP."""
    times = 10 if is_quick else 100
    found = {}
    for name, path in PAGES.items():
        agent.look(path)
        waits: list[float] = []
        cost = meter.measure(partial(_look, agent, path, waits), times, threads=1)
        found[name] = {"queries": queries[name], "cpu_ms": round(cost["total_ms"], 2), **spread(waits)}
    return found


def _look(agent: Agent, path: str, waits: list[float], _turn: int) -> None:
    waits.append(agent.look(path))


def sign_ins(house: Doors, meter: Meter, is_quick: bool) -> dict[str, float]:
    """CPU of one sign-in by password, from the form to the new session, and how many go through in a second."""
    people = [Agent(house.url, f"agent-{n}", f"10.2.0.{n + 1}") for n in range(PEOPLE)]
    for person in people:
        person.come_in()
    times = PEOPLE if is_quick else 5 * PEOPLE
    cost = meter.measure(lambda turn: people[turn % PEOPLE].sign_in(), times, threads=1)
    return {"cpu_ms": round(cost["total_ms"], 1), "one_after_the_other_per_s": round(cost["per_s"], 1)}


def siege(house: Doors, agent: Agent, rounds: int) -> dict[str, Any]:
    """The inbox in quiet seconds and while 20 people sign in at once, in turns."""
    crowd = subprocess.Popen(
        [sys.executable, "-m", "bench._crowd", house.url, str(PEOPLE)],
        cwd=ROOT,
        env=house.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert crowd.stdout and crowd.stdin
    assert crowd.stdout.readline() == "ready\n"
    quiet: list[float] = []
    pressed: list[float] = []
    bursts = []
    for _round in range(rounds):
        watch(agent, quiet, until=time.monotonic() + 2)
        crowd.stdin.write("go\n")
        crowd.stdin.flush()
        watch(agent, pressed, until=time.monotonic() + 2)
        bursts.append(json.loads(crowd.stdout.readline()))
    crowd.stdin.close()
    crowd.wait(30)
    return judged(quiet, pressed, bursts)


def watch(agent: Agent, waits: list[float], *, until: float) -> None:
    while time.monotonic() < until:
        waits.append(agent.look(INBOX))
        time.sleep(PAUSE)


def judged(quiet: list[float], pressed: list[float], bursts: list[dict[str, Any]]) -> dict[str, Any]:
    statuses = [status for burst in bursts for status in burst["statuses"]]
    before, during = spread(quiet), spread(pressed)
    found = {
        "quiet": before,
        "during": during,
        "times_quiet_p95": round(during["p95_ms"] / before["p95_ms"], 2),
        "came_in": statuses.count(302),
        "told_to_wait": statuses.count(503),
        "else": len(statuses) - statuses.count(302) - statuses.count(503),
        "burst_seconds": round(statistics.median(burst["seconds"] for burst in bursts), 2),
        "slowest_sign_in_ms": round(max(burst["slowest_ms"] for burst in bursts)),
    }
    return {**found, "passed": found["times_quiet_p95"] < STARVED and not found["else"]}


def spread(waits: list[float]) -> dict[str, Any]:
    ordered = sorted(waits)
    return {
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
        "looks": len(ordered),
    }


def tell(name: str, found: dict[str, Any]) -> None:
    print(name)
    for what, figures in found.items():
        if what == "pages":
            for page, row in figures.items():
                print(f"  {page:14} {row}")
        else:
            print(f"  {what:14} {figures}")


if __name__ == "__main__":
    sys.exit(main())
