"""Pages of scripts and macros, and what the composer reads from them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.cases import services
from huiyin.cases.models import Case, Draft, Macro, Script
from huiyin.cases.services import Reach, ScriptWords
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.core import idempotency
from huiyin.core.tests.people import signed_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def lead():
    organisation()
    return staff("chen", "supervisor")


def script(user, shortcut="refund", title="退款进度", zh="您好 {{contact.name}}"):
    return services.keep_script(None, ScriptWords(shortcut, title, zh), reach=Reach(), by=user.actor)


def macro(user, *actions):
    return services.keep_macro(None, name="升级处理", actions=actions, reach=Reach(), by=user.actor)


def acts(*rows, initial=0):
    """A posted formset."""
    posted = {"acts-TOTAL_FORMS": str(len(rows)), "acts-INITIAL_FORMS": str(initial)}
    for place, row in enumerate(rows):
        posted.update({f"acts-{place}-{name}": value for name, value in row.items()})
    return posted


def test_script_list_when_empty_then_says_what_it_is_for(lead):
    page = signed_in(lead).get("/desk/scripts/", headers={"Accept-Language": "en"})
    assert "No scripts yet" in page.content.decode()


def test_script_list_when_more_rows_then_as_many_queries(lead):
    client = signed_in(lead)
    script(lead)
    client.get("/desk/scripts/")
    with CaptureQueriesContext(connection) as one:
        client.get("/desk/scripts/")
    for number in range(3):
        script(lead, shortcut=f"more{number}")
    with CaptureQueriesContext(connection) as four:
        page = client.get("/desk/scripts/")
    assert len(one) == len(four)
    assert page.content.decode().count("<kbd>/") - page.content.decode().count("<kbd>/</kbd>") == 4


def test_script_new_when_posted_then_kept_and_told(lead):
    client = signed_in(lead)
    given = {"shortcut": "hi", "title": "问候", "reach": "all", "body_zh": "您好", "body_en": ""}
    answer = client.post("/desk/scripts/new/", given)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/scripts/")
    assert Script.objects.get().body_zh == "您好"
    assert "toast-good" in client.get("/desk/scripts/").content.decode()


def test_script_new_when_variable_unknown_then_fault_beside_the_field_and_text_kept(lead):
    given = {"shortcut": "hi", "title": "问候", "reach": "all", "body_zh": "您好 {{nobody}}", "body_en": ""}
    page = signed_in(lead).post("/desk/scripts/new/", given)
    assert page.status_code == 400
    assert 'id="id_body_zh_error"' in page.content.decode()
    assert "您好 {{nobody}}" in page.content.decode()
    assert not Script.objects.exists()


def test_script_detail_when_changed_meanwhile_then_says_so_and_keeps_the_text(lead):
    made = script(lead)
    services.keep_script(made, ScriptWords("refund", "新", "新"), reach=Reach(), by=lead.actor)
    given = {"shortcut": "refund", "title": "我的", "reach": "all", "body_zh": "我的话", "version": "1"}
    page = signed_in(lead).post(f"/desk/scripts/{made.id}/", given)
    assert page.status_code == 400
    assert "我的话" in page.content.decode()
    assert Script.objects.get().title == "新"


def test_script_detail_when_agent_and_shared_then_absent_and_may_not_share(lead):
    made = script(lead)
    agent = staff()
    client = signed_in(agent)
    assert client.get(f"/desk/scripts/{made.id}/").status_code == 404
    assert client.post(f"/desk/scripts/{made.id}/removal/").status_code == 404
    given = {"shortcut": "hi", "title": "问候", "reach": "all", "body_zh": "您好"}
    assert client.post("/desk/scripts/new/", given).status_code == 400
    assert Script.objects.count() == 1


def test_script_removal_when_undone_by_the_toast_then_back(lead):
    made = script(lead)
    client = signed_in(lead)
    page = client.post(f"/desk/scripts/{made.id}/removal/", follow=True).content.decode()
    assert f"/desk/scripts/{made.id}/return/" in page
    assert "<td" not in page
    client.post(f"/desk/scripts/{made.id}/return/")
    assert Script.objects.get().removed_at is None


def test_script_preview_when_asked_then_filled_for_the_case_and_stores_nothing(lead):
    case = heard()
    given = {"body_zh": "**您好** {{contact.name}} {{x}}", "case": case.reference}
    page = signed_in(lead).post("/desk/scripts/preview/", given, headers=HTMX).content.decode()
    assert "<strong>您好</strong> 王芳" in page
    assert "alert-breach" in page
    assert not Script.objects.exists()


def test_macro_new_when_posted_out_of_order_then_kept_in_order(lead):
    rows = acts(
        {"do": "note", "zh": "先看", "ORDER": "2"},
        {"do": "priority", "priority": "high", "ORDER": "1"},
        {"do": "tags", "tags": "退款，加急", "ORDER": "3"},
        {"do": "", "ORDER": "4"},
        {"do": "status", "status": "open", "ORDER": "5", "DELETE": "on"},
    )
    answer = signed_in(lead).post("/desk/macros/new/", {"name": "升级", "reach": "all", **rows})
    assert answer.status_code == 302
    assert Macro.objects.get().actions == [
        {"do": "priority", "value": "high"},
        {"do": "note", "zh": "先看", "en": ""},
        {"do": "tags", "value": ["退款", "加急"]},
    ]


def test_macro_new_when_an_act_is_wrong_then_fault_beside_it(lead):
    rows = acts({"do": "note", "zh": "{{nobody}}", "ORDER": "1"})
    page = signed_in(lead).post("/desk/macros/new/", {"name": "升级", "reach": "all", **rows})
    assert page.status_code == 400
    assert 'id="id_acts-0-zh_error"' in page.content.decode()
    assert not Macro.objects.exists()


def test_macro_detail_when_opened_then_shows_its_acts(lead):
    made = macro(lead, {"do": "tags", "value": ["退款", "加急"]}, {"do": "reply", "zh": "好", "send": True})
    page = signed_in(lead).get(f"/desk/macros/{made.id}/").content.decode()
    assert 'value="退款, 加急"' in page
    assert page.count("data-act>") == 3


def test_macro_preview_when_asked_then_tells_each_act(lead):
    case = heard()
    rows = acts({"do": "priority", "priority": "high", "ORDER": "1"}, {"do": "note", "zh": "{{case.number}}"})
    given = {**rows, "case": str(case.number)}
    page = signed_in(lead).post("/desk/macros/preview/", given, headers=HTMX).content.decode()
    assert case.reference in page
    assert page.count("<li>") == 2
    assert not Macro.objects.exists()


def test_toolbox_when_asked_by_initials_then_offers_scripts_filled(lead):
    case = heard()
    script(lead)
    page = signed_in(lead).get(f"/desk/cases/{case.number}/toolbox/?q=tkjd", headers=HTMX).content.decode()
    assert 'data-text="您好 王芳"' in page


def test_case_script_when_without_javascript_then_in_the_draft(lead):
    case = heard()
    made = script(lead)
    client = signed_in(lead)
    answer = client.post(f"/desk/cases/{case.number}/scripts/{made.id}/")
    assert answer["Location"] == f"/desk/cases/{case.number}/"
    assert "您好 王芳</textarea>" in client.get(f"/desk/cases/{case.number}/").content.decode()
    assert Script.objects.get().use_count == 1


def test_case_macro_when_pressed_twice_then_done_once(lead):
    case = heard()
    made = macro(lead, {"do": "note", "zh": "升级"})
    given = {"macro": str(made.id), "version": str(case.version), "nonce": idempotency.forms_nonce()}
    client = signed_in(lead)
    first = client.post(f"/desk/cases/{case.number}/macros/", given)
    again = client.post(f"/desk/cases/{case.number}/macros/", given)
    assert (first.status_code, again.status_code) == (302, 302)
    assert case.notes.count() == 1
    assert "升级处理" in client.get(f"/desk/cases/{case.number}/").content.decode()


def test_case_macro_when_stale_then_409_and_may_be_pressed_again(lead):
    case = heard()
    made = macro(lead, {"do": "priority", "value": "low"})
    services.change(case, {"priority": "high"}, by=lead.actor)
    given = {"macro": str(made.id), "version": str(case.version)}
    page = signed_in(lead).post(f"/desk/cases/{case.number}/macros/", given)
    assert page.status_code == 409
    assert f'name="macro" value="{made.id}"' in page.content.decode()
    assert Case.objects.get().priority == "high"


def test_case_draft_when_kept_then_shown_on_every_device(lead):
    case = heard()
    given = {"body": "写到一半", "mode": "note"}
    assert signed_in(lead).post(f"/desk/cases/{case.number}/draft/", given).status_code == 204
    page = signed_in(lead).get(f"/desk/cases/{case.number}/").content.decode()
    assert "写到一半</textarea>" in page
    assert 'data-draft-mode="note"' in page
    assert Draft.objects.count() == 1


def test_mention_people_when_asked_by_initials_then_colleagues(lead):
    person = staff("zhangmin")
    person.display_name = "张敏"
    person.save()
    page = signed_in(lead).get("/desk/mentions/people/?q=zm").content.decode()
    assert 'data-person="zhangmin" data-name="张敏"' in page
