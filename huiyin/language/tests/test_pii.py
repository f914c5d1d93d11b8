"""Personal data in free text: what is found, what is left, and that masks hide for good."""

import itertools
import json
import random
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language import pii
from huiyin.language.pii import checks

pytestmark = pytest.mark.dry

FOUND = [
    # Phones, however they are written.
    ("我的手机号是[13812345678]，收不到验证码", "PHONE"),
    ("手机[１３８１２３４５６７８]", "PHONE"),
    ("电话[一三八零零一三八零零零]", "PHONE"),
    ("[幺三八 零零幺三 八零零零]是我的号", "PHONE"),
    ("[138-1234-5678]", "PHONE"),
    ("[1 3 8 1 2 3 4 5 6 7 8]", "PHONE"),
    ("[+86 138 1234 5678]", "PHONE"),
    ("座机[010-62345678]", "PHONE"),
    ("[(021)5888 1234转801]", "PHONE"),
    ("call me at [(415) 555-0132]", "PHONE"),
    ("[+44 20 7946 0958] please", "PHONE"),
    # Mail, also where somebody hides it from machines.
    ("发票发我邮箱[li.si@example.com]", "EMAIL"),
    ("[zhangsan(at)163(dot)com]", "EMAIL"),
    ("[zhang.san at gmail dot com]", "EMAIL"),
    ("[zhangsan艾特163点com]", "EMAIL"),
    ("[zhangsan＠qq．com]", "EMAIL"),
    # Identity numbers with their check digit.
    ("身份证[11010519491231002X]认证失败", "ID"),
    ("身份证 [1101 0519 4912 3100 2X]", "ID"),
    ("[A123456(3)]", "ID"),
    # Cards with theirs.
    ("退款退到 [4111 1111 1111 1111]", "CARD"),
    ("card [5500005555555559]", "CARD"),
    ("护照[E12345678]", "PASSPORT"),
    ("passport no. [533380006]", "PASSPORT"),
    ("车牌[粤B12345]", "PLATE"),
    ("[粤B·D12345]停车", "PLATE"),
    ("我住在[北京市朝阳区建国路88号3号楼502]", "ADDRESS"),
    ("家在[中山路28弄5号301室]", "ADDRESS"),
    ("ship to [1600 Amphitheatre Parkway, Mountain View, CA 94043]", "ADDRESS"),
    ("我叫[欧阳娜娜]，想咨询会员", "NAME"),
    ("收件人：[张伟]", "NAME"),
    ("昨天跟[张红梅]说过这件事了", "NAME"),
    ("my name is [John Smith]", "NAME"),
    ("姓名：[阿卜杜拉·买买提]", "NAME"),
    ("服务器 [192.168.1.20] 连不上", "IP"),
    ("[2001:db8::ff00:42:8329]", "IP"),
    ("QQ：[123456789]", "QQ"),
    ("加我微信 [wx_abc123]", "WECHAT"),
    ("WeChat ID: [johnsmith_01]", "WECHAT"),
    ("公司代码[91350100M000100Y43]", "USCC"),
    ("密码是 [Abc123456!]", "SECRET"),
    ("[sk-proj-abcdefghijklmnop1234567890]", "SECRET"),
    ("Authorization: Bearer [abcdefghijklmnop.qrstuv]", "SECRET"),
    ("验证码是 [482913]", "SECRET"),
]
LEFT = [
    "特别感谢您能选择本店，牛肉汤没有送",
    "和女同学一起，继续向前走吧",
    "还发个小冷藏柜，武林高手高智商",
    "错误码 908796，版本 9.14.7",
    "打客服电话400-820-8820没人接",
    "今天2025-08-15下的单，金额2674.71元",
    "快递单号JD2595333123214三天没更新",
    "订单号202587597510490495还没发货",
    "卡号4367145384019160提示错误",
    "身份证号310104196804130894对吗",
    "我很高兴，方便的时候联系客服",
    "The password is incorrect but I still have it",
    "Version 1.2.3 of the app crashes on Monday",
]


