"""The classifier on its own: prototypes for few rows, calibration, one class, evidence."""

from collections.abc import Sequence

import numpy as np
import pytest

from huiyin.language import packs
from huiyin.language.classify import TextClassifier
from huiyin.language.engine import Engine
from huiyin.language.tests.factories import HashEncoder
from huiyin.language.verdicts import Example, Lessons, Question

pytestmark = pytest.mark.dry

ENCODER = HashEncoder()


def taught(rows: Sequence[Example]) -> TextClassifier:
    classifier = TextClassifier("coffee", ENCODER.id)
    classifier.fit(rows, ENCODER.encode([row.text for row in rows]))
    return classifier


def told(classifier: TextClassifier, *texts: str):
    return classifier.predict(texts, ENCODER.encode(texts))


def rows(per_class: int) -> list[Example]:
    machine = [Example(f"咖啡机第{i}次坏了，不出水", "machine", is_shipped=True) for i in range(per_class)]
    beans = [Example(f"豆子第{i}次烘焙得太深，发苦", "beans") for i in range(per_class)]
    cups = [Example(f"杯子第{i}个边缘有缺口", "cups") for i in range(per_class)]
    return machine + beans + cups


@pytest.mark.parametrize("per_class", [1, 2, 3, 9, 10, 30])
def test_predicts_when_rows_are_few_or_many_then_right_and_sums_to_one(per_class: int) -> None:
    classifier = taught(rows(per_class))
    (verdict,) = told(classifier, "咖啡机坏了不出水")
    assert verdict.label == "machine"
    assert sum(verdict.scores().values()) == pytest.approx(1, abs=0.01)
    assert verdict.evidence[0].text.startswith("咖啡机")
    assert verdict.model == classifier.card.name


def test_predicts_when_a_user_text_is_near_then_its_words_stay_hidden() -> None:
    classifier = taught([Example(f"李雷的咖啡机坏了{i}", "machine") for i in range(3)] + rows(3)[3:])
    (verdict,) = told(classifier, "咖啡机坏了")
    assert {(piece.kind, piece.text) for piece in verdict.evidence} == {("taught", "machine")}


def test_fits_when_one_class_only_then_untaught() -> None:
    assert not taught([Example("a", "x"), Example("b", "x")]).taught


def test_fits_when_two_classes_then_both_reachable() -> None:
    classifier = taught(rows(12)[:24])
    assert [v.label for v in told(classifier, "咖啡机坏了", "豆子发苦")] == ["machine", "beans"]


def test_card_when_same_rows_then_same_name_and_other_when_changed() -> None:
    first, again = taught(rows(5)), taught(list(reversed(rows(5))))
    other = taught([*rows(5), Example("新的", "cups")])
    assert first.card.data_hash == again.card.data_hash
    assert first.card.name != other.card.name


def test_predicts_when_text_is_awkward_then_finite() -> None:
    classifier = taught(rows(12))
    texts = ["", "\x00", "\ufffd", "😀" * 30, "a" * 20_000]
    assert np.isfinite(classifier.probabilities(texts, ENCODER.encode(texts))).all()


def test_engine_when_packs_are_read_then_own_samples_keep_their_label() -> None:
    engine = Engine(ENCODER)
    engine.learn(Lessons())
    samples = packs.examples("category")[:60]
    verdicts = engine.predict("category", [sample.text for sample in samples])
    right = [v is not None and v.label == s.label for v, s in zip(verdicts, samples, strict=True)]
    assert sum(right) / len(right) > 0.9
    assert engine.understand_many([]) == []
    assert engine.predict("product", ["x"]) == [None]


def test_engine_when_danger_is_spoken_of_then_urgent_whatever_the_model_says() -> None:
    engine = Engine(ENCODER)
    engine.learn(Lessons())
    (understood,) = engine.understand_many([Question("谢谢你们，不过我真的不想活了")])
    assert understood.priority.label == "urgent"


@pytest.mark.parametrize("task", packs.TASKS)
def test_pack_when_read_then_enough_own_samples_in_both_languages(task: str) -> None:
    for label in packs.labels(task):
        assert len(label.examples) >= 20
        assert label.zh
        assert label.en
    texts = [example.text for example in packs.examples(task)]
    assert len(texts) == len(set(texts))
