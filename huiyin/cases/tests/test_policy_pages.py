"""The pages of policies: rules are edited as a sheet, shown with their effect, applied as a version, brought back."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import override

from huiyin.accounts.models import BusinessLine
from huiyin.cases import clock_words
from huiyin.cases.forms import length_text
from huiyin.cases.models import Clock, PolicyVersion, SlaPolicy
from huiyin.cases.services import clocks
from huiyin.cases.tests import factories
from huiyin.cases.tests.clock_factories import MONDAY, make_case
from huiyin.core.clock import frozen
from huiyin.core.models import JournalEntry

pytestmark = pytest.mark.django_db
TARGETS = ("first_response", "next_response", "resolution")


@pytest.fixture
def policy() -> SlaPolicy:
    factories.organisation()
    return SlaPolicy.objects.get(is_default=True)


def signed_in(*roles: str) -> Client:
    client = Client()
    client.force_login(factories.staff("-".join(roles), *roles))
    client.cookies["language"] = "en"
    return client


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def called(key: str) -> str:
    with override("en"):
        return clock_words.rule_words(key)


def sheet(policy: SlaPolicy, **values: Any) -> dict[str, Any]:
    """What the page of the policy sends when nothing was touched but `values`."""
    given: dict[str, Any] = {"version": policy.version, "calendar": str(policy.calendar_id)}
    given["count"] = len(policy.rules)
    for place, rule in enumerate(policy.rules):
        prefix = f"rule-{place}-"
        given |= {f"{prefix}origin": rule["key"], f"{prefix}hours": rule["hours"]}
        given[f"{prefix}name"] = called(rule["key"])
        given |= {prefix + name: values for name, values in rule["when"].items()}
        for name in TARGETS:
            given[prefix + name] = "" if rule[name] is None else length_text(rule[name])
    return {**given, **values}


def post(client: Client, policy: SlaPolicy, door: str, **given: Any) -> HttpResponse:
    return client.post(f"/desk/policies/{policy.key}/{door}/", sheet(policy, **given))


def names(answer: HttpResponse) -> list[str]:
    return [form["name"].value() for form in answer.context["sheet"].forms]


def test_rules_when_sent_then_shows_the_effect_and_stores_nothing(policy: SlaPolicy) -> None:
    client = signed_in("supervisor")
    Clock.objects.bulk_create(clocks.plan(make_case(), at=MONDAY))
    with frozen(MONDAY):
        answer = post(client, policy, "rules", **{"rule-1-first_response": "2:00"})
    assert answer.status_code == 200 and "running deadline would be another" in text(answer)
    assert [(move.kind_label, move.difference) for move in answer.context["moves"]] == [
        ("First answer", "2 h")
    ]
    assert answer.context["changes"] == ["Normal: first answer 4 h → 2 h"]
    policy.refresh_from_db()
    assert (policy.version, JournalEntry.objects.filter(name="policy.changed").count()) == (1, 0)


def test_rules_when_applied_as_previewed_then_become_the_next_version(policy: SlaPolicy) -> None:
    client, before = signed_in("supervisor"), policy.rules
    changes = {"rule-0-first_response": "0:45", "rule-0-resolution": ""}
    seen = post(client, policy, "rules", **changes)
    given: dict[str, list[str]] = {}
    for name, value in seen.context["fields"]:
        given.setdefault(name, []).append(str(value))
    answer = client.post(f"/desk/policies/{policy.key}/rules/", {**given, "apply": "1"})
    assert answer.status_code == 302
    policy.refresh_from_db()
    assert policy.version == 2
    assert policy.rules == [{**before[0], "first_response": 2700, "resolution": None}, *before[1:]]
    author = PolicyVersion.objects.get(policy=policy, version=2).author
    assert author.username == "supervisor"


def test_rules_when_values_are_ticked_in_another_order_then_nothing_is_said_to_change(
    policy: SlaPolicy,
) -> None:
    answer = post(signed_in("supervisor"), policy, "rules", **{"rule-0-priority": ["urgent", "high"]})
    assert answer.context["changes"] == []


def test_rules_when_a_shipped_rule_is_renamed_then_its_key_is_the_new_name(policy: SlaPolicy) -> None:
    answer = post(signed_in("supervisor"), policy, "rules", **{"rule-2-name": "Slow", "apply": "1"})
    assert answer.status_code == 302
    policy.refresh_from_db()
    assert [rule["key"] for rule in policy.rules] == ["high", "normal", "Slow", "suggestion", "privacy"]


def test_rules_when_edited_further_then_the_sheet_is_as_it_was_sent(policy: SlaPolicy) -> None:
    given = {"rule-1-first_response": "2:00", "edit": "1"}
    answer = post(signed_in("supervisor"), policy, "rules", **given)
    assert answer.status_code == 200
    assert answer.context["sheet"].forms[1]["first_response"].value() == "2:00"


@pytest.mark.parametrize(
    ("changes", "place", "field"),
    [
        ({"rule-0-first_response": "soon"}, 0, "first_response"),
        ({"rule-1-name": ""}, 1, "name"),
        ({"rule-1-name": "Urgent and high"}, 1, "name"),
        ({"rule-1-name": "紧急与高"}, 1, "name"),
        ({"rule-1-kind": ["rain"]}, 1, "kind"),
        ({"rule-1-tier": ["gold"]}, 1, "tier"),
        ({"rule-1-hours": "lunch"}, 1, "hours"),
    ],
)
def test_rules_when_bad_then_names_the_field_and_changes_nothing(
    policy: SlaPolicy, changes: dict[str, Any], place: int, field: str
) -> None:
    answer = post(signed_in("supervisor"), policy, "rules", **changes, apply="1")
    assert answer.status_code == 400
    faults = {form.place: list(form.errors) for form in answer.context["sheet"].forms if form.errors}
    assert faults == {place: [field]}
    policy.refresh_from_db()
    assert policy.version == 1


def test_rules_when_none_is_for_the_rest_then_400_and_says_so(policy: SlaPolicy) -> None:
    answer = post(signed_in("supervisor"), policy, "rules", **{"rule-1-kind": ["fault"], "apply": "1"})
    assert answer.status_code == 400 and "leave its conditions empty" in text(answer)
    assert answer.context["sheet"].forms[1]["kind"].value() == ["fault"]


def test_rules_when_stale_then_409_and_changes_nothing(policy: SlaPolicy) -> None:
    SlaPolicy.objects.filter(id=policy.id).update(version=5)
    answer = post(signed_in("supervisor"), policy, "rules", **{"rule-0-first_response": "0:45", "apply": "1"})
    assert answer.status_code == 409 and "Somebody changed this policy meanwhile" in text(answer)
    stored = SlaPolicy.objects.get(id=policy.id)
    assert (stored.version, stored.rules) == (5, policy.rules)


def test_draft_when_a_rule_is_added_then_a_blank_one_stands_last_and_what_was_typed_stays(
    policy: SlaPolicy,
) -> None:
    given = {"step": "add", "rule-0-first_response": "soon"}
    answer = post(signed_in("supervisor"), policy, "draft", **given)
    assert (answer.status_code, len(names(answer)), names(answer)[-1]) == (200, 6, None)
    assert answer.context["sheet"].forms[0]["first_response"].value() == "soon"
    assert "Nothing is saved yet" in text(answer)


def test_draft_when_moved_then_stands_elsewhere(policy: SlaPolicy) -> None:
    client = signed_in("supervisor")
    before = names(client.get(f"/desk/policies/{policy.key}/"))
    up = names(post(client, policy, "draft", step="up:1"))
    down = names(post(client, policy, "draft", step="down:0"))
    assert up == down == [before[1], before[0], *before[2:]]
    for nowhere in ("up:0", "up:99", "down:4", "sideways", "goes:x"):
        assert names(post(client, policy, "draft", step=nowhere)) == before


def test_draft_when_marked_to_go_then_it_can_be_kept_and_goes_only_when_applied(policy: SlaPolicy) -> None:
    client = signed_in("supervisor")
    marked = post(client, policy, "draft", step="goes:3")
    assert [form.stays for form in marked.context["sheet"].forms] == [True, True, True, False, True]
    kept = post(client, policy, "draft", **{"rule-3-goes": "1", "step": "goes:3"})
    assert all(form.stays for form in kept.context["sheet"].forms)
    assert post(client, policy, "rules", **{"rule-3-goes": "1", "apply": "1"}).status_code == 302
    policy.refresh_from_db()
    assert [rule["key"] for rule in policy.rules] == ["high", "normal", "low", "privacy"]


def test_version_when_brought_back_then_is_previewed_and_becomes_the_newest(policy: SlaPolicy) -> None:
    client, before = signed_in("supervisor"), policy.rules
    post(client, policy, "rules", **{"rule-1-first_response": "9:00", "apply": "1"})
    page = client.get(f"/desk/policies/{policy.key}/versions/1/")
    assert "Bring these rules back" in text(page)
    given: dict[str, list[str]] = {}
    for name, value in page.context["fields"]:
        given.setdefault(name, []).append(str(value))
    seen = client.post(f"/desk/policies/{policy.key}/rules/", given)
    assert seen.context["changes"] == ["Normal: first answer 9 h → 4 h"]
    assert client.post(f"/desk/policies/{policy.key}/rules/", {**given, "apply": "1"}).status_code == 302
    policy.refresh_from_db()
    assert (policy.version, policy.rules) == (3, before)
    history = client.get(f"/desk/policies/{policy.key}/").context["versions"]
    assert [(each.row.version, each.is_present) for each in history] == [(3, True), (2, False), (1, False)]
    assert history[1].changes == ["Normal: first answer 4 h → 9 h"]


def test_version_when_absent_then_404(policy: SlaPolicy) -> None:
    assert signed_in("agent").get(f"/desk/policies/{policy.key}/versions/9/").status_code == 404
    PolicyVersion.objects.all().delete()
    assert signed_in("auditor").get(f"/desk/policies/{policy.key}/versions/1/").status_code == 200


def test_clock_page_when_opened_then_links_to_the_version_that_made_it(policy: SlaPolicy) -> None:
    client, case = signed_in("agent"), make_case()
    Clock.objects.bulk_create(clocks.plan(case, at=MONDAY))
    page = client.get(f"/desk/cases/{case.number}/clocks/first_response/")
    assert f"/desk/policies/{policy.key}/versions/1/" in text(page)


def test_pack_when_added_then_is_a_policy_that_holds_nowhere(policy: SlaPolicy) -> None:
    client = signed_in("supervisor")
    given = {"pack": "levels", "calendar": str(policy.calendar_id), "name_en": "Night"}
    assert client.post("/desk/policies/", given).url == "/desk/policies/levels-2/"
    made = SlaPolicy.objects.get(key="levels-2")
    assert (made.name_en, made.name_zh, made.is_default, made.line) == ("Night", "四级处理", False, None)
    answer = client.post("/desk/policies/", {"pack": "gold", "calendar": str(policy.calendar_id)})
    assert (answer.status_code, list(answer.context["pack_form"].errors)) == (400, ["pack"])


def test_removal_when_in_force_then_409_and_when_unused_then_gone(policy: SlaPolicy) -> None:
    client = signed_in("supervisor")
    assert client.post(f"/desk/policies/{policy.key}/removal/").status_code == 409
    assert client.post("/desk/policies/levels/removal/").status_code == 302
    assert sorted(SlaPolicy.objects.values_list("key", flat=True)) == ["classic", "tiered"]


def test_names_when_given_then_are_shown_and_when_empty_then_400(policy: SlaPolicy) -> None:
    client = signed_in("supervisor")
    url = f"/desk/policies/{policy.key}/names/"
    assert client.post(url, {"name_zh": "白天", "name_en": "Day"}).status_code == 302
    assert "<h1>Day</h1>" in text(client.get(f"/desk/policies/{policy.key}/"))
    answer = client.post(url, {"name_zh": "", "name_en": "Day"})
    assert (answer.status_code, list(answer.context["names_form"].errors)) == (400, ["name_zh"])


def test_policy_when_given_away_then_holds_there(policy: SlaPolicy) -> None:
    client = signed_in("supervisor")
    line = BusinessLine.objects.create(key="music", name_zh="音乐", name_en="Music")
    other = SlaPolicy.objects.filter(is_default=False)[0]
    assert client.post(f"/desk/policies/{other.key}/line/", {"line": str(line.id)}).status_code == 302
    assert client.post(f"/desk/policies/{other.key}/default/").status_code == 302
    other.refresh_from_db()
    assert (other.line_id, other.is_default, other.version) == (line.id, True, 1)
    assert SlaPolicy.objects.filter(is_default=True).count() == 1
    assert client.post(f"/desk/policies/{other.key}/line/", {"line": "absent"}).status_code == 400


@pytest.mark.parametrize("role", ["agent", "auditor"])
def test_writes_when_forbidden_then_403_and_nothing_changes(policy: SlaPolicy, role: str) -> None:
    client = signed_in(role)
    before = list(SlaPolicy.objects.order_by("key").values())
    for door in ("rules", "draft", "default", "line", "names", "removal"):
        assert post(client, policy, door, apply="1").status_code == 403
    assert client.post("/desk/policies/", {"pack": "levels"}).status_code == 403
    assert list(SlaPolicy.objects.order_by("key").values()) == before
    shown = text(client.get(f"/desk/policies/{policy.key}/"))
    assert ("4:00" in shown, "Show the effect" in shown) == (True, False)
