"""Guided flows as a visitor meets them: offered, begun, answered, wrong at the field, ended, or with a person."""

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.assistant.models import FlowRun, Handoff
from huiyin.assistant.tests.test_flow_services import STEPS, boss, published, shop, written

__all__ = ["boss", "shop"]
pytestmark = pytest.mark.django_db
CHOICE = [
    {
        "kind": "choose",
        "id": "s1",
        "text": "能开机吗？",
        "options": [{"label": "能"}, {"label": "不能", "to": "person"}],
    },
    {"kind": "end", "id": "s2", "text": "请重启一次。"},
]


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"Accept-Language": "zh-CN"})


def begin(visitor: Client) -> FlowRun:
    answered = visitor.post(reverse("flow_begin", args=["refund-status"]))
    assert answered["Location"] == "/assistant/#last"
    return FlowRun.objects.get()


def step(visitor: Client, run: FlowRun, **given: str):
    run.refresh_from_db()
    return visitor.post(reverse("flow_step"), {"run": str(run.id), "revision": str(run.revision), **given})


def test_offers_when_published_then_listed_in_its_language(boss, visitor):
    published(boss, CHOICE)
    written(boss, key="draft-only")
    page = visitor.get(reverse("flow_offers")).content.decode()
    assert reverse("flow_begin", args=["refund-status"]) in page
    assert "draft-only" not in page
    assert (
        "refund-status"
        not in Client(headers={"Accept-Language": "en"}).get("/assistant/flows/").content.decode()
    )


def test_begin_when_draft_only_then_absent(boss, visitor):
    written(boss)
    assert visitor.get(reverse("flow_begin", args=["refund-status"])).status_code == 404


def test_walk_when_answers_are_pressed_then_to_the_end_without_script(boss, visitor):
    published(boss, CHOICE)
    assert visitor.get(reverse("flow_begin", args=["refund-status"])).status_code == 200
    run = begin(visitor)
    page = visitor.get("/assistant/").content.decode()
    assert "能开机吗？" in page
    assert page.count('name="option"') == 2
    assert step(visitor, run, option="0").status_code == 302
    assert 'name="helped"' in visitor.get("/assistant/").content.decode()
    step(visitor, run, helped="yes")
    run.refresh_from_db()
    assert (run.status, run.helped) == ("done", True)
    assert 'action="/assistant/step/"' not in visitor.get("/assistant/").content.decode()


def test_walk_when_the_answer_leads_to_people_then_the_page_names_the_request(boss, visitor):
    published(boss, CHOICE)
    step(visitor, begin(visitor), option="1")
    handoff = Handoff.objects.get()
    assert handoff.case.reference in visitor.get("/assistant/").content.decode()
    assert handoff.case.subject in visitor.get("/requests/").content.decode()


def test_fill_when_a_field_is_empty_then_told_at_the_field_and_nothing_moves(boss, shop, visitor):
    published(boss, STEPS)
    run = begin(visitor)
    answered = step(visitor, run, **{"field-order": " "})
    assert answered.status_code == 400
    assert 'id="id_field-order_error"' in answered.content.decode()
    assert FlowRun.objects.get().step == "s1"
    step(visitor, run, **{"field-order": "A-17"})
    assert "订单 A-17：退款中" in visitor.get("/assistant/").content.decode()


@pytest.mark.parametrize("given", [{"option": "9"}, {"option": "x"}, {"field-order": "1"}, {}])
def test_answer_when_it_fits_no_step_then_400_and_nothing_moves(boss, visitor, given):
    published(boss, CHOICE)
    run = begin(visitor)
    assert step(visitor, run, **given).status_code == 400
    assert FlowRun.objects.get().revision == run.revision


def test_answer_when_the_page_is_old_then_only_shows_where_they_are(boss, visitor):
    published(boss, CHOICE)
    run = begin(visitor)
    step(visitor, run, option="0")
    old = {"run": str(run.id), "revision": "1", "option": "1"}
    assert visitor.post(reverse("flow_step"), old)["Location"] == "/assistant/"
    assert (FlowRun.objects.get().step, Handoff.objects.exists()) == ("s2", False)


def test_answer_when_it_is_somebody_elses_run_then_nothing_moves(boss, visitor):
    published(boss, CHOICE)
    run = begin(visitor)
    other = Client()
    assert step(other, run, option="1")["Location"] == "/assistant/"
    assert FlowRun.objects.get().step == "s1"
