"""A person takes all their data along, and is forgotten for good: by hand in a real browser, to the last byte."""

import csv
import io
import json
import time
import zipfile
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.house import House, Person
from tests.browser.visits import call, code_of, enter, give_code, join

pytestmark = pytest.mark.browser
WORDS = "昨晚付款之后会员没有到账，订单尾号 {}。"
EIGHT_DAYS_ON = """
from datetime import timedelta
from huiyin.core import clock
from huiyin.privacy import services
with clock.frozen(clock.now() + timedelta(days=8)):
    print(services.erase_due())
"""


def ask_for_help(person: Person, address: str) -> str:
    """A request with a picture, as a real visitor sends it; answers its words."""
    words = WORDS.format(uuid4().hex[:12])
    out = BytesIO()
    Image.new("RGB", (64, 48), "#aa3355").save(out, "PNG")
    picture: Any = {"name": "扣款截图.png", "mimeType": "image/png", "buffer": out.getvalue()}
    person.visit("/requests/new/")
    person.page.fill("[name=text]", words)
    if person.page.locator("[name=contact]").count():
        person.page.fill("[name=contact]", address)
    person.page.set_input_files("[name=files]", files=[picture])
    person.page.click("form[data-request] button.btn-primary")
    person.page.wait_for_url("**/requests/sent/**")
    return words


def prove(person: Person, house: House) -> None:
    """Show once more that it is you, by a code to the address that is known."""
    person.page.click("form[action$='/proof/code/'] button")
    person.page.wait_for_selector("[name=code]")
    person.page.fill("[name=code]", code_of(house))
    person.page.click("form:has([name=code]) .btn-primary")


def until_shown(person: Person, selector: str, *, seconds: float = 60) -> None:
    """Look again and again, as the page says one may."""
    end = time.monotonic() + seconds
    while not person.page.locator(selector).count():
        assert time.monotonic() < end, person.page.inner_text("main")
        time.sleep(1)
        person.page.reload()


def found_in(house: House, *words: str) -> list[str]:
    """The files of the house in which one of these words still stands in the clear; letters that went out are gone."""
    folders = [each for each in (house.folder / "var").iterdir() if each.name not in {"mail", "sms"}]
    files = [each for folder in folders for each in (folder, *folder.rglob("*")) if each.is_file()]
    return [str(each) for each in files if any(word.encode() in each.read_bytes() for word in words)]


def test_copy_when_asked_for_then_a_zip_with_everything_that_is_held(house, browser):
    address, name = f"copy.{uuid4().hex[:8]}@example.com", "柳如是"
    person = enter(browser, house)
    join(person, house, address, name=name)
    words = ask_for_help(person, address)
    person.visit("/account/privacy/")
    assert person.faults() == []
    person.visit("/account/privacy/copy/")
    prove(person, house)
    person.page.wait_for_url("**/privacy/copy/")
    person.page.click("main form .btn-primary")
    until_shown(person, "a[href*='/privacy/copy/']:has-text('下载')")
    assert person.faults() == []
    with person.page.expect_download() as waiting:
        person.page.click("a[href*='/privacy/copy/']:has-text('下载')")
    with zipfile.ZipFile(waiting.value.path()) as archive:
        held = {each: archive.read(each) for each in archive.namelist()}
    assert name in held["data/contact.json"].decode() + held["data/account.json"].decode()
    assert [row["value"] for row in json.loads(held["data/identities.json"])] == [address]
    assert [row["text"] for row in json.loads(held["data/voices.json"])] == [words]
    assert words in held["data/messages.json"].decode()
    assert {row["door"] for row in json.loads(held["data/session.json"])} == {"email_code"}
    assert "policy" in held["data/consents.json"].decode()
    picture = next(each for each in held if each.endswith("-扣款截图.png"))
    assert Image.open(BytesIO(held[picture])).size == (64, 48)
    tables = {each.removeprefix("data/").removesuffix(".json") for each in held if each.startswith("data/")}
    for table in tables:
        rows = list(csv.reader(io.StringIO(held[f"csv/{table}.csv"].decode("utf-8-sig"))))
        assert len(rows) - 1 == len(json.loads(held[f"data/{table}.json"])) or not rows[0]
    assert person.complaints == []
    person.leave()


def test_deletion_when_the_week_is_over_then_nobody_and_no_byte_is_left(house, browser):
    address, name = f"gone.{uuid4().hex[:8]}@example.com", "秋水伊人"
    person = enter(browser, house)
    join(person, house, address, name=name)
    words = ask_for_help(person, address)
    person.visit("/account/privacy/deletion/")
    prove(person, house)
    person.page.wait_for_url("**/privacy/deletion/")
    expect(person.page.locator("main")).to_contain_text("HY-")  # what is still owed is named first
    person.page.click("main .btn-danger")
    expect(person.page.locator(".field-error")).to_be_visible()
    assert "400" in person.complaints.pop()  # the browser notes the refusal, and nothing else
    person.page.check("[name=understood]")
    person.page.click("main .btn-danger")
    certificate = person.page.get_attribute("a[href*='/privacy/certificate/']", "href") or ""
    person.page.wait_for_selector("form[action$='/cancellation/']")
    assert person.faults() == []
    assert call(house, EIGHT_DAYS_ON) == "1"
    person.visit("/account/")
    assert "/account/sign-in/" in person.page.url
    assert found_in(house, address, name, words) == []
    person.visit(certificate)
    expect(person.page.locator("main code").first).to_be_visible()
    assert person.faults() == []
    give_code(person, house, address)
    person.page.wait_for_url("**/sign-up/")  # the same address is somebody new
    assert person.complaints == []
    person.leave()