def marked(text: str) -> tuple[str, tuple[int, int]]:
    """`a[b]c` as `abc` and the place of `b`."""
    start, end = text.index("["), text.rindex("]")
    return text[:start] + text[start + 1 : end] + text[end + 1 :], (start, end - 1)


@pytest.mark.parametrize(("example", "label"), FOUND)
def test_find_names_place_and_kind(example: str, label: str) -> None:
    text, (start, end) = marked(example)
    assert pii.find(text) == [(start, end, label)]


@pytest.mark.parametrize("text", LEFT)
def test_find_leaves_what_names_nobody(text: str) -> None:
    assert pii.find(text) == []


@pytest.mark.parametrize(("example", "_label"), FOUND)
def test_mask_hides_and_twice_is_once(example: str, _label: str) -> None:
    text, (start, end) = marked(example)
    hidden = pii.masked(text)
    assert text[start:end] not in hidden
    assert pii.masked(hidden) == hidden


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("13812341234", "138****1234"),
        ("li.si@example.com", "li***@example.com"),
        ("我叫张伟", "我叫张*"),
        ("密码是 Abc123456!", "密码是 ****"),
        ("我住在北京市朝阳区建国路88号", "我住在北京市朝阳区****"),
    ],
)
def test_mask_is_recognisable_and_useless(text: str, hidden: str) -> None:
    assert pii.masked(text) == hidden


@pytest.mark.parametrize("text", ["卡号4367145384019160提示错误", "身份证号310104196804130894对吗"])
def test_mask_hides_long_numbers_beside_a_word_though_they_do_not_check(text: str) -> None:
    assert not any(run.isdigit() and len(run) >= 11 for run in pii.masked(text).replace("提", " ").split())


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="我叫张伟李13812345678@qq.com密码是路号 -京A北市x", max_size=40))
def test_spans_lie_in_the_text_apart_and_masks_are_stable(text: str) -> None:
    spans = pii.find(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
    hidden = pii.masked(text)
    assert pii.masked(hidden) == hidden


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from([marked(example)[0] for example, _label in FOUND]), min_size=1, max_size=4))
def test_restore_puts_back_what_mask_took_out(parts: list[str]) -> None:
    text = "；".join(parts)
    vault = pii.mask(text)
    assert pii.restore(vault.text, vault) == text
    assert all(value not in vault.text for value in vault.values.values())


def test_redacted_takes_numbers_and_secrets_out_of_lines_for_machines() -> None:
    assert pii.redacted("mail to li.si@example.com failed, token=abcdef123456") == (
        "mail to li***@example.com failed, token=****"
    )
    assert pii.redacted("job 01a202e2-baba-778d-b52c-fac1edd2ddd1 done at 2026-11-22T10:52:23Z") == (
        "job 01a202e2-baba-778d-b52c-fac1edd2ddd1 done at 2026-11-22T10:52:23Z"
    )


def test_mask_gives_equal_values_one_placeholder() -> None:
    vault = pii.mask("13812345678 和 13812345678，还有 13912345678")
    assert vault.text == "<PHONE_1> 和 <PHONE_1>，还有 <PHONE_2>"


def test_long_text_is_searched_whole() -> None:
    text = "好" * 30_000 + "13812345678"
    assert pii.find(text) == [(30_000, 30_011, "PHONE")]


def test_random_card_numbers_are_found_and_spoilt_ones_are_not() -> None:
    chance = random.Random(7)
    for _turn in range(50):
        body = "62" + "".join(str(chance.randrange(10)) for _ in range(13))
        good = next(body + str(last) for last in range(10) if checks.luhn(body + str(last)))
        spoilt = good[:-1] + str((int(good[-1]) + 1) % 10)
        assert [span.label for span in pii.find(f"退到 {good} 谢谢")] == ["CARD"]
        assert pii.find(f"退到 {spoilt} 谢谢") == []


def test_command_predicts_spans_and_mask(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"id": "a", "text": "电话13812345678"}) + "\n", encoding="utf-8")
    call_command("language", "predict", "--task", "pii", "--in", str(source), "--out", str(target))
    assert json.loads(target.read_text(encoding="utf-8")) == {
        "id": "a",
        "spans": [[2, 13, "PHONE"]],
        "masked": "电话138****5678",
    }
