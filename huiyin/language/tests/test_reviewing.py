"""The review: what is picked, what a round holds, judging blind, what is held out, what is forgotten."""

from datetime import timedelta

import pytest

from huiyin.core import clock
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid
from huiyin.language import rules, selectors, services
from huiyin.language.models import Example, Sample
from huiyin.language.services import reviewing
from huiyin.language.verdicts import Evidence, Understanding, Verdict, replace

LI = Actor("user", "u1", "Li")
pytestmark = pytest.mark.django_db


def understood(text: str, *, sure: float = 0.95, runner: float = 0.03, near: float = 0.9) -> Understanding:
    verdict = Verdict(
        "bug", sure, (Evidence("sample", "x", weight=near),), "category-1", (("order", runner),)
    )
    calm = Verdict("negative", 0.99, (Evidence("sample", "x", weight=0.9),), "sentiment-1")
    return replace(rules.understand(text), category=verdict, kind=calm, sentiment=calm, complete=True)


def offered(number: int, **how) -> list[Sample]:
    """A text that the lot does not fall on, offered with such a verdict."""
    text = f"第{number}个问题"
    return services.offer(text, understood(text, **how))


@pytest.fixture(autouse=True)
def no_lot(monkeypatch) -> None:
    monkeypatch.setattr(reviewing, "ONE_IN", 1 << 62)


def test_offers_when_torn_or_novel_or_sure_then_reason_follows() -> None:
    (torn,) = offered(1, sure=0.45, runner=0.4)
    (novel,) = offered(2, near=0.2)
    assert (torn.reason, torn.margin, novel.reason, novel.novelty) == ("margin", 0.05, "novel", 0.8)
    assert offered(3) == []
    assert services.offer("只有规则读过", rules.understand("只有规则读过")) == []


def test_offers_when_said_twice_then_once() -> None:
    offered(1, near=0.2)
    offered(1, near=0.2)
    assert Sample.objects.count() == 1


def test_draws_when_the_lot_falls_then_whatever_the_verdict(monkeypatch) -> None:
    monkeypatch.setattr(reviewing, "ONE_IN", 1)
    assert {s.reason for s in services.offer("一切正常", understood("一切正常"))} == {"random"}


def test_round_when_kinds_wait_then_half_torn_a_quarter_novel_a_quarter_drawn(monkeypatch) -> None:
    for i in range(12):
        offered(i, sure=0.5, runner=0.3 + i / 100)
        offered(100 + i, near=0.1)
    monkeypatch.setattr(reviewing, "ONE_IN", 1)
    for i in range(12):
        services.offer(f"抽到{i}", understood(f"抽到{i}"))
    kinds = [sample.reason for sample in selectors.queue("category", 8)]
    assert (kinds.count("margin"), kinds.count("novel"), kinds.count("random")) == (4, 2, 2)
    assert len(selectors.queue("category", 100)) == 36
    assert selectors.waiting_by_task() == {"category": 36, "kind": 12, "sentiment": 12}


def test_judges_when_drawn_then_held_out_and_when_torn_then_taught(monkeypatch) -> None:
    (torn,) = offered(1, sure=0.45, runner=0.4)
    services.judge(torn, "order", by=LI)
    monkeypatch.setattr(reviewing, "ONE_IN", 1)
    drawn = next(s for s in services.offer("抽到的", understood("抽到的")) if s.task == "category")
    services.judge(drawn, "bug", by=LI)
    kept = Example.objects.order_by("id").values_list("label", "source", "part", "shown_label", "by_id")
    assert list(kept) == [
        ("order", "judged", "taught", "bug", "u1"),
        ("bug", "judged", "held", "bug", "u1"),
    ]
    torn.refresh_from_db()
    assert (torn.state, torn.text) == ("judged", "")
    assert selectors.judged_count("category") == 1


def test_judges_when_settled_or_label_empty_then_refused() -> None:
    (torn,) = offered(1, near=0.2)
    with pytest.raises(Invalid):
        services.judge(torn, " ", by=LI)
    services.skip(torn, by=LI)
    with pytest.raises(Conflict):
        services.judge(torn, "bug", by=LI)
    assert Example.objects.count() == 0


def test_tidies_when_old_or_too_many_then_gone(monkeypatch) -> None:
    for i in range(4):
        offered(i, near=0.2)
    monkeypatch.setattr(reviewing, "WAITING", 3)
    assert reviewing.tidy() == 1
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert reviewing.tidy() == 3
    assert Sample.objects.count() == 0


def test_forgets_when_words_are_erased_then_sample_goes() -> None:
    offered(1, near=0.2)
    services.forget(["第1个问题"])
    assert Sample.objects.count() == 0
