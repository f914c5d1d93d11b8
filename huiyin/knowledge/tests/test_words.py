"""The pure parts: closeness, mistyped words."""

from huiyin.knowledge.closeness import closeness, meaning
from huiyin.knowledge.differing import compared
from huiyin.knowledge.indexes import misspellings, sounds


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


def shown(old: str, new: str) -> list[tuple[str, str, list[str]]]:
    lines = compared(old.splitlines(), new.splitlines())
    return [(line.kind, line.text, [p.text for p in line.pieces if p.changed]) for line in lines]


def test_compared_when_a_line_is_touched_up_then_marks_what_changed_in_it() -> None:
    assert shown("标题\n三天内到账。\n完", "标题\n五天内到账。\n完") == [
        ("same", "标题", []),
        ("removed", "三天内到账。", ["三"]),
        ("added", "五天内到账。", ["五"]),
        ("same", "完", []),
    ]


def test_compared_when_a_line_is_another_then_both_whole() -> None:
    assert shown("打开订单", "联系客服\n\n谢谢") == [
        ("removed", "打开订单", []),
        ("added", "联系客服", []),
        ("added", "", []),
        ("added", "谢谢", []),
    ]
