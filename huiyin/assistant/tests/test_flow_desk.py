"""The editor of guided flows, the systems that they ask, and the model's switches, as colleagues use them."""

from dataclasses import replace

import pytest
from django.urls import reverse

from huiyin.assistant.models import Flow, FlowAction, WritingSwitch
from huiyin.assistant.selectors import flows as known
from huiyin.assistant.tests.test_flow_services import STEPS, boss, published, shop, written
from huiyin.core.chat import asking
from huiyin.core.tests.modelserver import says, serving
from huiyin.core.tests.people import signed_in, staff

__all__ = ["boss", "shop"]
pytestmark = pytest.mark.django_db
KEY = "refund-status"


@pytest.fixture
def desk(boss):
    return signed_in(boss)


def sent(desk, name: str, *args: object, **given: object):
    """A form with the edition of now."""
    edition = Flow.objects.values_list("edition", flat=True).first() or 0
    return desk.post(reverse(name, args=args), {"edition": edition, **given})


def draft() -> list[str]:
    return [step.id for step in known.draft_of(Flow.objects.get()).steps]


def test_create_when_named_then_the_editor_opens(desk):
    answered = desk.post(reverse("flow_list"), {"title": "退款进度", "key": KEY, "lang": "zh"})
    assert answered["Location"] == reverse("flow_detail", args=[KEY])
    assert desk.get(answered["Location"]).status_code == 200
    assert KEY in desk.get(reverse("flow_list")).content.decode()


def test_create_when_key_is_bad_then_told_at_the_field_and_title_kept(desk):
    answered = desk.post(reverse("flow_list"), {"title": "退款进度", "key": "不行", "lang": "zh"})
    assert (answered.status_code, Flow.objects.count()) == (400, 0)
    assert 'id="id_key_error"' in answered.content.decode()
    assert "退款进度" in answered.content.decode()


def test_list_when_longer_then_no_more_queries(desk, boss, django_assert_max_num_queries):
    written(boss)
    desk.get(reverse("flow_list"))
    with django_assert_max_num_queries(40) as few:
        desk.get(reverse("flow_list"))
    for n in range(3):
        written(boss, key=f"f{n}")
    with django_assert_max_num_queries(len(few)):
        desk.get(reverse("flow_list"))


def test_edit_when_each_kind_is_written_then_the_draft_can_be_published(desk, boss, shop):
    written(boss)
    assert sent(desk, "flow_steps", KEY, kind="form", after="s1")["Location"].endswith("/steps/s3/")
    fields = {"field-label": ["订单号", ""], "field-key": ["order", ""], "field-kind": ["text", "text"]}
    sent(
        desk,
        "flow_step_edit",
        KEY,
        "s3",
        text="订单号？",
        to="",
        **fields,
        **{"field-needed": ["yes", "yes"]},
    )
    sent(desk, "flow_steps", KEY, kind="lookup", after="s3")
    ways = {"found": "", "absent": "s3", "failed": "person"}
    sent(desk, "flow_step_edit", KEY, "s4", action="orders", sends=["order"], **ways)
    sent(desk, "flow_steps", KEY, kind="test", after="s4")
    test = {"key": "days", "operator": "over", "value": "7", "yes": "person", "no": ""}
    sent(desk, "flow_step_edit", KEY, "s5", **test)
    sent(desk, "flow_steps", KEY, kind="choose", after="s5")
    options = {"option-label": ["好", "不好", ""], "option-to": ["", "person", ""]}
    sent(desk, "flow_step_edit", KEY, "s6", text="可以吗？", **options)
    assert draft() == ["s1", "s3", "s4", "s5", "s6", "s2"]
    assert known.problems_of(known.draft_of(Flow.objects.get())) == []
    page = desk.get(reverse("flow_step_edit", args=[KEY, "s5"])).content.decode()
    assert '<option value="days" selected>' in page
    sent(desk, "flow_publication", KEY)
    assert Flow.objects.get().live.number == 1


def test_edit_when_steps_move_and_go_then_in_that_order(desk, boss):
    written(boss)
    sent(desk, "flow_step_place", KEY, "s2", to="up")
    assert draft() == ["s2", "s1"]
    sent(desk, "flow_step_removal", KEY, "s2")
    assert draft() == ["s1"]


def test_edit_when_somebody_was_faster_then_told_and_what_was_typed_stays(desk, boss):
    written(boss)
    url = reverse("flow_step_edit", args=[KEY, "s1"])
    answered = desk.post(url, {"edition": 99, "text": "新的问候", "to": ""})
    assert answered.status_code == 400
    assert "新的问候" in answered.content.decode()
    assert known.draft_of(Flow.objects.get()).steps[0].text != "新的问候"


