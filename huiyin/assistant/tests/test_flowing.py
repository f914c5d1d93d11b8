"""The rules of guided flows: where a document leads, and what is wrong with one that leads nowhere."""

import pytest

from huiyin.assistant.flowing import engine, judging, steps
from huiyin.assistant.flowing.engine import Broken, Halt, Standing, Unfit

ACTIONS = {"orders": ["status", "days"]}
REFUND = steps.read(
    {
        "steps": [
            {"kind": "say", "id": "s1", "text": "我们一起看看。"},
            {
                "kind": "choose",
                "id": "s2",
                "text": "是哪一种？",
                "options": [{"label": "没到账", "to": ""}, {"label": "找人工", "to": "person"}],
            },
            {"kind": "form", "id": "s3", "text": "订单号？", "fields": [{"key": "order", "label": "订单号"}]},
            {"kind": "lookup", "id": "s4", "action": "orders", "sends": ["order"], "absent": "s3"},
            {
                "kind": "test",
                "id": "s5",
                "key": "days",
                "operator": "over",
                "value": "7",
                "yes": "s7",
                "no": "s6",
            },
            {"kind": "end", "id": "s6", "text": "订单 {{order}} {{ status }}，请再等等。"},
            {"kind": "person", "id": "s7", "text": "超过 7 天了，请同事处理。"},
        ]
    }
)


def codes(*raw: dict[str, object]) -> list[tuple[str, str]]:
    document = steps.read({"steps": list(raw)})
    return [(found.step, found.code) for found in judging.problems(document, ACTIONS)]


def say(id: str, to: str = "", text: str = "好") -> dict[str, object]:
    return {"kind": "say", "id": id, "text": text, "to": to}


def test_begin_when_first_steps_only_tell_then_stops_at_the_question():
    at = engine.begin(REFUND)
    assert (at.step, at.said, at.halt) == ("s2", ("我们一起看看。", "是哪一种？"), Halt.USER)


def test_walk_when_answers_are_given_then_the_whole_way_to_the_end():
    at, words = engine.choose(REFUND, engine.begin(REFUND), 0)
    assert (at.step, words) == ("s3", "没到账")
    at, words = engine.fill(REFUND, at, {"order": " A-17 "})
    assert (at.step, at.halt, words) == ("s4", Halt.SYSTEM, "订单号: A-17")
    assert engine.asked(REFUND, at)[1] == {"order": "A-17"}
    at = engine.looked_up(REFUND, at, "found", {"status": "退款中", "days": "3"})
    assert (at.step, at.said, at.halt) == ("s6", ("订单 A-17 退款中，请再等等。",), Halt.USER)


@pytest.mark.parametrize(
    ("outcome", "values", "step", "halt"),
    [
        ("found", {"days": "8"}, "s7", Halt.PERSON),
        ("absent", {}, "s3", Halt.USER),
        ("failed", {}, "person", Halt.PERSON),
        ("strange", {}, "person", Halt.PERSON),
        ("found", {"days": "many"}, "s6", Halt.USER),
    ],
)
def test_look_up_when_it_ends_so_then_that_way(outcome, values, step, halt):
    at = engine.looked_up(REFUND, Standing("s4", {"order": "1"}), outcome, values)
    assert (at.step, at.halt) == (step, halt)


def test_choose_when_the_answer_leads_to_people_then_people():
    at, _words = engine.choose(REFUND, Standing("s2"), 1)
    assert at.halt == Halt.PERSON


@pytest.mark.parametrize("number", [-1, 2])
def test_choose_when_not_offered_then_unfit(number):
    with pytest.raises(Unfit):
        engine.choose(REFUND, Standing("s2"), number)


