"""What an answer quotes of an article: whole lines of Markdown that still read as what they were."""

from huiyin.assistant.ranking.quoting import quoted
from huiyin.core import markdown

STEPS = "先核对账号。\n\n## 自查\n\n1. 看**订单**。\n2. 点“刷新”。\n\n仍未到账请找人工。"


def test_quoted_when_it_fits_then_lists_and_headings_stay() -> None:
    told = quoted(STEPS, "会员没到账")
    assert told == STEPS
    html = markdown.render(told)
    assert all(mark in html for mark in ("<h2>自查</h2>", "<li>点“刷新”。</li>", "<p>仍未到账请找人工。</p>"))


def test_quoted_when_too_long_then_what_is_left_out_is_marked() -> None:
    text = "\n\n\n".join(["开头的话。" * 5, "## 发票", "发票抬头开错了，在订单里重开。", "结尾的话。" * 5])
    assert (
        quoted(text, "发票抬头开错了怎么改", limit=30)
        == "…\n\n## 发票\n\n发票抬头开错了，在订单里重开。\n\n…"
    )
    assert quoted(text, "别的", limit=34) == f"{'开头的话。' * 5}\n\n…"
