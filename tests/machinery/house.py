"""A whole house for one test: its own data folder and database, real processes, real signals."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import django; django.setup()
from datetime import timedelta
from huiyin.core.jobs import queue, worker
queue.LEASE = worker.LEASE = timedelta(seconds=2)
from tests.machinery import work
"""


@dataclass
class House:
    """Where the processes of one test live."""

    data: Path
    database_url: str = ""
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def logs(self) -> Path:
        """What the processes of this house wrote beside their answers."""
        return self.data.parent / "logs"

    @property
    def environ(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
        chosen = {
            "HUIYIN_DATA": str(self.data),
            "HUIYIN_DATABASE_URL": self.database_url,
            "HUIYIN_LOG": "json",
        }
        chosen["HUIYIN_LANGUAGE_ENGINE"] = "none"
        return {**own, **chosen, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}

    def start(self, script: str) -> subprocess.Popen[str]:
        """A process that runs Python code inside the house, in the background."""
        return self._open([sys.executable, "-c", PREPARE + script])

    def command(self, *words: str) -> subprocess.Popen[str]:
        return self._open([sys.executable, "-m", "huiyin", *words])

    def run(self, script: str) -> str:
        """Run Python code to its end; answers what it printed."""
        out, error = self.start(script).communicate(timeout=150)
        self._keep_log("scripts", error)
        assert self.processes[-1].returncode == 0, error[-2000:]
        return out.strip()

    def run_apart(self, name: str, command: list[str]) -> subprocess.Popen[str]:
        """A process that serves for a while, all of whose words go into a log of this name."""
        self.logs.mkdir(exist_ok=True)
        with (self.logs / f"{name}.log").open("w") as log:
            return self._open([sys.executable, *command], stdout=log, stderr=subprocess.STDOUT)

    def worker(self, threads: int = 2) -> subprocess.Popen[str]:
        """A worker, ready when this returns."""
        begun = self.start(
            f"from django.core.management import call_command; call_command('worker', threads={threads})"
        )
        assert begun.stdout is not None
        assert "at work" in begun.stdout.readline()
        return begun

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def _keep_log(self, name: str, said: str) -> None:
        self.logs.mkdir(exist_ok=True)
        with (self.logs / f"{name}.log").open("a") as log:
            log.write(said)

    def _open(self, command: list[str], **elsewhere: Any) -> subprocess.Popen[str]:
        pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **elsewhere}
        process = subprocess.Popen(command, cwd=ROOT, env={**self.environ, "PYTHONUNBUFFERED": "1"}, **pipes)
        self.processes.append(process)
        return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def until(holds: Callable[[], Any], seconds: float = 90) -> Any:
    """Wait until `holds()` answers something true, and answer it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def copy_of(template: Path, target: Path) -> Path:
    shutil.copytree(template, target)
    return target