def test_publish_when_there_are_problems_then_shown_and_not_published(desk, boss):
    written(boss, [{"kind": "say", "id": "s1", "text": "", "to": "s9"}])
    sent(desk, "flow_publication", KEY)
    assert Flow.objects.get().live is None
    assert (
        'class="card flow-card has-problem"' in desk.get(reverse("flow_detail", args=[KEY])).content.decode()
    )


def test_versions_when_an_older_is_wanted_then_it_is_used_again(desk, boss):
    published(boss, [{"kind": "end", "id": "s1", "text": "一"}])
    sent(desk, "flow_step_edit", KEY, "s1", text="二")
    sent(desk, "flow_publication", KEY)
    sent(desk, "flow_return", KEY, 1)
    flow = Flow.objects.get()
    assert (flow.live.number, flow.draft["steps"][0]["text"]) == (1, "一")
    sent(desk, "flow_withdrawal", KEY)
    assert Flow.objects.get().live is None


def test_details_when_kept_then_words_lead_to_it(desk, boss):
    published(boss, [{"kind": "end", "id": "s1", "text": "一"}])
    sent(desk, "flow_detail", KEY, title="退款", summary="查进度", words="退款进度\n到账没有", is_listed="on")
    assert known.flow_for_words("到账没有啊", "zh").title == "退款"


def test_trial_when_walked_then_shows_each_side_and_keeps_nothing(desk, boss, shop):
    written(boss, STEPS)
    url = reverse("flow_trial", args=[KEY])
    state = desk.get(url).context["state"]
    wrong = desk.post(url, {"state": state, "field-order": ""})
    assert wrong.status_code == 400
    walked = desk.post(url, {"state": state, "field-order": "A-17"})
    assert [said for who, said in walked.context["trial"].log if who == "flow"][-1] == "订单 A-17：退款中"
    done = desk.post(url, {"state": walked.context["state"], "helped": "no"})
    assert done.context["trial"].ended == "person"
    assert desk.post(url, {"state": "forged"}).status_code == 400


def test_trial_when_the_draft_is_broken_then_says_why(desk, boss):
    written(boss, [])
    assert desk.get(reverse("flow_trial", args=[KEY])).context["trial"].ended == "empty"


def test_systems_when_opened_changed_and_removed_then_so(desk):
    values = {
        "title": "订单",
        "key": "orders",
        "url": "http://127.0.0.1/x",
        "seconds": 3,
        "gives": "status\ndays",
    }
    assert desk.post(reverse("flow_systems"), values)["Location"] == reverse("flow_system", args=["orders"])
    assert FlowAction.objects.get().gives == ["status", "days"]
    bad = desk.post(reverse("flow_system", args=["orders"]), {**values, "url": "ftp://x"})
    assert (bad.status_code, 'id="id_url_error"' in bad.content.decode()) == (400, True)
    desk.post(reverse("flow_system", args=["orders"]), {**values, "title": "新名"})
    before = FlowAction.objects.get().secret
    desk.post(reverse("flow_system_secret", args=["orders"]))
    assert (FlowAction.objects.get().title, FlowAction.objects.get().secret == before) == ("新名", False)
    desk.post(reverse("flow_system_removal", args=["orders"]))
    assert FlowAction.objects.count() == 1
    desk.post(reverse("flow_system_removal", args=["orders"]), {"sure": "yes"})
    assert FlowAction.objects.count() == 0


def test_board_when_there_is_no_model_then_says_so_and_refuses(desk):
    asking.model.cache_clear()
    assert desk.get(reverse("writing_board")).status_code == 200
    answered = desk.post(reverse("writing_board"), {"place": "rest", "is_on": "on", "tokens_a_day": "5"})
    assert (answered.status_code, WritingSwitch.objects.count()) == (400, 0)


def test_board_when_switched_then_kept(desk, settings):
    with serving(says("")) as server:
        settings.ENV = replace(settings.ENV, llm_url=server.url, llm_model="small")
        asking.model.cache_clear()
        desk.post(reverse("writing_board"), {"place": "rest", "is_on": "on", "tokens_a_day": "5"})
        assert "small" in desk.get(reverse("writing_board")).content.decode()
    asking.model.cache_clear()
    assert (WritingSwitch.objects.get().is_on, WritingSwitch.objects.get().tokens_a_day) == (True, 5)


@pytest.mark.parametrize("name", ["flow_systems", "writing_board"])
def test_doors_when_role_is_not_trusted_then_403(name):
    assert signed_in(staff("supervisor")).get(reverse(name)).status_code == 403


def test_editor_when_role_does_not_write_then_403_and_nothing_changes(boss):
    written(boss)
    agent = signed_in(staff("agent"))
    assert agent.get(reverse("flow_list")).status_code == 403
    assert sent(agent, "flow_step_removal", KEY, "s1").status_code == 403
    assert draft() == ["s1", "s2"]
