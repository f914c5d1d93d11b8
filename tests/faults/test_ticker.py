"""Tickers race and are killed by signal 9; still every due clock is breached and told of exactly once."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.machinery.house import copy_of

ROOT = Path(__file__).parents[2]
CLOCKS, BATCH, TICKERS = 1500, 5, 3
QUERIES = {
    "breached": "SELECT count(*) FROM cases_clock WHERE status = 'breached' AND version = 2",
    "flagged": "SELECT count(*) FROM cases_case WHERE is_breached",
    "told": "SELECT count(*) FROM core_journalentry WHERE name = 'clock.breached'",
    "twice": "SELECT count(*) FROM (SELECT subject FROM core_journalentry WHERE name = 'clock.breached'"
    " GROUP BY subject HAVING count(*) > 1) AS doubled",
}
ALL = {"breached": CLOCKS, "flagged": CLOCKS, "told": CLOCKS, "twice": 0}


@pytest.mark.faults
def test_ticker_when_killed_again_and_again_on_sqlite_then_acts_once(tmp_path, migrated):
    data = copy_of(migrated, tmp_path / "var")

    def query(sql: str) -> int:
        with closing(sqlite3.connect(data / "huiyin.sqlite3")) as connection:
            return connection.execute(sql).fetchone()[0]

    survive(environment(data, ""), query)


@pytest.mark.faults
@pytest.mark.postgres
def test_ticker_when_killed_again_and_again_on_postgres_then_acts_once(tmp_path, migrated, copied_postgres):
    import psycopg

    url = copied_postgres("ticker")

    def query(sql: str) -> int:
        with psycopg.connect(url) as connection:
            return connection.execute(sql).fetchone()[0]

    survive(environment(copy_of(migrated, tmp_path / "var"), url), query)


def survive(environ: dict[str, str], query: Callable[[str], int]) -> None:
    """Three tickers start together; two are killed at random moments, the last may end."""
    dice = random.Random(9)
    run(command("fill", CLOCKS), environ)
    tickers = [popen(command("tick", BATCH), environ) for _ in range(TICKERS)]
    for ticker in tickers:
        assert ticker.stdout.readline() == "ready\n"
    for ticker in tickers:
        ticker.stdin.write("go\n")
        ticker.stdin.flush()
    told = []
    for victim in tickers[1:]:
        time.sleep(dice.uniform(0.05, 0.2))
        victim.kill()
        victim.communicate()
        told.append(query(QUERIES["told"]))
    assert told[0] < CLOCKS, "the first kill came too late to prove anything"
    tickers[0].communicate(timeout=60)
    assert {name: query(sql) for name, sql in QUERIES.items()} == ALL


def popen(words: list[str], environ: dict[str, str]) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(words, env=environ, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)


def command(act: str, number: int) -> list[str]:
    return [sys.executable, "-m", "tests.faults.ticker", act, str(number)]


def run(words: list[str], environ: dict[str, str]) -> None:
    subprocess.run(words, check=True, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, timeout=120)


def environment(folder: Path, url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
    return {**kept, "HUIYIN_DATA": str(folder), "HUIYIN_DATABASE_URL": url}
