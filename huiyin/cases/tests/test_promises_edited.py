"""Policies are edited as versions: cases that open later are promised the new, running clocks keep the old."""

from datetime import timedelta

import pytest

from huiyin.accounts.models import BusinessLine
from huiyin.cases.models import Calendar, Clock, SlaPolicy
from huiyin.cases.packs import TIERED
from huiyin.cases.selectors.rulebook import forget_rulebook, rulebook
from huiyin.cases.services import clocks, promises
from huiyin.cases.tests.clock_factories import MONDAY, clocks_of, make_case
from huiyin.cases.tests.clock_factories import promises as shipped
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.models import JournalEntry

pytestmark = pytest.mark.django_db
FIRST = Clock.Kind.FIRST_RESPONSE


@pytest.fixture
def tiered():
    return shipped()


def one_rule(**changes):
    return [{"key": "all", "when": {}, "hours": "always", "first_response": 600, **changes}]


def test_change_rules_when_applied_then_new_cases_get_them_and_running_clocks_keep_theirs(tiered):
    before, after = make_case(), make_case()
    Clock.objects.bulk_create(clocks.plan(before, at=MONDAY))
    changed = promises.change_rules(tiered, one_rule(), version=1, by=SYSTEM)
    forget_rulebook()
    Clock.objects.bulk_create(clocks.plan(after, at=MONDAY))
    assert clocks_of(after)[FIRST].due_at == MONDAY + timedelta(minutes=10)
    assert clocks_of(before)[FIRST].due_at == MONDAY + timedelta(hours=4)
    assert (changed.version, clocks_of(after)[FIRST].policy_version) == (2, 2)
    assert set(clocks_of(after)) == {FIRST}
    assert list(JournalEntry.objects.values_list("name", "subject")) == [("policy.changed", str(tiered.id))]


def test_change_rules_when_the_version_is_stale_then_refuses(tiered):
    promises.change_rules(tiered, one_rule(), version=1, by=SYSTEM)
    with pytest.raises(Conflict) as refusal:
        promises.change_rules(tiered, one_rule(), version=1, by=SYSTEM)
    assert (refusal.value.code, refusal.value.data["current"]) == ("policy_changed", 2)


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([], "no_rule_for_the_rest"),
        (one_rule(key=""), "rule_without_key"),
        (one_rule() * 2, "rule_doubled"),
        (one_rule(when={"weather": ["rain"]}), "field_unknown"),
        (one_rule(when={"kind": ["rain"]}), "value_unknown"),
        (one_rule(hours="lunch"), "hours_unknown"),
        (one_rule(resolution=-1), "target_out_of_range"),
        (one_rule(hours="service", resolution=3000 * 86400), "target_never_due"),
    ],
)
def test_change_rules_when_they_cannot_be_meant_then_refuses_and_changes_nothing(tiered, rules, code):
    with pytest.raises(Invalid) as refusal:
        promises.change_rules(tiered, rules, version=1, by=SYSTEM)
    assert refusal.value.code == code
    tiered.refresh_from_db()
    assert (tiered.version, tiered.rules) == (1, [rule.to_json() for rule in TIERED])


def test_change_rules_when_a_calendar_is_named_then_counts_by_it(tiered):
    always = Calendar.objects.get(key="always")
    assert promises.change_rules(tiered, one_rule(), calendar=always, version=1, by=SYSTEM).calendar == always


def test_make_default_when_another_was_then_only_one_is(tiered):
    classic = SlaPolicy.objects.get(key="classic")
    promises.make_default(classic, by=SYSTEM)
    promises.make_default(classic, by=SYSTEM)
    assert [policy.key for policy in SlaPolicy.objects.filter(is_default=True)] == ["classic"]
    assert JournalEntry.objects.count() == 1


def test_give_line_when_another_policy_had_it_then_it_passes_on(tiered):
    line = BusinessLine.objects.create(key="pay", name_zh="支付", name_en="Payments")
    classic = SlaPolicy.objects.get(key="classic")
    promises.give_line(tiered, line, by=SYSTEM)
    promises.give_line(classic, line, by=SYSTEM)
    forget_rulebook()
    assert rulebook().policy_for(line.id).row == classic
    assert rulebook().policy_for(None).row == tiered
