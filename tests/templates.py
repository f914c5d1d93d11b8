"""Migrated databases to copy from: migrating takes many times as long as copying what came of it."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def sqlite(folder: Path) -> Path:
    """The data folder of an empty house in `folder`, made by the first who asks; the others wait for it."""
    data, done = folder / "migrated", folder / "migrated.done"
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            migrate(data)
            done.touch()
    return data


def migrate(data: Path, database_url: str = "") -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
    chosen = {"HUIYIN_DATA": str(data), "HUIYIN_DATABASE_URL": database_url, "HUIYIN_LANGUAGE_ENGINE": "none"}
    command = [sys.executable, "-m", "huiyin", "migrate", "--verbosity", "0", "--skip-checks"]
    environ = {**own, **chosen, "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run(command, cwd=ROOT, env=environ, check=True)


def postgres_copy(template_url: str, name: str) -> str:
    """A fresh copy of a PostgreSQL database that nobody is connected to, on the same server."""
    import psycopg

    base, _, template = template_url.rpartition("/")
    safe = "t_" + "".join(letter for letter in name.lower() if letter.isalnum())[:50]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as link:
        link.execute(f"DROP DATABASE IF EXISTS {safe}")
        link.execute(f"CREATE DATABASE {safe} TEMPLATE {template}")
    return f"{base}/{safe}"
