"""Packs of promises: the most specific rule wins and says why; nothing that cannot be meant is taken."""

from datetime import timedelta

import pytest

from huiyin.cases import packs
from huiyin.cases.models import Priority
from huiyin.cases.packs import CLASSIC, LEVELS, TIERED, Hours, Rule, RuleFault, choose
from huiyin.voices.models import Kind

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "priority", "rule", "first"),
    [
        ("question", "urgent", "high", timedelta(minutes=30)),
        ("fault", "high", "high", timedelta(minutes=30)),
        ("question", "normal", "normal", 4 * HOUR),
        ("question", "low", "low", 8 * HOUR),
        ("suggestion", "normal", "suggestion", 24 * HOUR),
        ("suggestion", "high", "high", timedelta(minutes=30)),
        ("privacy", "normal", "privacy", 24 * HOUR),
    ],
)
def test_choose_when_tiered_then_promises_by_priority_and_kind(kind, priority, rule, first):
    found = choose(TIERED, kind=kind, priority=priority)
    assert (found.rule, found.first_response) == (rule, first)


@pytest.mark.parametrize(
    ("kind", "priority", "rule", "first", "resolution"),
    [
        ("question", "normal", "general", 24, 24),
        ("fault", "urgent", "complex", 24, 48),
        ("complaint", "normal", "complaint", 24, 120),
        ("complaint", "urgent", "complaint_major", 24, 48),
    ],
)
def test_choose_when_classic_then_promises_a_day_and_two_for_what_is_hard(
    kind, priority, rule, first, resolution
):
    found = choose(CLASSIC, kind=kind, priority=priority)
    assert (found.rule, found.first_response, found.resolution) == (rule, first * HOUR, resolution * HOUR)
    assert found.hours == Hours.ALWAYS


@pytest.mark.parametrize(("level", "first"), [(1, 0), (2, 2), (3, 4), (4, 4)])
def test_choose_when_by_levels_then_promises_by_level(level, first):
    assert choose(LEVELS, kind="fault", priority="normal", level=level).first_response == first * HOUR


def test_choose_when_several_rules_fit_then_the_most_specific_wins_and_says_why():
    rules = (
        Rule("rest", {}, 4 * HOUR),
        Rule("vip", {"tier": frozenset({"vip"})}, HOUR),
        Rule("faults", {"kind": frozenset({"fault"})}, 3 * HOUR),
        Rule("pay", {"product": frozenset({"pay"}), "kind": frozenset({"fault"})}, 2 * HOUR),
    )
    found = choose(rules, kind="fault", priority="normal", product="pay", tier="vip")
    assert found.reason() == {
        "rule": "pay",
        "hours": "service",
        "matched": {"product": "pay", "kind": "fault"},
        "passed_over": ["rest", "vip", "faults"],
    }
    assert choose(rules, kind="fault", priority="normal", tier="vip").rule == "vip"
    assert choose(rules, kind="question", priority="normal").rule == "rest"


def test_choose_when_nothing_fits_then_refuses():
    with pytest.raises(RuleFault) as fault:
        choose((Rule("faults", {"kind": frozenset({"fault"})}),), kind="question", priority="low")
    assert fault.value.code == "no_rule_matches"


def test_shipped_packs_when_read_back_from_json_then_are_equal_and_cover_every_case():
    assert (set(Kind.values), set(Priority.values)) == (packs.KINDS, packs.PRIORITIES)
    for pack in packs.PACKS:
        assert packs.read([rule.to_json() for rule in pack.rules]) == pack.rules
        for kind in Kind.values:
            for priority in Priority.values:
                for level in range(1, 5):
                    found = choose(pack.rules, kind=kind, priority=priority, level=level)
                    assert found.first_response is not None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": ""}, "rule_without_key"),
        ({"when": {"weather": ["rain"]}}, "field_unknown"),
        ({"when": {"priority": ["asap"]}}, "value_unknown"),
        ({"when": {"kind": []}}, "value_unknown"),
        ({"first_response": -1}, "target_out_of_range"),
        ({"resolution": "4h"}, "target_out_of_range"),
        ({"hours": "lunch"}, "hours_unknown"),
        ({"when": {"kind": ["fault"]}}, "no_rule_for_the_rest"),
    ],
)
def test_read_when_a_pack_cannot_be_meant_then_says_what_is_wrong(change, code):
    with pytest.raises(RuleFault) as fault:
        packs.read([{**TIERED[1].to_json(), **change}])
    assert fault.value.code == code


def test_read_when_a_key_comes_twice_then_refuses():
    with pytest.raises(RuleFault) as fault:
        packs.read([TIERED[1].to_json(), TIERED[1].to_json()])
    assert (fault.value.code, fault.value.value) == ("rule_doubled", "normal")
