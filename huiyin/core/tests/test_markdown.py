"""Markdown: what stays, what goes, and what each profile shows."""

import re

import pytest

from huiyin.core.markdown import ARTICLE, MESSAGE, Profile, plain, render

pytestmark = pytest.mark.dry


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# 标题", "<h2>标题</h2>\n"),
        ("###### 小", "<h4>小</h4>\n"),
        ("~~旧~~", "<p><s>旧</s></p>\n"),
        ("3. 三", '<ol start="3">\n<li>三</li>\n</ol>\n'),
        ("```py\n1\n```", '<pre><code class="language-py">1\n</code></pre>\n'),
        ("**重要**", "<p><strong>重要</strong></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[a](/kb/refund/)", '<p><a href="/kb/refund/" rel="noopener noreferrer nofollow">a</a></p>\n'),
    ],
)
@pytest.mark.parametrize("profile", [MESSAGE, ARTICLE])
def test_render_when_marked_down_then_is_safe_html(text: str, html: str, profile: Profile) -> None:
    assert render(text, profile) == html


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
@pytest.mark.parametrize("profile", [MESSAGE, ARTICLE])
def test_render_when_hostile_then_no_tag_of_it_survives(text: str, profile: Profile) -> None:
    assert set(re.findall(r"<(/?\w+)", render(text, profile))) <= {"p", "/p", "br"}


def test_render_when_table_then_keeps_it() -> None:
    assert "<td>1</td>" in render("| a |\n|---|\n| 1 |")
    assert '<td align="right">1</td>' in render("| a |\n|--:|\n| 1 |")


def test_render_when_a_picture_then_an_article_shows_it_and_a_message_does_not() -> None:
    assert render("![图](/files/x/)", ARTICLE) == '<p><img src="/files/x/" alt="图"></p>\n'
    assert render("![图](https://tracker.example/x.png)") == "<p></p>\n"


def test_plain_when_marked_down_then_words_alone() -> None:
    text = "## 步骤\n1. 打开**订单** [帮助](/kb/x/)\n| 栏 |\n| --- |\n| `值` |"
    assert plain(text).split() == ["步骤", "打开订单", "帮助", "栏", "值"]
