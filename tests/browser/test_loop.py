"""The loop by hand: a visitor asks with a screenshot, an agent sees it come, answers; no, again, yes."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.house import Person

pytestmark = pytest.mark.browser
WORDS = "昨晚付了款，钱已经扣了，可是会员一直没有到账，订单号 8842-5571。"


def screenshot() -> dict:
    """A real picture, as a phone would send it."""
    out = BytesIO()
    Image.new("RGB", (320, 200), "#3366cc").save(out, "PNG")
    return {"name": "付款截图.png", "mimeType": "image/png", "buffer": out.getvalue()}


def test_loop_by_hand_when_user_says_no_first_then_ends_confirmed(house, browser):
    agent = Person.enter(browser, house)
    agent.sign_in("qin")
    agent.visit("/desk/cases/?view=unassigned")

    visitor = Person.enter(browser, house)
    visitor.visit("/requests/new/")
    visitor.page.fill("[name=text]", WORDS)
    visitor.page.fill("[name=contact]", "wang.fang@example.com")
    visitor.page.set_input_files("[name=files]", files=[screenshot()])
    visitor.page.click("form[data-request] button.btn-primary")
    visitor.page.wait_for_url("**/requests/sent/**")
    number = re.search(r"HY-\d{6,}", visitor.page.inner_text("main"))
    assert number is not None

    expect(agent.page.locator("#case-rows")).to_contain_text("会员一直没有到账", timeout=30_000)

    agent.visit(f"/desk/cases/{number.group()}/")
    expect(agent.page.locator("#timeline")).to_contain_text("付款截图")
    agent.page.fill("textarea[name=body]", "您好，已经查到这笔订单，正在为您补发会员。")
    agent.page.keyboard.press("Control+Enter")
    expect(agent.page.locator("#timeline")).to_contain_text("正在为您补发会员")
    _solve(agent, "会员已补发，请重新登录查看。")

    visitor.page.click("main a[href*='/follow/']")
    expect(visitor.page.locator("main")).to_contain_text("正在为您补发会员")
    visitor.page.fill("[name=comment]", "重新登录了，还是没有。")
    visitor.page.click("button[name=settled][value=no]")
    expect(visitor.page.locator("main")).not_to_contain_text("button[name=settled]")

    agent.visit(f"/desk/cases/{number.group()}/")
    assert agent.page.locator("#case-head button[data-open=solve]").is_visible()
    _solve(agent, "补发任务卡住，已人工完成，并多送您七天。")

    visitor.page.reload()
    visitor.page.click("button[name=settled][value=yes]")
    visitor.page.wait_for_load_state()
    agent.visit(f"/desk/cases/{number.group()}/")
    expect(agent.page.locator("#case-head")).to_contain_text(re.compile("已确认|用户已确认"))
    assert agent.complaints == [] and visitor.complaints == []


def test_request_form_when_there_is_no_script_then_still_takes_it_in(house, browser):
    visitor = Person.enter(browser, house, java_script_enabled=False)
    visitor.visit("/requests/new/")
    visitor.page.wait_for_timeout(5_000)
    visitor.page.fill("[name=text]", "没有脚本也要能提交：发票抬头开错了。")
    visitor.page.fill("[name=contact]", "13800138000")
    visitor.page.click("form button.btn-primary")
    visitor.page.wait_for_url("**/requests/sent/**")
    assert re.search(r"HY-\d{6,}", visitor.page.inner_text("main"))


def _solve(agent: Person, resolution: str) -> None:
    agent.page.click("#case-head button[data-open=solve]")
    agent.page.fill("dialog[open] [name=resolution]", resolution)
    agent.page.click("dialog[open] button.btn-primary")
    expect(agent.page.locator("dialog[open]")).to_have_count(0)
    expect(agent.page.locator("#timeline")).to_contain_text(re.compile("solved|已解决"))
