"""The running product as tests hold it, and a person with a browser in front of it."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "tests/browser/vendor/axe-core/axe.min.js").read_text(encoding="utf-8")
SERIOUS = {"serious", "critical"}
PASSWORD = "correct-horse-battery"


@dataclass
class House:
    url: str
    folder: Path
    environment: dict[str, str]

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

    def visit(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}", wait_until="load")

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
