"""The pure parts: Markdown, masking, closeness, mistyped words."""

import re

import pytest

from huiyin.knowledge.closeness import closeness, meaning
from huiyin.knowledge.indexes import misspellings, sounds
from huiyin.knowledge.markdown import plain, render
from huiyin.knowledge.masking import masked


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# 标题", "<h2>标题</h2>\n"),
        ("**重要**", "<p><strong>重要</strong></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[a](/kb/refund/)", '<p><a href="/kb/refund/" rel="noopener nofollow">a</a></p>\n'),
    ],
)
def test_render_when_marked_down_then_is_safe_html(text: str, html: str) -> None:
    assert render(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<a href='javascript:1'>x</a>",
        "![i](data:text/html;base64,xx)",
        "[y](vbscript:1)",
        "<img src=x onerror=1>",
        "[z]: javascript:1\n[z]",
    ],
)
def test_render_when_hostile_then_no_tag_of_it_survives(text: str) -> None:
    assert set(re.findall(r"<(/?\w+)", render(text))) <= {"p", "/p", "br"}


def test_render_when_table_then_keeps_it() -> None:
    assert "<td>1</td>" in render("| a |\n|---|\n| 1 |")


def test_plain_when_marked_down_then_words_alone() -> None:
    text = "## 步骤\n1. 打开**订单** [帮助](/kb/x/)\n| 栏 |\n| --- |\n| `值` |"
    assert plain(text).split() == ["步骤", "打开订单", "帮助", "栏", "值"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("我的手机 138-0013-8000 收不到", "我的手机 *** 收不到"),
        ("写信给 li.ming@example.com", "写信给 ***"),
        ("500 报错", "500 报错"),
        ("  a \n b ", "a b"),
    ],
)
def test_masked_when_personal_then_hidden(text: str, kept: str) -> None:
    assert masked(text) == kept


def test_closeness_when_about_the_same_then_nearer_than_another() -> None:
    asked = meaning("一直收不到短信验证码怎么办")
    near = closeness(asked, ["收不到验证码"], "")
    assert near > closeness(asked, ["修改收货地址"], "") > closeness(asked, ["会员价格"], "") == 0.0


def test_closeness_when_function_words_alone_then_zero() -> None:
    assert closeness(meaning("你好，在吗"), ["你好在吗"], "你好在吗") == 0.0


def test_meaning_when_english_then_stems_without_small_words() -> None:
    assert set(meaning("How do I cancel my renewals?")) == {"cancel", "renewal"}


def test_sounds_when_homophones_then_equal() -> None:
    assert sounds("冲值") == sounds("充值") == ["chongzhi"]


def test_misspellings_when_a_letter_is_missing_then_share_a_form() -> None:
    assert not set(misspellings("pasword")).isdisjoint(misspellings("password"))
    assert set(misspellings("cat")) == set()
