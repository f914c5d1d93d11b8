"""Policies are edited as versions: cases that open later are promised the new, running clocks keep the old."""

from datetime import timedelta

import pytest

from huiyin.accounts.models import BusinessLine
from huiyin.cases.models import Calendar, Clock, PolicyVersion, SlaPolicy
from huiyin.cases.packs import LEVELS, TIERED
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


def test_change_rules_when_applied_then_every_version_is_kept(tiered):
    before = tiered.rules
    promises.change_rules(tiered, one_rule(), version=1, by=SYSTEM)
    promises.change_rules(tiered, before, version=2, by=SYSTEM)
    kept = PolicyVersion.objects.filter(policy=tiered).order_by("version")
    assert [(row.version, len(row.rules)) for row in kept] == [(1, 5), (2, 1), (3, 5)]
    assert all(row.made_at for row in kept)


def test_change_rules_when_the_former_version_was_not_kept_then_it_is_now(tiered):
    PolicyVersion.objects.all().delete()
    promises.change_rules(tiered, one_rule(), version=1, by=SYSTEM)
    kept = PolicyVersion.objects.filter(policy=tiered).order_by("version")
    assert [(row.version, row.made_at is None) for row in kept] == [(1, True), (2, False)]


def test_preview_rules_when_shorter_then_shows_the_moves_and_stores_nothing(tiered):
    case = make_case()
    Clock.objects.bulk_create(clocks.plan(case, at=MONDAY))
    effect = promises.preview_rules(tiered, one_rule(), calendar=tiered.calendar, at=MONDAY)
    moved = {move.kind: (move.due_at, move.becomes_late) for move in effect.moves}
    assert moved == {
        "first_response": (MONDAY + timedelta(minutes=10), False),
        "resolution": (None, False),
    }
    tiered.refresh_from_db()
    assert (tiered.version, clocks_of(case)[FIRST].due_at) == (1, MONDAY + timedelta(hours=4))


def test_preview_rules_when_the_same_then_nothing_moves(tiered):
    Clock.objects.bulk_create(clocks.plan(make_case(), at=MONDAY))
    effect = promises.preview_rules(tiered, tiered.rules, calendar=tiered.calendar, at=MONDAY)
    assert (effect.moves, effect.looked_at) == ((), 2)


def test_install_pack_when_its_key_is_taken_then_gets_another_and_holds_nowhere(tiered):
    made = promises.install_pack("levels", name_en="Night", calendar=tiered.calendar, by=SYSTEM)
    assert (made.key, made.name_en, made.name_zh) == ("levels-2", "Night", "四级处理")
    assert (made.is_default, made.line_id, made.version) == (False, None, 1)
    assert made.rules == [rule.to_json() for rule in LEVELS]
    told = list(JournalEntry.objects.values_list("name", "subject", "data"))
    assert told == [("policy.added", str(made.id), {"pack": "levels"})]


def test_install_pack_when_unknown_then_refuses(tiered):
    with pytest.raises(Invalid):
        promises.install_pack("gold", calendar=tiered.calendar, by=SYSTEM)


def test_remove_when_it_promised_nothing_then_gone(tiered):
    promises.remove(SlaPolicy.objects.get(key="levels"), by=SYSTEM)
    assert not SlaPolicy.objects.filter(key="levels").exists()
    assert JournalEntry.objects.values_list("name", "data").get() == ("policy.removed", {"key": "levels"})


def test_remove_when_in_force_or_a_deadline_stands_on_it_then_refuses(tiered):
    Clock.objects.bulk_create(clocks.plan(make_case(), at=MONDAY))
    with pytest.raises(Conflict) as refusal:
        promises.remove(tiered, by=SYSTEM)
    assert refusal.value.code == "policy_in_force"
    promises.make_default(SlaPolicy.objects.get(key="classic"), by=SYSTEM)
    with pytest.raises(Conflict) as refusal:
        promises.remove(tiered, by=SYSTEM)
    assert refusal.value.code == "policy_has_deadlines"
    assert SlaPolicy.objects.filter(key="tiered").exists()


def test_rename_when_a_name_is_empty_then_refuses(tiered):
    with pytest.raises(Invalid):
        promises.rename(tiered, name_zh=" ", name_en="Day", by=SYSTEM)
    assert promises.rename(tiered, name_zh="白天", name_en="Day", by=SYSTEM).name_zh == "白天"
