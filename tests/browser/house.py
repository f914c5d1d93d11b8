"""The running product as tests hold it, and a person with a browser in front of it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from tests import servers

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "tests/browser/vendor/axe-core/axe.min.js").read_text(encoding="utf-8")
SERIOUS = {"serious", "critical"}
PASSWORD = "correct-horse-battery"
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


@dataclass
class House:
    url: str
    folder: Path
    environment: dict[str, str]
    demo_password: str = ""

    def run(self, *command: str, given: str = "") -> str:
        """A `huiyin` command in this house."""
        done = subprocess.run(
            [sys.executable, "-m", "huiyin", *command],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def hire(self, username: str, *, role: str) -> None:
        """Somebody of the staff who signs in with PASSWORD."""
        who = ("--username", username, "--name", username.title(), "--role", role)
        self.run("user", "create", *who, "--password-stdin", given=PASSWORD)


@contextmanager
def open_house(
    folder: Path, *, old: int | None, template: Path | None = None, engine: str = "rules"
) -> Iterator[House]:
    """`huiyin serve` with the demo company and `old` older matters, or empty for None, until the block ends.

    `template` is the data folder of a migrated house to begin with, `engine` who reads what comes in.
    """
    if template:
        shutil.copytree(template, folder / "var")
    port = servers.free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")},
        "HUIYIN_DATA": str(folder / "var"),
        "HUIYIN_PORT": str(port),
        "HUIYIN_LANGUAGE_ENGINE": engine,
    }
    house = House(f"http://127.0.0.1:{port}", folder, environment)
    if not template:
        house.run("migrate", "--verbosity", "0")
    if old is not None:
        told = house.run("demo", "load", "--json", "--old", str(old))
        house.demo_password = json.loads(told)["password"]
    with serving(house, "serve"):
        yield house


@contextmanager
def serving(house: House, *command: str) -> Iterator[None]:
    """A front of the house, at its address, until the block ends."""
    with (house.folder / "serve.log").open("w") as log:
        words = [sys.executable, "-m", "huiyin", *command]
        process = subprocess.Popen(
            words, cwd=ROOT, env=house.environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(house.url, seconds=120)
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@dataclass
class Person:
    """One browser window; remembers every complaint of the browser."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def enter(cls, browser: Browser, house: House, **context: Any) -> "Person":
        window = browser.new_context(
            **{"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}, **context}
        )
        person = cls(window.new_page(), house.url)
        person.page.set_default_timeout(60_000)
        person.page.on("console", lambda message: person._hear(message.type, message.text))
        person.page.on("pageerror", lambda error: person.complaints.append(str(error)))
        return person

    def visit(self, path: str) -> int:
        """Open a page; answers its status."""
        response = self.page.goto(f"{self.url}{path}", wait_until="load")
        return response.status if response else 0

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        self.visit("/desk/sign-in/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url("**/desk/")

    def faults(self) -> list[str]:
        """Serious accessibility faults of the page as it stands (axe-core)."""
        self.page.evaluate(AXE)
        found = self.page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        )
        return [
            f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found if each["impact"] in SERIOUS
        ]

    def leave(self) -> None:
        self.page.context.close()

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)


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
