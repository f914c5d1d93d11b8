"""The assistant by hand: ask in Chinese, follow up, not understood three times, a person sees it all; judge answers."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.house import House, Person

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def read_help_centre(house: House) -> None:
    house.run("assistant", "read")


def ask(visitor: Person, text: str) -> None:
    """Write and wait until the talk has gone on."""
    said = visitor.page.locator("#talk .said-out")
    before = said.count()
    visitor.page.fill("#id_text", text)
    visitor.page.click("form[data-ask] button")
    expect(said.nth(before)).to_be_visible(timeout=30_000)


def test_assistant_by_hand_when_not_understood_three_times_then_an_agent_has_the_whole_talk(house, browser):
    visitor = Person.enter(browser, house)
    visitor.visit("/assistant/")
    ask(visitor, "退款规则与到账时间")
    talk = visitor.page.locator("#talk")
    expect(talk).to_contain_text("AI 自动生成")
    choice = talk.locator(".assistant-choices button", has_text="退款规则与到账时间")
    if choice.count():
        choice.click()
    expect(talk.locator("a", has_text="出处")).to_have_attribute("href", re.compile("/kb/refund"))
    ask(visitor, "那多久能到呢")
    for words in ("qqqq wwww", "zzzz xxxx", "vvvv kkkk"):
        ask(visitor, words)
    expect(talk).to_contain_text("已为您转接人工")
    number = re.search(r"HY-\d{6,}", talk.inner_text())
    assert number is not None

    agent = Person.enter(browser, house)
    agent.sign_in("qin")
    agent.visit(f"/desk/cases/{number.group()}/")
    panel = agent.page.locator(".assistant-panel")
    expect(panel).to_contain_text("连续几次没有帮上忙")
    for words in ("退款规则与到账时间", "那多久能到呢", "zzzz xxxx"):
        expect(panel).to_contain_text(words)
    agent.page.fill("textarea[name=body]", "您好，退款一到三个工作日到账。")
    agent.page.keyboard.press("Control+Enter")
    expect(agent.page.locator("#timeline")).to_contain_text("一到三个工作日")

    visitor.visit("/assistant/")
    expect(talk).to_contain_text("一到三个工作日")
    ask_person(visitor, "好的，谢谢")
    agent.visit(f"/desk/cases/{number.group()}/")
    expect(agent.page.locator("#timeline")).to_contain_text("好的，谢谢")
    assert agent.complaints == [] and visitor.complaints == []


def ask_person(visitor: Person, text: str) -> None:
    visitor.page.fill("#id_text", text)
    visitor.page.click("form[data-ask] button")
    expect(visitor.page.locator("#talk")).to_contain_text(text)


def test_assistant_without_script_asks_rates_and_calls_a_person(house, browser):
    visitor = Person.enter(browser, house, java_script_enabled=False)
    visitor.visit("/assistant/")
    visitor.page.fill("#id_text", "退款规则与到账时间")
    visitor.page.click("form[data-ask] button")
    choice = visitor.page.locator(".assistant-choices button", has_text="退款规则与到账时间")
    if choice.count():
        choice.click()
    visitor.page.click("button[name=helped][value=yes]")
    expect(visitor.page.locator("#talk")).to_contain_text("您说这有帮助")
    visitor.page.fill("#id_contact", "not an address")
    visitor.page.click("#talk-side form button >> nth=0")
    expect(visitor.page.locator("#talk-side")).to_contain_text("请填写邮箱或电话")
    visitor.page.fill("#id_contact", "wang.fang@example.com")
    visitor.page.click("#talk-side form button >> nth=0")
    assert re.search(r"HY-\d{6,}", visitor.page.inner_text("#talk-side"))


def test_judging_by_keyboard_keeps_the_verdicts(house, browser):
    visitor = Person.enter(browser, house)
    visitor.visit("/assistant/")
    ask(visitor, "如何开具发票")
    agent = Person.enter(browser, house)
    agent.sign_in("qin")
    agent.visit("/desk/assistant/judging/")
    agent.page.keyboard.press("3")
    agent.page.keyboard.press("Control+Enter")
    agent.page.wait_for_url("**/judging/?kept=1")
    agent.visit("/desk/assistant/")
    expect(agent.page.locator("main")).to_contain_text("数据不足：已评判 1 条")
    assert agent.complaints == []
