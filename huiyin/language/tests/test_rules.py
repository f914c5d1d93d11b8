"""Understanding by rules: places in the original text, negation, and no text that breaks it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language import detect, duplicates, rules, segment
from huiyin.language.normalise import clean, fold, normal, plain
from huiyin.language.verdicts import understanding_from

pytestmark = pytest.mark.dry

anything = st.text(st.characters(), max_size=300)
LONG = ["a" * 20_000, "登录" * 10_000]
AWKWARD = [*LONG, "", " ", "\x00", "\ud800", "😀" * 50, "ﬃ①㍿", "\u202e\u200b", "'", "%s{}\\"]


@given(anything)
@settings(max_examples=300, deadline=None)
def test_understands_when_text_is_any_unicode_then_never_fails(text: str) -> None:
    told = rules.understand(text, subject=text[:20])
    assert not told.complete
    for signal in told.urgency:
        whole = f"{text[:20]}\n{text}" if text[:20] else text
        assert whole[signal.start : signal.end] == signal.text


@pytest.mark.parametrize("text", AWKWARD)
def test_understands_when_text_is_awkward_then_json_reads_back(text: str) -> None:
    told = rules.understand(text)
    assert understanding_from(told.as_json()) == told
    assert segment.words(text) is not None
    assert clean(text).encode() is not None


@given(anything)
@settings(max_examples=200, deadline=None)
def test_fold_when_done_twice_then_encodes_and_places_stay_inside(text: str) -> None:
    folded = normal(text)
    folded.text.encode()
    assert folded.text == fold(text) or folded.places is not None
    for i in range(len(folded.text)):
        start, end = folded.span(i, i + 1)
        assert 0 <= start < end <= len(text)


def test_plain_when_characters_run_on_then_cuts_runs() -> None:
    assert plain("太太太太太慢了！！！！！！ ok", 100) == "太太太慢了!!! ok"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("我的账号被盗了", {"account_theft"}),
        ("我的帳號被盜了", {"account_theft"}),
        ("怎么防止账号被盗？", set()),
        ("没有被盗刷，只是问问", set()),
        ("My account was not hacked", set()),
        ("My account got hacked and I was charged twice", {"account_theft", "funds"}),
        ("主播说不想活了", {"safety"}),
        ("后台全部502，业务停了", {"outage"}),
        ("请问怎么改昵称", set()),
        ("我住5栋502，快递没送到", set()),
        ("是不是把我信息卖了", {"data_leak"}),
        ("摔伤住院了", {"injury"}),
    ],
)
def test_finds_signals_when_worded_so_then_kinds_match(text: str, kinds: set[str]) -> None:
    assert {signal.kind for signal in rules.understand(text).urgency} == kinds


def test_points_at_the_original_when_characters_expand_then_span_is_right() -> None:
    text = "㍿ﬃ 我的账号被盗了"
    (signal,) = rules.understand(text).urgency
    assert (signal.text, text[signal.start : signal.end]) == ("被盗", "被盗")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("很好吃，送得也快，满意", "positive"),
        ("不好吃，不满意", "negative"),
        ("不错，没有失望", "positive"),
        ("请问几点下班", "neutral"),
        ("The food was terrible and cold", "negative"),
        ("not good", "negative"),
    ],
)
def test_feels_when_worded_so_then_label_matches(text: str, label: str) -> None:
    assert rules.understand(text).sentiment.label == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("请检查 invoice 20240611", "zh"),
        ("I was charged twice", "en"),
        ("ありがとうございます、届きません", "ja"),
        ("결제가 안 됩니다", "ko"),
        ("¿Cómo puedo cambiar mi contraseña, por favor? Gracias", "es"),
        ("Bonjour, je ne peux pas me connecter", "fr"),
        ("Ich kann mich nicht anmelden, bitte helfen", "de"),
        ("Не могу войти", "ru"),
        ("12345 😀", "und"),
        ("", "und"),
    ],
)
def test_tells_language_when_written_so_then_tag_matches(text: str, label: str) -> None:
    assert detect.language(text).label == label


def test_names_product_when_text_mentions_alias_then_longest_wins() -> None:
    products = {"note": ("云笔记", "CloudNote"), "cloud": ("云",)}
    told = rules.understand("云笔记打不开了", products=products)
    assert told.product is not None
    assert (told.product.label, told.product.alternatives[0][0]) == ("note", "cloud")


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("账号被盗了，快冻结", "urgent"),
        ("门店收款全部失败，顾客排长队", "urgent"),
        ("未经同意扣了我98块", "high"),
        ("请问怎么修改昵称", "low"),
        ("视频没有声音", "normal"),
        ("请问退款多久到账", "normal"),
        ("客服很耐心，非常满意，好评", "low"),
    ],
)
def test_ranks_when_worded_so_then_priority_matches_with_reasons(text: str, priority: str) -> None:
    verdict = rules.understand(text).priority
    assert verdict.label == priority
    assert verdict.evidence


def test_matches_when_only_width_and_punctuation_differ_then_exact() -> None:
    assert duplicates.digest("登錄不上！ＡＰＰ 闪退") == duplicates.digest("登录不上,app闪退")


def test_orders_near_ones_when_wording_changes_a_little_then_wording_and_absent_far() -> None:
    first = "下单一个星期了还没有发货，客服也联系不上，麻烦尽快处理一下，订单里有两件衣服和一双鞋子"
    second = first.replace("麻烦", "请").replace("一个星期", "一周")
    wanted = duplicates.Candidate("w", duplicates.digest(first), duplicates.simhash(first))
    known = [
        duplicates.Candidate("same", duplicates.digest(first + "。"), duplicates.simhash(first)),
        duplicates.Candidate("near", duplicates.digest(second), duplicates.simhash(second)),
        duplicates.Candidate("far", duplicates.digest("好吃"), duplicates.simhash("好吃，下次再来")),
    ]
    assert [match.key for match in duplicates.near(wanted, known)][:1] == ["same"]
    assert "far" not in {match.key for match in duplicates.near(wanted, known)}


@given(anything)
@settings(max_examples=100, deadline=None)
def test_simhash_when_any_text_then_64_bits_and_stable(text: str) -> None:
    value = duplicates.simhash(text)
    assert 0 <= value < 1 << 64
    assert value == duplicates.simhash(text)


def test_rules_when_text_is_usual_then_under_a_millisecond() -> None:
    text = "我的号好像登录不上去，验证码一直收不到，换了新手机也一样，麻烦帮我看看怎么回事，谢谢"
    rules.understand(text)
    best = min(_timed(text) for _ in range(200))
    assert best < 0.001


def _timed(text: str) -> float:
    begun = time.perf_counter()
    rules.understand(text)
    return time.perf_counter() - begun
