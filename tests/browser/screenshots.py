"""Pictures of the main pages of the demo company: `python -m tests.browser.screenshots [--out FOLDER]`."""

import argparse
import itertools
import json
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.house import ROOT, House, Person, open_browser, open_house

LANGUAGES = {"zh": ("zh-CN", "zh-hans"), "en": ("en-US", "en")}
SCHEMES = ("light", "dark")
SIZES = ((1440, 900), (390, 844))
PANES = 992
COLOURS = 192
OLD = 160
WHO = "zhangmin"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/screenshots")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_house(Path(folder), old=OLD) as house,
        open_browser() as browser,
    ):
        portal, desk = _pages(house)
        for language, scheme, size in itertools.product(LANGUAGES, SCHEMES, SIZES):
            look = (language, scheme, size)
            _take(browser, house, portal, look, out)
            _take(browser, house, desk, look, out, username=WHO)
    pictures = list(out.glob("*.png"))
    print(f"{len(pictures)} pictures, {sum(each.stat().st_size for each in pictures) / 1e6:.1f} MB in {out}")


def _pages(house: House) -> tuple[dict[str, str], dict[str, str]]:
    """The addresses to photograph, by the names of the files: a user's and the staff's."""
    with _api(house) as api:
        solved = _liveliest(api, status="solved")
        current = _liveliest(api, status="open")
    portal = {
        "help": "/",
        "request": "/requests/new/",
        "my-request": urlsplit(solved["follow_url"]).path,
        "article": "/kb/membership-not-arrived/",
        "promises": "/promises/",
        "assistant": "/assistant/",
        "sign-in": "/account/sign-in/",
    }
    desk = {
        "home": "/desk/",
        "inbox": "/desk/cases/?view=open",
        "scripts": "/desk/scripts/",
        "policy": "/desk/policies/tiered/",
        "knowledge": "/desk/knowledge/membership-not-arrived/",
        "gaps": "/desk/knowledge/gaps/",
        "assistant-console": "/desk/assistant/",
        "models": "/desk/models/",
        "case": f"/desk/cases/{current['number']}/",
    }
    return portal, desk


def _api(house: House) -> httpx.Client:
    """A program that may act for users, and therefore learns their links."""
    scopes = ("--scope", "cases:read", "--scope", "contacts:act")
    house.hire("camera", role="admin")
    printed = house.run("token", "create", "--user", "camera", *scopes)
    headers = {"Authorization": f"Bearer {json.loads(printed)['token']}"}
    return httpx.Client(base_url=f"{house.url}/api/v1", headers=headers, timeout=60)


def _liveliest(api: httpx.Client, **wanted: str) -> dict[str, Any]:
    """The case with the longest conversation among the first twenty."""
    listed = api.get("/cases", params={**wanted, "limit": 20}).raise_for_status().json()["items"]
    talks = {
        each["number"]: api.get(f"/cases/{each['number']}/timeline").raise_for_status().json()["items"]
        for each in listed
    }
    number = max(talks, key=lambda each: len(talks[each]))
    found: dict[str, Any] = api.get(f"/cases/{number}").raise_for_status().json()
    return found


def _take(
    browser: Browser,
    house: House,
    pages: dict[str, str],
    look: tuple[str, str, tuple[int, int]],
    out: Path,
    username: str = "",
) -> None:
    language, scheme, (width, height) = look
    locale, code = LANGUAGES[language]
    viewport = {"width": width, "height": height}
    person = Person.enter(browser, house, locale=locale, color_scheme=scheme, viewport=viewport)
    if username:
        person.sign_in(username, house.demo_password)
    for name, path in pages.items():
        person.visit(f"{path}{'&' if '?' in path else '?'}lang={code}")
        if name == "inbox" and width >= PANES:
            _open_a_case(person)
        person.page.wait_for_timeout(400)
        picture = Image.open(BytesIO(person.page.screenshot(animations="disabled")))
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
            out / f"{name}-{language}-{scheme}-{width}.png", optimize=True
        )
    assert person.complaints == [], person.complaints
    person.leave()


def _open_a_case(person: Person) -> None:
    """Where list and conversation stand side by side, both are shown."""
    person.page.locator("#case-rows .case-link").nth(2).click()
    person.page.wait_for_selector("#timeline")


if __name__ == "__main__":
    main()
