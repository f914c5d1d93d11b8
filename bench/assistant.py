"""The assistant: how often the right article comes first, how well it knows, and how fast it answers over HTTP.

    bin/bench assistant [--quick] [--data FOLDER] [--articles N] [--seconds N] [--fit FOLDER]

FOLDER holds the JSONL files of the study; `open/faq_zh_*` are measured on and nothing is fitted on them. Each part of
the ranker is measured alone (words, the built-in encoder, both). The speed part serves a house with N articles of
three phrasings, whose vectors are drawn by lot, and asks five questions a second, each as a new visitor, while an
agent looks at the inbox. Goals: p95 of an answer within 300 ms, of the inbox under twice that of the quiet seconds
before, and 500 MB for the process that owns the encoders.
`--fit` fits the shipped weights anew from openly licensed rows and writes them into the package.
"""

import argparse
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import httpx

from bench import _cpu
from bench._report import circumstances, save
from bench.accounts import INBOX, STARVED, Agent, Doors, spread
from tests.machinery.house import until

GOAL_MS, GOAL_MB = 300.0, 500.0
EACH_SECONDS = 0.2
LOOK_SECONDS = 0.25  # between two looks at the inbox
AT_ONCE = 8  # questions that may wait for their answers
WARM = 10


class House(Doors):
    """The whole house in one process as `huiyin serve` runs it, with the encoders' owner beside."""

    def start(self) -> None:
        self._open("huiyin", "serve")
        until(self._answers, seconds=240)
        until(self._knows_languages, seconds=240)

    def owner_mb(self) -> float:
        """What the owner of the encoders holds in memory."""
        owners = [pid for pid in self.pids() if b"language" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        lines = Path(f"/proc/{owners[0]}/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def _knows_languages(self) -> bool:
        try:
            return bool(json.loads(self.run("huiyin", "language", "status"))["ready"])
        except (subprocess.CalledProcessError, ValueError):  # nobody is there yet
            return False


def main() -> int:
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-") as folder:
        _set_up(folder)
        if options.fit:
            from bench import _faq

            print(f"written to {_faq.fit(options.fit)}")
            return 0
        return measure(options, House(Path(folder) / "house", engine="owner"))


def measure(options: argparse.Namespace, house: House) -> int:
    report: dict[str, Any] = {"name": "assistant", **circumstances(), "is_quick": options.quick}
    if options.data:
        report["quality"] = quality(options.data)
    articles, seconds = (200, 4) if options.quick else (options.articles, options.seconds)
    report["speed"] = speed(house, articles, seconds)
    print(json.dumps(report["speed"], indent=1))
    save("assistant-quick" if options.quick else "assistant", report)
    return 0 if report["speed"]["passed"] else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench assistant", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="200 articles and four seconds, to see that it runs"
    )
    parser.add_argument("--data", type=Path, help="folder with the rows of the study")
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--fit", type=Path, help="fit the shipped weights from this folder, and end")
    return parser.parse_args()


def quality(folder: Path) -> dict[str, Any]:
    from bench import _faq

    report = _faq.quality(folder)
    for name, figures in report.items():
        print(f"{name:<22}{json.dumps(figures)}", flush=True)
    return report


def speed(house: House, articles: int, seconds: int) -> dict[str, Any]:
    """Answers and the inbox, in a house with so many articles."""
    house.folder.mkdir(mode=0o700, parents=True)
    house.prepare(2_000)
    house.run("bench._shelf", str(articles))
    try:
        house.start()
        agent = Agent(house.url, "bench", "10.1.0.1")
        assert agent.sign_in() == 302
        for number in range(WARM):
            ask(house.url, number)
            agent.look(INBOX)
        quiet = looks(agent, seconds)
        before = _cpu.of(house.pids())
        during, answers = pressed(house, agent, seconds)
        cpu_ms = 1000 * (_cpu.of(house.pids()) - before) / len(answers)
        return {
            "articles": articles,
            "cpu_ms_a_question": round(cpu_ms, 1),
            **judged(spread(answers), spread(quiet), spread(during), house.owner_mb()),
        }
    finally:
        house.stop()


def pressed(house: House, agent: Agent, seconds: int) -> tuple[list[float], list[float]]:
    """The inbox and the answers while five questions a second come in, whether or not the former are answered."""
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        watched = pool.submit(looks, agent, seconds)
        asked = []
        for number in range(int(seconds / EACH_SECONDS)):
            time.sleep(max(0.0, began + number * EACH_SECONDS - time.monotonic()))
            asked.append(pool.submit(ask, house.url, WARM + number))
        return watched.result(), [each.result() for each in asked]


def looks(agent: Agent, seconds: int) -> list[float]:
    """The inbox again and again, for so long."""
    waits: list[float] = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        waits.append(agent.look(INBOX))
        time.sleep(LOOK_SECONDS)
    return waits


def ask(url: str, number: int) -> float:
    """Milliseconds from the question of a new visitor to the page with its answer, redirect included."""
    from bench._faq import question

    headers = {"Accept-Language": "zh-CN", "X-Forwarded-For": f"10.0.{number // 250}.{number % 250}"}
    with httpx.Client(base_url=url, headers=headers, follow_redirects=True, timeout=10) as visitor:
        visitor.get("/assistant/").raise_for_status()
        form = {"text": question(random.Random(number)), "csrfmiddlewaretoken": visitor.cookies["csrf"]}
        began = time.perf_counter()
        visitor.post("/assistant/", data=form).raise_for_status()
        return 1000 * (time.perf_counter() - began)


def judged(
    answers: dict[str, Any], quiet: dict[str, Any], during: dict[str, Any], owner_mb: float
) -> dict[str, Any]:
    times = round(during["p95_ms"] / quiet["p95_ms"], 2)
    return {
        "answers": answers,
        "inbox_quiet": quiet,
        "inbox_during": during,
        "inbox_times_quiet_p95": times,
        "owner_mb": round(owner_mb),
        "goals": {"answer_p95_ms": GOAL_MS, "inbox_times_quiet_p95": STARVED, "owner_mb": GOAL_MB},
        "passed": answers["p95_ms"] <= GOAL_MS and times < STARVED and owner_mb <= GOAL_MB,
    }


def _set_up(folder: str) -> None:
    """Django in this process, for the encoders and the ranker; its house is empty."""
    os.environ |= {"HUIYIN_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
    from huiyin.core.database import use_modern_sqlite

    use_modern_sqlite()
    import django

    django.setup()
    logging.getLogger("httpx").setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())
