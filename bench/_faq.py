"""Frequent questions as data: the rows of the study, help centres drawn from labelled intents, generated words."""

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from huiyin.assistant.ranking import features, fitting, measures, ranker
from huiyin.assistant.ranking.index import Asked, Index, Phrase
from huiyin.language.classify.figures import calibration_error, curve
from huiyin.language.encoders import named

THINGS = (
    "订单",
    "会员",
    "退款",
    "发票",
    "充值",
    "密码",
    "验证码",
    "手机号",
    "地址",
    "优惠券",
    "余额",
    "实名",
)
TROUBLES = ("没有到账", "怎么取消", "一直失败", "提示异常", "显示空白", "找不到了", "怎么修改", "多久能好")
PLACES = ("手机上", "网页上", "电脑上", "电视上", "小程序里", "平板上", "车机上")
OWN = Path(__file__).parent.parent / "huiyin/assistant/packs/faq.zh.jsonl"
Base = Sequence[tuple[str, Sequence[str]]]  # the article's title, then further phrasings
Queries = Sequence[tuple[str, str | None, str]]  # text, article or none, near or far
MODES = ("words", "builtin", "both")


def title(number: int) -> str:
    """The words of one generated article."""
    return f"{PLACES[number % 7]}{THINGS[number % 12]}{TROUBLES[number % 8]}（{number}）"


def question(chance: random.Random) -> str:
    return f"{chance.choice(PLACES)}我的{chance.choice(THINGS)}{chance.choice(TROUBLES)}，怎么办"


def quality(folder: Path) -> dict[str, Any]:
    """Each mode with one and with two phrasings an article, on rows that nothing was fitted on.

    Then, where the folder holds them, many small help centres drawn from Chinese intents: enough questions to say
    how often an answer of each confidence was right.
    """
    base = _rows(folder / "open/faq_zh_base.jsonl")
    queries = [
        (row["text"], row["faq_id"], row.get("oos") or "")
        for row in _rows(folder / "open/faq_zh_dev_queries.jsonl")
    ]
    report = {}
    for phrasings in (1, 2):
        phrases = [
            (row["faq_id"], text) for row in base for text in (row["question"], *row["similar"])[:phrasings]
        ]
        for mode in MODES:
            index, asked = _centre(phrases, [text for text, _right, _oos in queries], mode)
            report[f"{mode}, {phrasings} phrasing(s)"] = _figures(index, asked, queries)
    intents = folder / "research_only/intent_zh_smp2020_train.jsonl"
    if intents.exists():
        report |= {f"{mode}, drawn": figures for mode, figures in _reliability(_rows(intents)).items()}
    return report


