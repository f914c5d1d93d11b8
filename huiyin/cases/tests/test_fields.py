"""Own fields of cases: definitions, values that fit, personal ones sealed, the pages."""

from dataclasses import replace

import pytest
from django.db import connection

from huiyin.cases import selectors, services
from huiyin.cases.models import Case, CaseField
from huiyin.cases.services import FieldWords
from huiyin.cases.tests.factories import heard, organisation, product, staff
from huiyin.core import journal
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.tests.people import signed_in

pytestmark = pytest.mark.django_db
AMOUNT = FieldWords("amount", "金额", "Amount", kind="number")
SHOPS = ({"key": "bj", "zh": "北京店", "en": "Beijing"}, {"key": "sh", "zh": "上海店", "en": "Shanghai"})


@pytest.fixture
def admin():
    organisation()
    return staff("yutao", "admin")


def again(case):
    return Case.objects.get(number=case.number)


def test_keep_field_when_defined_then_stands_on_the_cases_it_is_for(admin):
    music = product()
    services.keep_field(None, AMOUNT, by=admin.actor)
    services.keep_field(None, FieldWords("song", "歌曲", "Song", product=music), by=admin.actor)
    services.keep_field(None, FieldWords("blame", "责任", "Blame", case_kind="complaint"), by=admin.actor)
    case = heard()
    Case.objects.filter(number=case.number).update(kind="complaint")
    assert [each.key for each in selectors.fields_of(again(case))] == ["amount", "blame"]
    assert journal.entries_for("case_field", str(CaseField.objects.get(key="amount").id)).count() == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (replace(AMOUNT, key="Amount"), "key"),
        (replace(AMOUNT, name_en=" "), "name_en"),
        (replace(AMOUNT, kind="colour"), "kind"),
        (replace(AMOUNT, kind="choice"), "choices"),
        (replace(AMOUNT, kind="choice", choices=(SHOPS[0], SHOPS[0])), "choices"),
    ],
)
def test_keep_field_when_something_is_wrong_then_names_it(admin, words, field):
    with pytest.raises(Invalid) as refused:
        services.keep_field(None, words, by=admin.actor)
    assert refused.value.data["field"] == field
    assert not CaseField.objects.exists()


def test_keep_field_when_changed_then_key_and_kind_stay_and_stale_is_refused(admin):
    made = services.keep_field(None, AMOUNT, by=admin.actor)
    words = replace(AMOUNT, key="sum", kind="text", is_personal=True, name_zh="总额")
    changed = services.keep_field(made, words, version=1, by=admin.actor)
    assert (changed.key, changed.kind, changed.is_personal, changed.name_zh) == (
        "amount",
        "number",
        False,
        "总额",
    )
    with pytest.raises(Conflict):
        services.keep_field(made, words, version=1, by=admin.actor)
    with pytest.raises(Invalid):
        services.keep_field(None, AMOUNT, by=admin.actor)


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("number", " 12.50 ", "12.50"),
        ("date", "2026-11-22", "2026-11-22"),
        ("boolean", "true", "true"),
        ("choice", "bj", "bj"),
        ("text", " 甲 ", "甲"),
    ],
)
def test_change_when_a_value_fits_then_kept(admin, kind, given, kept):
    services.keep_field(None, replace(AMOUNT, kind=kind, choices=SHOPS), by=admin.actor)
    case = heard()
    services.change(case, {"fields": {"amount": given, "program": "x"}}, by=admin.actor)
    assert again(case).fields == {"amount": kept, "program": "x"}
    services.change(case, {"fields": {"amount": ""}}, by=admin.actor)
    assert again(case).fields == {"program": "x"}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("number", "zwölf"),
        ("number", "NaN"),
        ("date", "22.11.2026"),
        ("boolean", "perhaps"),
        ("choice", "gz"),
        ("text", "x" * 1001),
    ],
)
def test_change_when_a_value_does_not_fit_then_refused_and_nothing_kept(admin, kind, given):
    services.keep_field(None, replace(AMOUNT, kind=kind, choices=SHOPS), by=admin.actor)
    case = heard()
    with pytest.raises(Invalid) as refused:
        services.change(case, {"fields": {"amount": given}}, by=admin.actor)
    assert refused.value.data["field"] == "field-amount"
    assert again(case).fields == {}