@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        ("text", "", "needed"),
        ("text", "x" * 501, "too_long"),
        ("number", "abc", "number"),
        ("number", "nan", "number"),
        ("number", "1,200.5", ""),
        ("date", "2026-13-01", "date"),
        ("date", "2026-11-22", ""),
        ("email", "wang@", "email"),
        ("email", "wang@example.com", ""),
        ("phone", "12", "phone"),
        ("phone", "+86 138 1234 5678", ""),
    ],
)
def test_fill_when_a_value_is_given_then_judged_by_its_kind(kind, value, error):
    document = steps.read(
        {
            "steps": [
                {
                    "kind": "form",
                    "id": "s1",
                    "text": "?",
                    "fields": [{"key": "x", "label": "X", "kind": kind}],
                },
                {"kind": "end", "id": "s2", "text": "好"},
            ]
        }
    )
    if not error:
        assert engine.fill(document, Standing("s1"), {"x": value})[0].answers == {"x": value}
        return
    with pytest.raises(Unfit) as caught:
        engine.fill(document, Standing("s1"), {"x": value})
    assert caught.value.errors == {"x": error}


@pytest.mark.parametrize(
    ("operator", "known", "value", "holds"),
    [
        ("is", "VIP", "vip", True),
        ("is_not", "VIP", "vip", False),
        ("contains", "已发货", "发货", True),
        ("contains", "已发货", "", False),
        ("given", "", "", False),
        ("given", "x", "", True),
        ("under", "1,000", "2000", True),
        ("over", "10", "9.5", True),
        ("over", "", "1", False),
    ],
)
def test_test_when_compared_then_as_words_or_numbers(operator, known, value, holds):
    step = steps.Test(id="s", key="k", operator=operator, value=value)
    assert engine.holds(step, {"k": known}) is holds


def test_walk_when_values_hold_placeholders_then_not_filled_again():
    assert engine.filled_in("{{a}}", {"a": "{{b}}", "b": "x"}) == "{{b}}"


def test_walk_when_it_turns_in_circles_then_broken():
    document = steps.read({"steps": [say("s1", "s2"), say("s2", "s1")]})
    with pytest.raises(Broken) as caught:
        engine.begin(document)
    assert caught.value.reason == "loop"


@pytest.mark.parametrize("steps_given", [[], [say("s1", "gone")]])
def test_begin_when_the_document_is_broken_then_says_so(steps_given):
    with pytest.raises(Broken):
        engine.begin(steps.read({"steps": steps_given}))


def test_judge_when_all_is_well_then_nothing():
    assert judging.problems(REFUND, ACTIONS) == []


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ([], [("", "empty")]),
        ([say("s1", text=" ")], [("s1", "text_missing")]),
        ([say("s1", "s9")], [("s1", "way_to_nowhere")]),
        ([say("s1", text="{{name}}")], [("s1", "name_unknown")]),
        ([say("s1", "person"), say("s2")], [("s2", "unreachable")]),
        ([say("s1", "s2"), say("s2", "s1")], [("s1", "loop"), ("s2", "loop")]),
        ([say("s1", "s1")], [("s1", "loop")]),
        (
            [{"kind": "choose", "id": "s1", "text": "?", "options": [{"label": "一"}]}],
            [("s1", "options_missing")],
        ),
        ([{"kind": "form", "id": "s1", "text": "?"}], [("s1", "fields_missing")]),
        (
            [{"kind": "form", "id": "s1", "text": "?", "fields": [{"key": "A b", "label": "x"}]}],
            [("s1", "key_invalid")],
        ),
        ([{"kind": "lookup", "id": "s1", "action": "gone"}], [("s1", "action_unknown")]),
        ([{"kind": "lookup", "id": "s1", "action": "orders", "sends": ["x"]}], [("s1", "name_unknown")]),
        ([{"kind": "test", "id": "s1", "key": "x"}], [("s1", "name_unknown")]),
    ],
)
def test_judge_when_something_is_wrong_then_named(raw, found):
    assert codes(*raw) == found


def test_redirect_when_a_step_goes_then_no_way_leads_there():
    kept = [steps.redirected(step, "s3") for step in REFUND.steps if step.id != "s3"]
    assert "s3" not in {to for step in kept for to in steps.ways(step).values()}


def test_fresh_id_when_steps_were_removed_then_none_twice():
    assert steps.fresh_id(steps.read({"steps": [say("s1"), say("s7")]})) == "s8"
