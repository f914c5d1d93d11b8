"""The workspace as a browser without scripts uses it: who may, what is shown, what is refused, what is kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.accounts import services as accounts
from huiyin.accounts.selectors import forget_directory
from huiyin.cases import services
from huiyin.cases.models import Case, Note, SavedView
from huiyin.cases.tests.factories import heard, organisation, product, staff
from huiyin.cases.tests.watching import statements, unchanged
from huiyin.conversations.models import Message
from huiyin.core.actors import SYSTEM
from huiyin.core.idempotency import forms_nonce
from huiyin.core.tests.people import signed_in

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('x')</script> \u202e {{ 7*7 }} '; DROP TABLE cases_case; --"


@pytest.fixture
def agent():
    organisation()
    return staff()


@pytest.fixture
def browser(agent):
    return signed_in(agent)


def page(case: Case, rest: str = "") -> str:
    return f"/desk/cases/{case.reference}/{rest}"


FORMS = {
    "replies/": {"body": "您好"},
    "notes/": {"body": "备注"},
    "transitions/": {"to": "open"},
    "solution/": {"resolution": "好了"},
    "assignment/": {"assign": "team:service"},
    "fields/": {"priority": "low"},
    "corrections/": {"task": "category", "value": "refund"},
}


def test_list_when_opened_then_shows_mine_and_by_view_the_others(browser, agent):
    mine, other = heard("怎么修改头像"), heard("我要退款")
    services.assign(mine, owner=agent, by=agent.actor)
    first = browser.get("/desk/cases/").content.decode()
    assert mine.reference in first and other.reference not in first
    queue = browser.get("/desk/cases/?view=unassigned").content.decode()
    assert other.reference in queue and mine.reference not in queue


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("view=all&q=退款", 200),
        ("view=all&status=new&priority=high,urgent&sort=due", 200),
        ("view=nonsense", 400),
        ("status=nonsense", 400),
        ("sort=nonsense", 400),
        ("cursor=nonsense", 400),
        ("assignee=nobody-at-all", 400),
        ("q=" + "%22%27%28*" * 200, 200),
        ("q=%00%E2%80%AE", 200),
    ],
)
def test_list_when_asked_oddly_then_answers_or_says_400(browser, query, status):
    heard("我要退款")
    assert browser.get(f"/desk/cases/?{query}").status_code == status


def test_list_when_longer_then_costs_no_more_statements(browser):
    heard("一")
    browser.get("/desk/cases/?view=all")
    short = statements(lambda: browser.get("/desk/cases/?view=all"))
    heard("二")
    heard("三")
    browser.get("/desk/cases/?view=all")
    assert statements(lambda: browser.get("/desk/cases/?view=all")) == short


@pytest.mark.parametrize(("language", "word"), [("en", "All cases"), ("zh-hans", "全部工单")])
def test_list_when_read_in_a_language_then_in_that_language(browser, language, word):
    shown = browser.get("/desk/cases/?view=all", headers={"Accept-Language": language})
    assert word in shown.content.decode()
    assert shown["Content-Language"] == language


def test_list_when_htmx_asks_for_rows_then_only_rows(browser):
    case = heard()
    headers = {"HX-Request": "true", "HX-Target": "case-rows"}
    part = browser.get("/desk/cases/?view=all", headers=headers).content.decode()
    assert case.reference in part and "<html" not in part


def test_detail_when_words_are_hostile_then_shown_as_words(browser):
    case = heard(HOSTILE, subject=HOSTILE)
    for address in (page(case), "/desk/cases/?view=all"):
        shown = browser.get(address).content.decode()
        assert "<script>alert" not in shown and "49" not in shown.split("DROP")[0].rsplit("{{", 1)[-1]
        assert "&lt;script&gt;alert" in shown


@pytest.mark.parametrize("name", ["HY-999999", "x", "²", "9" * 40])
def test_any_page_when_case_is_absent_then_404(browser, name):
    assert browser.get(f"/desk/cases/{name}/").status_code == 404
    with unchanged():
        codes = {
            rest: browser.post(f"/desk/cases/{name}/{rest}", form).status_code for rest, form in FORMS.items()
        }
    assert set(codes.values()) == {404}, codes


def test_any_page_when_case_is_of_another_team_then_looks_absent(agent):
    second = accounts.add_team(key="second", name_zh="二线", name_en="Second")
    stranger = accounts.create_user(username="stranger", by=SYSTEM)
    accounts.grant(stranger, role="agent", team=second, by=SYSTEM)
    forget_directory()
    case, browser = heard(), signed_in(stranger)
    assert browser.get(page(case)).status_code == 404
    with unchanged():
        codes = {rest: browser.post(page(case, rest), form).status_code for rest, form in FORMS.items()}
    assert set(codes.values()) == {404}, codes


@pytest.mark.parametrize(("role", "notes"), [("auditor", 403), ("engineer", 302), ("manager", 302)])
def test_any_act_when_role_does_not_handle_cases_then_403_and_nothing(agent, role, notes):
    case, browser = heard(), signed_in(staff("somebody", role))
    assert browser.get(page(case)).status_code == 200
    codes = {rest: browser.post(page(case, rest), form).status_code for rest, form in FORMS.items()}
    assert codes.pop("notes/") == notes
    assert set(codes.values()) == {403}, codes
    case.refresh_from_db()
    assert (case.status, case.owner_id, case.version) == ("new", None, 1 + (notes == 302))


def test_any_page_when_nobody_is_signed_in_then_to_the_door(agent):
    case = heard()
    assert Client().get(page(case)).status_code == 302
    with unchanged():
        assert {Client().post(page(case, rest), form).status_code for rest, form in FORMS.items()} == {302}


def test_reply_when_sent_then_back_on_the_page_and_once_for_one_form(browser):
    case = heard()
    form = {"body": "请看附件", "then": "pending_user", "version": 1, "nonce": forms_nonce()}
    for _ in range(2):
        answered = browser.post(
            page(case, "replies/"), {**form, "files": [SimpleUploadedFile("a.txt", b"x")]}
        )
        assert (answered.status_code, answered["Location"]) == (302, f"/desk/cases/{case.number}/")
    case.refresh_from_db()
    sent = Message.objects.get(direction="out")
    assert (case.status, sent.body, sent.attachment_count) == ("pending_user", "请看附件", 1)


@pytest.mark.parametrize("rest", ["replies/", "transitions/", "solution/", "assignment/", "fields/"])
def test_any_act_when_version_is_stale_then_409_shows_both_and_keeps_the_words(browser, agent, rest):
    case = heard()
    services.note(case, "同事的话", by=agent.actor)
    typed = dict.fromkeys(("body", "reason", "resolution", "note", "subject"), "我打的字")
    with unchanged():
        answered = browser.post(page(case, rest), {**FORMS[rest], **typed, "version": 1})
    shown = answered.content.decode()
    assert answered.status_code == 409
    assert "我打的字" in shown and "同事的话" in shown


@pytest.mark.parametrize("version", ["²", "-1", "x", "9" * 5000, "1.0", ""])
def test_any_act_when_version_is_no_number_then_no_fault(browser, version):
    case = heard()
    answered = browser.post(page(case, "notes/"), {"body": "记", "version": version})
    assert (answered.status_code, Note.objects.count()) == (302, 1)
    assert browser.post(page(case, "fields/"), {"priority": "low", "version": version}).status_code in (
        302,
        409,
    )


@pytest.mark.parametrize(
    ("rest", "form"),
    [
        ("replies/", {"body": " "}),
        ("replies/", {"body": "好了", "then": "solved"}),
        ("replies/", {"body": "x" * 20_001}),
        ("notes/", {}),
        ("solution/", {"resolution": ""}),
        ("assignment/", {"assign": "owner:nobody"}),
        ("assignment/", {"assign": "king:x"}),
        ("assignment/", {}),
        ("fields/", {"priority": "now"}),
        ("fields/", {"category": "x" * 61}),
        ("fields/", {"subject": " "}),
        ("fields/", {"product": "nothing"}),
        ("corrections/", {"task": "colour", "value": "red"}),
        ("corrections/", {"task": "sentiment", "value": "furious"}),
    ],
)
def test_any_act_when_input_is_wrong_then_400_and_nothing_changes(browser, rest, form):
    product()
    case = heard(product="music")
    with unchanged():
        assert browser.post(page(case, rest), form).status_code == 400


@pytest.mark.parametrize("to", ["confirmed", "closed", "nonsense", ""])
def test_transition_when_the_machine_does_not_know_it_then_409(browser, to):
    case = heard()
    with unchanged():
        assert browser.post(page(case, "transitions/"), {"to": to}).status_code == 409


def test_any_form_when_right_then_done(browser, agent):
    product()
    case = heard("怎么修改头像")
    forms = {
        "assignment/": {"assign": f"owner:{agent.id}", "note": "我来"},
        "fields/": {"priority": "high", "product": "music"},
        "corrections/": {"task": "category", "value": "refund"},
        "transitions/": {"to": "pending_third_party", "reason": "等银行"},
        "solution/": {"resolution": "已退款"},
    }
    assert {browser.post(page(case, rest), form).status_code for rest, form in forms.items()} == {302}
    case.refresh_from_db()
    assert (case.owner_id, case.priority, case.product.key, case.category, case.status) == (
        agent.id,
        "high",
        "music",
        "refund",
        "solved",
    )
    assert set(Note.objects.values_list("body", flat=True)) == {"我来", "等银行"}


def test_bulk_when_some_refuse_then_named_and_the_others_are_done(browser, agent):
    first, ended, last = heard("一"), heard("二"), heard("三")
    services.solve(ended, resolution="好了", by=agent.actor)
    services.confirm(ended, by=ended.contact.actor)
    numbers = [999_999, *(each.reference for each in (first, ended, last))]
    answered = browser.post("/desk/cases/bulk/", {"numbers": numbers, "assign": f"owner:{agent.id}"})
    assert (answered.status_code, ended.reference in answered.content.decode()) == (409, True)
    assert set(Case.objects.filter(owner=agent, status="new").values_list("number", flat=True)) == {
        first.number,
        last.number,
    }


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/desk/\\evil", "javascript:alert(1)"]
)
def test_bulk_when_told_to_go_elsewhere_then_stays_here(browser, target):
    case = heard()
    answered = browser.post(
        "/desk/cases/bulk/", {"numbers": [case.number], "priority": "low", "next": target}
    )
    assert answered["Location"] == "/desk/cases/"


def test_view_when_saved_by_an_agent_then_only_theirs_and_deleted_by_them(browser, agent):
    form = {"name": "我的", "query": "status=new", "is_shared": "on"}
    assert browser.post("/desk/views/new/", form)["Location"] == "/desk/cases/?status=new"
    view = SavedView.objects.get()
    assert (view.user_id, view.is_shared) == (agent.id, False)
    other = signed_in(staff("wangwu"))
    assert other.post(f"/desk/views/{view.id}/deletion/").status_code == 404
    assert browser.post(f"/desk/views/{view.id}/deletion/").status_code == 302
    assert SavedView.objects.count() == 0


def test_preview_when_text_is_hostile_then_made_harmless(browser):
    shown = browser.post(
        "/desk/preview/", {"body": f"**a** {HOSTILE} [x](javascript:alert(1))"}
    ).content.decode()
    assert "<strong>a</strong>" in shown
    assert "<script" not in shown and 'href="javascript' not in shown


def test_clock_when_explained_then_shown_and_unknown_kind_is_404(browser):
    case = heard()
    assert browser.get(page(case, "clocks/first_response/")).status_code == 200
    assert browser.get(page(case, "clocks/nonsense/")).status_code == 404