def test_change_when_required_and_blank_then_refused(admin):
    services.keep_field(None, replace(AMOUNT, is_required=True), by=admin.actor)
    with pytest.raises(Invalid) as refused:
        services.change(heard(), {"fields": {"amount": " "}}, by=admin.actor)
    assert refused.value.code == "field_required"


def test_solve_when_a_field_must_not_be_empty_then_only_with_it(admin):
    services.keep_field(None, replace(AMOUNT, is_required=True), by=admin.actor)
    services.keep_field(
        None, replace(AMOUNT, key="other", case_kind="complaint", is_required=True), by=admin.actor
    )
    case = heard()
    with pytest.raises(Invalid) as told:
        services.solve(case, resolution="好了", by=admin.actor)
    assert (told.value.code, again(case).status) == ("field_required", "new")
    services.change(case, {"fields": {"amount": "3"}}, by=admin.actor)
    assert services.solve(case, resolution="好了", by=admin.actor).status == "solved"
    silent = heard("另一件事")
    assert services.solve(silent, resolution="好了", by=SYSTEM).status == "solved"


def test_change_when_personal_then_sealed_and_hidden_from_who_only_reads(admin):
    services.keep_field(None, FieldWords("id", "证件", "Id", is_personal=True), by=admin.actor)
    case = heard()
    services.change(case, {"fields": {"id": "110101199001011234"}}, by=admin.actor)
    case = again(case)
    assert (case.fields, case.private) == ({}, {"id": "110101199001011234"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM cases_case")
        assert "1101" not in cursor.fetchone()[0]
    assert selectors.field_values(case, admin)[0]["text"] == "110101199001011234"
    assert selectors.field_values(case, staff("xie", "auditor"))[0]["text"] == "•••"
    told = journal.entries_for("case", case.number).get(name="case.changed").data
    assert told == {"fields": ["private"], "old": [""], "new": [""]}


def test_case_edit_when_saved_in_the_side_panel_then_kept(admin):
    services.keep_field(None, replace(AMOUNT, kind="choice", choices=SHOPS), by=admin.actor)
    case = heard()
    client = signed_in(admin)
    given = {"version": case.version, "priority": case.priority, "field-amount": "sh"}
    client.post(f"/desk/cases/{case.number}/fields/", given)
    assert again(case).fields == {"amount": "sh"}
    assert '<option value="sh" selected>上海店' in client.get(f"/desk/cases/{case.number}/").content.decode()


def test_field_pages_when_kept_removed_and_put_back_then_values_are_there_again(admin):
    client = signed_in(admin)
    given = {"key": "shop", "name_zh": "门店", "name_en": "Shop", "kind": "choice", "position": "1"}
    assert client.post("/desk/fields/new/", given).status_code == 400
    given["choices"] = "bj | 北京店 | Beijing\nsh｜上海店"
    assert client.post("/desk/fields/new/", given)["Location"] == "/desk/fields/"
    made = CaseField.objects.get()
    assert made.choices == [SHOPS[0], {"key": "sh", "zh": "上海店", "en": "上海店"}]
    page = client.post(f"/desk/fields/{made.id}/removal/", follow=True).content.decode()
    assert f"/desk/fields/{made.id}/return/" in page
    client.post(f"/desk/fields/{made.id}/return/")
    assert list(selectors.case_fields()) == [made]
    assert "bj | 北京店 | Beijing" in client.get(f"/desk/fields/{made.id}/").content.decode()


def test_field_pages_when_agent_then_forbidden(admin):
    assert signed_in(staff()).get("/desk/fields/").status_code == 403
