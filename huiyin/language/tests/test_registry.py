"""Model versions: what goes live, what is refused, the way back, and what an erasure takes along."""

import numpy as np
import pytest

from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict
from huiyin.core.models import JournalEntry
from huiyin.language import selectors, services
from huiyin.language.classify import TextClassifier, frozen, interval, thawed
from huiyin.language.classify.trial import is_better
from huiyin.language.engine import Engine
from huiyin.language.models import Example, ModelVersion, ModelWeights
from huiyin.language.services import registry
from huiyin.language.tests.factories import HashEncoder
from huiyin.language.verdicts import Example as Row

LI = Actor("user", "u1", "Li")
STEAM, BEANS = "蒸汽棒不出汽，奶泡打不起来", "豆子烘焙得太深，喝着发苦"
pytestmark = pytest.mark.django_db


@pytest.fixture
def inline(settings, monkeypatch) -> Engine:
    """An engine that learns only what these tests teach: one task, without packs."""
    settings.LANGUAGE_ENGINE = "inline"
    monkeypatch.setattr("huiyin.language.packs.TASKS", ())
    engine = Engine(HashEncoder())
    monkeypatch.setattr(services, "inline_engine", lambda: engine)
    return engine


def teach(text: str, label: str, times: int, **how) -> None:
    for i in range(times):
        services.learn("product", f"{text}，第{i}台", label, by=LI, **how)
    services.refresh()


def answered(engine: Engine, text: str = STEAM) -> tuple[str, str]:
    (verdict,) = engine.predict("product", [text])
    assert verdict is not None
    return verdict.label, verdict.model


def states() -> dict[str, str]:
    return dict(ModelVersion.objects.values_list("name", "state"))


def test_learns_when_corrected_then_next_prediction_changes_and_versions_follow(inline: Engine) -> None:
    teach(STEAM, "grinder", 3)
    teach(BEANS, "beans", 3)
    before, first = answered(inline)
    teach(STEAM, "machine", 6)
    after, second = answered(inline)
    assert (before, after) == ("grinder", "machine")
    assert states() == {first: "retired", second: "live"}
    facts = JournalEntry.objects.filter(name="language.model_changed").order_by("id")
    assert [(fact.data["model"], fact.data["was"]) for fact in facts] == [(first, ""), (second, first)]


def test_returns_when_older_version_is_chosen_then_it_answers_and_stays(inline: Engine) -> None:
    teach(STEAM, "grinder", 3)
    teach(BEANS, "beans", 3)
    _label, first = answered(inline)
    teach(STEAM, "machine", 6)
    registry.put_live(ModelVersion.objects.get(name=first), by=LI)
    services.refresh()
    assert answered(inline) == ("grinder", first)
    teach(BEANS, "beans", 5)
    assert answered(inline) == ("grinder", first)
    registry.let_learn("product", by=LI)
    services.refresh()
    assert answered(inline)[0] == "machine"
    assert ModelVersion.objects.filter(state="live").count() == 1


def test_chooses_when_version_is_live_or_without_weights_then_refused(inline: Engine) -> None:
    teach(STEAM, "machine", 3)
    teach(BEANS, "beans", 3)
    live = ModelVersion.objects.get(state="live")
    with pytest.raises(Conflict):
        registry.put_live(live, by=LI)
    teach(BEANS, "beans", 5)
    live.refresh_from_db()
    assert live.state == "retired"
    ModelWeights.objects.filter(version=live).delete()
    with pytest.raises(Conflict):
        registry.put_live(live, by=LI)


def test_refuses_candidate_when_it_is_worse_on_held_rows_then_old_one_answers(inline: Engine) -> None:
    teach(STEAM, "machine", 6)
    teach(BEANS, "beans", 6)
    name = answered(inline)[1]
    for i in range(100):
        text = f"{STEAM}，客户{i}"
        services.learn("product", text, "machine", part=Example.Part.HELD, by=LI)
    for i in range(40):
        services.learn("product", f"{STEAM}，客诉{i}", "beans", by=LI)
    services.refresh()
    assert answered(inline) == ("machine", name)
    refused = ModelVersion.objects.get(state="refused")
    assert (refused.trial["rival_name"], refused.trial["own"]["judged_rows"]) == (name, 100.0)
    assert refused.trial["own"]["accuracy"] < refused.trial["rival"]["accuracy"]
    assert not ModelWeights.objects.filter(version=refused).exists()


