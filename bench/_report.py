"""What the benches share: the circumstances of a run, and where its figures are kept."""

import json
import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("django", "django-ninja", "granian", "uvicorn", "msgspec", "pysqlite3", "psycopg")


def circumstances() -> dict[str, Any]:
    """Date, machine, load and versions, as they are before the run."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{os.cpu_count()} cores, {_processor()}, {_memory_gib():.0f} GiB",
        "load_before": round(os.getloadavg()[0], 1),
        "versions": {"python": platform.python_version(), **_versions()},
    }


def save(name: str, report: dict[str, Any]) -> Path:
    """Keep the figures under the name of the bench and the day."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}-{report['date']}.json"
    file.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"written to {file.relative_to(RESULTS.parent.parent)}")
    return file


def _versions() -> dict[str, str]:
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        dbapi2 = sqlite3
    return {"sqlite": dbapi2.sqlite_version, **{name: version(name) for name in PACKAGES}}


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