def _reliability(rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    """Confidence against truth over eight drawn help centres, in each mode."""
    chance = random.Random(11)
    centres = [_drawn(rows, 38, 1 + number % 2, chance) for number in range(8)]
    report = {}
    for mode in MODES:
        judged = []
        for phrases, asked in centres:
            index, questions = _centre(phrases, [text for text, _right in asked], mode)
            found = [ranker.shipped().find(index, each) for each in questions]
            judged += [
                (one.confidence, bool(one.candidates) and one.candidates[0].article == right)
                for one, (_text, right) in zip(found, asked, strict=True)
            ]
        report[mode] = {
            "calibration_error": round(calibration_error(judged), 3),
            "curve": [(round(each.confidence, 2), round(each.right, 2), each.rows) for each in curve(judged)],
            "rows": len(judged),
        }
    return report


def fit(folder: Path) -> Path:
    """The shipped weights anew: our own rows, and help centres drawn from two openly licensed sets of intents."""
    chance = random.Random(3)
    centres = [_own(1 + number % 2, chance) for number in range(4)]
    for name, size in (("clinc150", 60), ("banking77", 38)):
        rows = _rows(folder / f"open/intent_en_{name}_train.jsonl")
        centres += [_drawn(rows, size, count, chance) for count in (1, 2) for _time in range(2)]
    lessons = {mode: _lessons(centres, mode, chance) for mode in MODES}
    data = json.loads(ranker.SHIPPED.read_text(encoding="utf-8"))
    data["weights"] = fitting.fitted(data["name"], lessons).as_json()
    ranker.SHIPPED.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return ranker.SHIPPED


def _own(phrasings: int, chance: random.Random) -> Any:
    """Two thirds of our own articles; the others' questions are near to them, and nothing answers them."""
    rows = _rows(OWN)
    known = [row for row in rows if row["question"]]
    there = {row["question"] for row in chance.sample(known, 2 * len(known) // 3)}
    phrases: list[tuple[str, str]] = []
    asked: list[tuple[str, str | None]] = [
        (text, None) for row in rows if not row["question"] for text in row["asked"]
    ]
    for row in known:
        ways = [row["question"], *row["similar"]]
        if row["question"] in there:
            phrases += [(row["question"], text) for text in ways[:phrasings]]
            asked += [(text, row["question"]) for text in (*ways[phrasings:], *row["asked"])]
        else:
            asked += [(text, None) for text in chance.sample(row["asked"], 2)]
    return phrases, asked


def _lessons(centres: Iterable[Any], mode: str, chance: random.Random) -> list[fitting.Lesson]:
    found = []
    for phrases, asked in centres:
        index, questions = _centre(phrases, [text for text, _right in asked], mode)
        found += [
            fitting.lesson(index, each, right) for each, (_text, right) in zip(questions, asked, strict=True)
        ]
    chance.shuffle(found)
    return found


def _drawn(rows: Sequence[dict[str, str]], size: int, phrasings: int, chance: random.Random) -> Any:
    """Some intents as articles, and questions of theirs and of as many others that nobody wrote an article for."""
    by_label: dict[str, list[str]] = {}
    for row in rows:
        by_label.setdefault(row["label"], []).append(row["text"])
    labels = sorted(by_label)
    chance.shuffle(labels)
    phrases, asked = [], []
    for label in labels[:size]:
        texts = chance.sample(by_label[label], phrasings + 3)
        phrases += [(label, text) for text in texts[:phrasings]]
        asked += [(text, label) for text in texts[phrasings:]]
    asked += [(chance.choice(by_label[label]), None) for label in labels[size : 2 * size]]
    return phrases, asked


def _centre(phrases: Sequence[tuple[str, str]], texts: Sequence[str], mode: str) -> tuple[Index, list[Asked]]:
    names = features.SEEN[mode]
    made = {name: _encoded(name, [text for _article, text in phrases], "passage") for name in names}
    asked = {name: _encoded(name, texts, "query") for name in names}
    index = Index(
        [
            Phrase(article, text, "zh", {name: made[name][place] for name in names})
            for place, (article, text) in enumerate(phrases)
        ]
    )
    questions = [
        Asked(text, {name: asked[name][place] for name in names}) for place, text in enumerate(texts)
    ]
    return index, questions


def _encoded(name: str, texts: Sequence[str], kind: Any) -> list[bytes]:
    encoder = named(name)
    if encoder is None:
        raise SystemExit(f"the encoder {name!r} is not installed")
    return [row.tobytes() for row in encoder.encode(texts, kind)]


def _figures(index: Index, asked: Sequence[Asked], queries: Queries) -> dict[str, Any]:
    found = [ranker.shipped().find(index, each) for each in asked]
    order = [[each.article for each in one.candidates] for one in found]
    known = [(names, right) for names, (_text, right, _oos) in zip(order, queries, strict=True) if right]
    judged = [
        (one.confidence, bool(right) and names[:1] == [right])
        for one, names, (_text, right, _oos) in zip(found, order, queries, strict=True)
    ]
    sure = [one.confidence for one, (_text, right, _oos) in zip(found, queries, strict=True) if right]
    at = measures.threshold_for(judged, 0.95)
    return {
        "top_1": _share(sum(names[:1] == [right] for names, right in known), len(known)),
        "top_3": _share(sum(right in names[:3] for names, right in known), len(known)),
        "auroc_near": _auroc(sure, found, queries, "near"),
        "auroc_far": _auroc(sure, found, queries, "far"),
        "answered_at_95": round(measures.answered_at(judged, at), 3) if at is not None else 0.0,
        "calibration_error": round(calibration_error(judged), 3),
        "rows": len(queries),
    }


def _auroc(sure: Sequence[float], found: Sequence[Any], queries: Queries, kind: str) -> float | None:
    strange = [
        one.confidence for one, (_text, _right, oos) in zip(found, queries, strict=True) if oos == kind
    ]
    told = measures.auroc(sure, strange)
    return None if told is None else round(told, 3)


def _share(hits: int, rows: int) -> str:
    told = measures.share(hits, rows)
    return f"{told.value:.3f} ({told.low:.2f}-{told.high:.2f})"


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