def test_holds_out_when_text_judges_then_it_never_teaches() -> None:
    services.learn("product", STEAM, "machine", part=Example.Part.HELD, by=LI)
    services.learn("product", STEAM, "beans", by=LI)
    lessons = selectors.lessons()
    assert lessons.tasks == {}
    assert [(row.text, row.label) for row in lessons.held["product"]] == [(STEAM, "beans")]


def test_forgets_when_words_are_erased_then_models_that_knew_them_go(inline: Engine) -> None:
    teach(STEAM, "machine", 3)
    teach(BEANS, "beans", 4)
    services.forget([f"{BEANS}，第0台"])
    assert ModelWeights.objects.count() == 0
    assert ModelVersion.objects.filter(state="live").count() == 0
    services.refresh()
    assert ModelVersion.objects.get(state="live").rows == 6


def test_keeps_weights_when_versions_pile_up_then_only_the_last() -> None:
    encoder = HashEncoder()
    for turn in range(registry.KEPT_VERSIONS + 2):
        rows = [Row(f"{STEAM}{i}", "machine") for i in range(3 + turn)] + [Row(BEANS, "beans")]
        classifier = TextClassifier("coffee", encoder.id)
        classifier.fit(rows, encoder.encode([row.text for row in rows]))
        registry.keep_candidate(classifier.card, frozen(classifier))
    assert ModelVersion.objects.count() == registry.KEPT_VERSIONS + 2
    assert ModelWeights.objects.count() == registry.KEPT_VERSIONS


def test_freezes_when_thawed_then_predicts_the_same_and_holds_no_words_of_users() -> None:
    encoder = HashEncoder()
    rows = [Row(f"{STEAM}{i}", "machine") for i in range(8)] + [Row(f"{BEANS}{i}", "beans") for i in range(8)]
    rows += [Row(f"天气第{i}天不错", "oos") for i in range(25)]
    classifier = TextClassifier("coffee", encoder.id)
    classifier.fit(rows, encoder.encode([row.text for row in rows]))
    texts = [STEAM, BEANS, "今天天气不错"]
    again = thawed(frozen(classifier))
    own = classifier.probabilities(texts, encoder.encode(texts))
    assert again.card == classifier.card
    assert again.card.classes == ("beans", "machine", "oos")
    assert np.allclose(own, again.probabilities(texts, encoder.encode(texts)), atol=0.02)
    assert [again.card.classes[i] for i in own.argmax(axis=1)] == ["machine", "beans", "oos"]
    assert again.known is not None
    assert {row.text for row in again.known[0]} == {""}


@pytest.mark.parametrize(
    ("own", "rival", "better"),
    [
        ((50, 0.80, 0.1), None, True),
        ((50, 0.80, 0.1), (50, 0.80, 0.1), True),
        ((50, 0.78, 0.1), (50, 0.80, 0.1), False),
        ((200, 0.80, 0.02), (200, 0.80, 0.02), False),
        ((200, 0.81, 0.02), (200, 0.80, 0.02), True),
        ((200, 0.90, 0.20), (200, 0.80, 0.02), False),
    ],
)
def test_compares_when_figures_are_so_then_outcome(own, rival, better: bool) -> None:
    def figures(told) -> dict[str, float]:
        return dict(zip(("judged_rows", "accuracy", "calibration_error"), told, strict=True)) | {
            "macro_f1": told[1]
        }

    assert is_better(figures(own), figures(rival) if rival else {}) is better


def test_interval_when_rows_are_few_then_wide() -> None:
    assert interval(8, 10) == (0.4902, 0.9433)
    assert interval(800, 1000) == (0.7741, 0.8236)
    assert interval(0, 0) == (0.0, 1.0)
