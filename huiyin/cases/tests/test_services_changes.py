"""Changes of fields and corrections of verdicts: what follows, what is told, what is refused."""

import pytest

from huiyin.cases import services
from huiyin.cases.models import Case
from huiyin.cases.tests.factories import heard, organisation, product, staff
from huiyin.cases.tests.watching import fact, refused, telling, unchanged
from huiyin.core.errors import Conflict, Invalid
from huiyin.language.models import Example

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def test_change_when_priority_rises_then_deadlines_move(agent):
    case = heard("怎么修改头像")
    before, due = case.priority, case.next_due_at
    with telling() as told:
        services.change(case, {"priority": "urgent"}, version=1, by=agent.actor)
    case.refresh_from_db()
    assert told == ["case.changed", "clock.moved", "clock.moved"]
    assert fact("case.changed") == {"fields": ["priority"], "old": [before], "new": ["urgent"]}
    assert (case.priority, case.version) == ("urgent", 2)
    assert case.next_due_at < due


def test_change_when_several_fields_then_one_fact_names_those_that_differ(agent):
    case, thing = heard("怎么修改头像"), product()
    values = {"kind": case.kind, "category": "refund", "product": thing, "tags": ["退款", "VIP"]}
    services.change(case, values, by=agent.actor)
    case.refresh_from_db()
    assert (case.category, case.product_id, case.tags) == ("refund", thing.id, ["退款", "VIP"])
    told = fact("case.changed")
    assert (told["fields"], told["new"]) == (["category", "product", "tags"], ["refund", "music", ""])
    services.change(case, {"product": None}, by=agent.actor)
    assert fact("case.changed") == {"fields": ["product"], "old": ["music"], "new": [""]}


def test_change_when_words_change_then_the_journal_does_not_repeat_them(agent):
    case = heard()
    words = {"subject": "王芳的订单", "temporary_fix": "手动", "lasting_fix": "修", "fields": {"order": "A1"}}
    services.change(case, words, by=agent.actor)
    told = fact("case.changed")
    assert (sorted(told["fields"]), set(told["old"]), set(told["new"])) == (sorted(words), {""}, {""})


def test_change_when_nothing_differs_then_nothing_is_told(agent):
    case = heard()
    with unchanged():
        services.change(case, {"priority": case.priority, "tags": []}, by=agent.actor)


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"status": "solved"}, "field_unknown", "status"),
        ({"owner": None}, "field_unknown", "owner"),
        ({"priority": "now"}, "priority_unknown", "priority"),
        ({"priority": None}, "priority_unknown", "priority"),
        ({"kind": "riddle"}, "kind_unknown", "kind"),
        ({"kind": None}, "kind_unknown", "kind"),
        ({"subject": " "}, "subject_length", "subject"),
        ({"subject": None}, "subject_length", "subject"),
        ({"subject": "x" * 201}, "subject_length", "subject"),
        ({"category": "x" * 61}, "category_length", "category"),
        ({"category": None}, "category_length", "category"),
        ({"tags": None}, "tags_invalid", "tags"),
        ({"tags": "退款"}, "tags_invalid", "tags"),
        ({"tags": [1]}, "tags_invalid", "tags"),
        ({"tags": ["x" * 41]}, "tags_invalid", "tags"),
        ({"tags": ["x"] * 31}, "tags_invalid", "tags"),
        ({"fields": None}, "value_invalid", "fields"),
        ({"fields": ["a"]}, "value_invalid", "fields"),
        ({"temporary_fix": None}, "value_invalid", "temporary_fix"),
        ({"lasting_fix": "x" * 20_001}, "value_invalid", "lasting_fix"),
    ],
)
def test_change_when_value_is_wrong_then_refuses(agent, values, code, field):
    case = heard()
    with refused(Invalid, code, field=field):
        services.change(case, values, by=agent.actor)


def test_change_when_version_is_stale_then_refuses(agent):
    case = heard()
    services.change(case, {"tags": ["一"]}, by=agent.actor)
    with refused(Conflict, "case_changed", current=2):
        services.change(case, {"tags": ["二"]}, version=1, by=agent.actor)


@pytest.mark.parametrize(
    ("verdict", "label"), [("category", "refund"), ("priority", "urgent"), ("kind", "complaint")]
)
def test_correct_when_verdict_is_a_field_then_field_verdict_and_lesson_agree(agent, verdict, label):
    case = heard("怎么修改头像")
    shown = case.understanding[verdict]["label"]
    with telling() as told:
        services.correct(case, verdict=verdict, label=label, by=agent.actor)
    case.refresh_from_db()
    assert getattr(case, verdict) == label
    now = case.understanding[verdict]
    assert (now["label"], now["corrected"], now["was"]) == (label, True, shown)
    assert [name for name in told if name.startswith("case.")] == ["case.changed", "case.corrected"]
    assert fact("case.corrected") == {"verdict": verdict, "old": shown, "new": label}
    lesson = Example.objects.get()
    assert (lesson.task, lesson.label, lesson.shown_label) == (verdict, label, shown)


def test_correct_when_twice_then_remembers_what_the_machine_said_first(agent):
    case = heard("怎么修改头像")
    shown = case.understanding["category"]["label"]
    services.correct(case, verdict="category", label="refund", by=agent.actor)
    services.correct(Case.objects.get(), verdict="category", label="account", by=agent.actor)
    case.refresh_from_db()
    assert (case.understanding["category"]["was"], case.category) == (shown, "account")


def test_correct_when_sentiment_then_the_case_shows_it(agent):
    case = heard()
    services.correct(case, verdict="sentiment", label="positive", by=agent.actor)
    case.refresh_from_db()
    assert (case.sentiment, case.understanding["sentiment"]["label"]) == ("positive", "positive")


def test_correct_when_product_then_the_case_is_about_it(agent):
    case, thing = heard(), product()
    services.correct(case, verdict="product", label="music", by=agent.actor)
    case.refresh_from_db()
    assert (case.product_id, case.understanding["product"]["label"]) == (thing.id, "music")


@pytest.mark.parametrize(
    ("verdict", "label", "code", "field"),
    [
        ("colour", "red", "verdict_unknown", "verdict"),
        ("", "", "verdict_unknown", "verdict"),
        ("priority", "now", "label_unknown", "value"),
        ("kind", "riddle", "label_unknown", "value"),
        ("sentiment", "furious", "label_unknown", "value"),
        ("sentiment", "", "label_unknown", "value"),
        ("category", "", "label_unknown", "value"),
        ("category", "x" * 61, "label_unknown", "value"),
        ("product", "nothing", "label_unknown", "value"),
    ],
)
def test_correct_when_unknown_then_nothing_is_learnt(agent, verdict, label, code, field):
    case = heard()
    with refused(Invalid, code, field=field):
        services.correct(case, verdict=verdict, label=label, by=agent.actor)
    assert Example.objects.count() == 0
