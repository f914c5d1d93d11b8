"""A guided flow by hand: written by keyboard, tried, published, walked without script, ended with a person."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.house import Person

pytestmark = pytest.mark.browser


def test_flow_when_written_by_keyboard_then_tried_published_and_walked(house, browser):
    writer = Person.enter(browser, house)
    writer.sign_in("an")
    page = writer.page
    writer.visit("/desk/assistant/flows/")
    page.fill("[name=title]", "应用打不开")
    page.fill("[name=key]", "app-does-not-open")
    page.press("[name=key]", "Enter")
    page.wait_for_url("**/app-does-not-open/")
    page.select_option("#id_kind", "choose")
    page.select_option("#id_after", "s1")
    page.press("#id_after", "Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/steps/s3/")
    page.fill("#id_text", "重启过手机吗？")
    page.fill("#option-1", "重启过")
    page.select_option("#option-to-1", "person")
    page.fill("#option-2", "还没有")
    page.press("#option-2", "Enter")
    page.wait_for_load_state("load")
    writer.visit("/desk/assistant/flows/app-does-not-open/trial/")
    page.click("button:has-text('还没有')")
    expect(page.locator(".flow-log")).to_contain_text("以上就是全部步骤。")
    writer.visit("/desk/assistant/flows/app-does-not-open/")
    page.click("button.btn-primary:has-text('发布')")
    expect(page.locator(".page-head")).to_contain_text("版本 1")

    visitor = Person.enter(browser, house, java_script_enabled=False)
    visitor.visit("/assistant/flows/")
    visitor.page.click("a:has-text('应用打不开')")
    visitor.page.click("button:has-text('开始')")
    expect(visitor.page.locator("#talk")).to_contain_text("重启过手机吗？")
    visitor.page.click("button:has-text('重启过')")
    assert re.search(r"HY-\d{6,}", visitor.page.inner_text("#talk"))
    assert writer.complaints == []


def test_flow_when_a_value_is_missing_then_told_at_the_field_and_then_goes_on(house, browser):
    visitor = Person.enter(browser, house)
    visitor.visit("/assistant/flows/membership-check/")
    visitor.page.click("button:has-text('开始')")
    visitor.page.click("button:has-text('微信或支付宝')")
    visitor.page.click(".flow-step button.btn-primary")
    expect(visitor.page.locator("#id_field-paid_on_error")).to_be_visible()
    visitor.page.fill("#id_field-paid_on", "2026-11-20")
    visitor.page.click(".flow-step button.btn-primary")
    expect(visitor.page.locator("#talk")).to_contain_text("2026-11-20")
    visitor.page.click("button:has-text('有帮助')")
    expect(visitor.page.locator(".flow-step")).to_have_count(0)
