"""A whole product in a process of its own, on loopback and a free port, and Debian's Chromium to use it with."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import servers
from tests.browser.house import House

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """`huiyin serve` with a small demo company and three people who can sign in."""
    folder = tmp_path_factory.mktemp("house")
    port = servers.free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")},
        "HUIYIN_DATA": str(folder / "var"),
        "HUIYIN_PORT": str(port),
        "HUIYIN_LANGUAGE_ENGINE": "rules",
    }
    made = House(f"http://127.0.0.1:{port}", folder, environment)
    made.run("migrate", "--verbosity", "0")
    made.run("demo", "load", "--old", "60")
    for username, role in {"qin": "agent", "bo": "senior", "an": "admin"}.items():
        made.run(
            "user",
            "create",
            "--username",
            username,
            "--name",
            username.title(),
            "--role",
            role,
            "--password-stdin",
            given=PASSWORD,
        )
    command = [sys.executable, "-m", "huiyin", "serve"]
    log = (folder / "serve.log").open("w")
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(made.url, seconds=120)
        yield made
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


def _wait_for(url: str, *, seconds: float) -> None:
    """Until the house says that it is ready."""
    deadline = time.monotonic() + seconds
    while not _is_up(url):
        assert time.monotonic() < deadline, "the house did not open"
        time.sleep(0.3)


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
