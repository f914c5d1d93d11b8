"""What a key for each person costs: making keys one by one and under load, reading them cold and warm.

    bin/bench keys

Goals: 1 ms for an input under load, beside its three other inserts; 10 ms for a list of fifty people whom this
process has not seen for half a minute; nothing that shows for people whom it has.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import _report
from tests import servers

MEASURE = """
import json, os, statistics, time
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.conf import settings
from huiyin.core import crypto, personkeys
from huiyin.core.ids import uuid7

def timed(work, times):
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - began))
    return {"median_ms": round(statistics.median(taken), 3), "worst_ms": round(max(taken), 3)}

def read(people):
    for subject in people:
        personkeys.cipher(subject.hex)

def cold():
    personkeys.forget()
    read(people)

def cold_list():
    personkeys.forget()
    personkeys.hold(subject.hex for subject in people)
    read(people)

people = [uuid7() for _ in range(50)]
personkeys.mint(people)
sealed = crypto.seal(b"x" * 60, b"place", person=people[0].hex)
print(json.dumps({
    "one key made": timed(lambda: personkeys.mint([uuid7()]), 200),
    "a subject under load": timed(personkeys.fresh, 2000),
    "fifty people cold": timed(cold, 40),
    "fifty people of a list": timed(cold_list, 40),
    "fifty people warm": timed(lambda: read(people), 200),
    "seal a value": timed(lambda: crypto.seal(b"x" * 60, b"place", person=people[0].hex), 2000),
    "open a value": timed(lambda: crypto.unseal(sealed, b"place"), 2000),
}))
"""


def main() -> int:
    report = {"name": "keys", **_report.circumstances(), "engines": {}}
    with tempfile.TemporaryDirectory() as folder, servers.postgres() as postgres:
        for engine, url in (("sqlite", ""), ("postgresql", postgres)):
            report["engines"][engine] = figures = measured(Path(folder) / engine, url)
            for what, figure in figures.items():
                print(f"{engine:<12}{what:<24}{figure['median_ms']:>9} ms   worst {figure['worst_ms']} ms")
    _report.save("keys", report)
    return 0


def measured(data: Path, url: str) -> dict[str, Any]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
    chosen = {
        "HUIYIN_DATA": str(data),
        "HUIYIN_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-c", MEASURE]
    done = subprocess.run(command, env={**own, **chosen}, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
