"""The assistant's pages: what a visitor gets, what staff may do, and that nobody reads another one's talk."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from huiyin.assistant.models import Dialogue, Handoff, HumanTopic, Judgement, Outcome, Tuning, Turn
from huiyin.assistant.selectors import catalogue
from huiyin.assistant.tests.factories import answered, begun, help_centre
from huiyin.cases.models import Case
from huiyin.cases.tests.factories import organisation
from huiyin.core.tests.people import signed_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company() -> None:
    organisation()
    catalogue.forget_index()
    Tuning.objects.create(answer_at=0.3, offer_at=0.05)


def ask(client: Client, text: str) -> str:
    return client.post("/assistant/", {"text": text}, follow=True).content.decode()


def test_talk_answers_with_its_source_and_says_that_it_is_automatic(client: Client) -> None:
    help_centre()
    page = ask(client, "密码忘了怎么找回")
    assert "Automatic (AI-generated)" in page or "AI 自动生成" in page
    assert '/kb/password/"' in page
    assert "手机验证码重设" in page


def test_talk_when_empty_keeps_the_page_and_names_the_field(client: Client) -> None:
    response = client.post("/assistant/", {"text": " "})
    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Dialogue.objects.exists()


def test_talk_sent_twice_with_one_mark_asks_once(client: Client) -> None:
    help_centre()
    mark = {"text": "密码忘了怎么找回", "nonce": "0190a3b4-0000-7000-8000-000000000001"}
    client.post("/assistant/", mark)
    client.post("/assistant/", mark)
    assert Turn.objects.filter(speaker="visitor").count() == 1


def test_talk_of_another_browser_cannot_be_rated(client: Client) -> None:
    help_centre()
    ask(client, "密码忘了怎么找回")
    answer = Turn.objects.get(act="answer")
    stranger = Client()
    ask(stranger, "怎么开发票")
    response = stranger.post(f"/assistant/turns/{answer.id}/rating/", {"helped": "yes"})
    answer.refresh_from_db()
    assert (response.status_code, answer.outcome) == (404, Outcome.UNKNOWN)


def test_rating_no_three_times_calls_a_person(client: Client) -> None:
    help_centre()
    for words in ("密码忘了怎么找回", "怎么开发票", "退款怎么操作"):
        ask(client, words)
        answer = Turn.objects.filter(act="answer").latest("at")
        client.post(f"/assistant/turns/{answer.id}/rating/", {"helped": "no"})
    assert Handoff.objects.get().reason == Handoff.Reason.FAILED


def test_person_before_a_word_was_said_asks_what_it_is_about(client: Client) -> None:
    response = client.post("/assistant/person/", {"text": "", "contact": ""})
    assert response.status_code == 400
    assert not Case.objects.exists()


def test_person_with_an_address_makes_a_case_of_theirs(client: Client) -> None:
    client.post("/assistant/person/", {"text": "发票抬头错了", "contact": "wang@example.com"})
    case = Case.objects.get()
    assert [each.value for each in case.contact.identities.all()] == ["wang@example.com"]
    assert Dialogue.objects.get().case == case


def test_person_with_half_an_address_keeps_what_was_typed(client: Client) -> None:
    response = client.post("/assistant/person/", {"text": "发票抬头错了", "contact": "wang@"})
    assert response.status_code == 400
    assert "wang@" in response.content.decode()
    assert not Case.objects.exists()


def test_words_after_the_hand_over_reach_the_case_and_no_answer_comes(client: Client) -> None:
    help_centre()
    ask(client, "转人工")
    ask(client, "密码忘了怎么找回")
    case = Case.objects.get()
    assert [m.body for m in case.conversation.messages.order_by("at", "id")] == ["转人工", "密码忘了怎么找回"]
    assert not Turn.objects.filter(act="answer").exists()


def test_case_page_shows_the_talk_before_it(client: Client) -> None:
    help_centre()
    ask(client, "密码忘了怎么找回")
    client.post("/assistant/person/", {})
    page = signed_in(staff("agent")).get(f"/desk/cases/{Case.objects.get().reference}/").content.decode()
    assert "assistant-panel" in page
    assert "手机验证码重设" in page


def test_console_shows_figures_to_staff_and_settings_to_owners_only() -> None:
    help_centre()
    answered(begun(), "密码忘了怎么找回")
    agents = signed_in(staff("agent")).get("/desk/assistant/").content.decode()
    owners = signed_in(staff("owner")).get("/desk/assistant/").content.decode()
    assert "密码忘了怎么找回" in agents
    assert ('name="precision"' in agents, 'name="precision"' in owners) == (False, True)


def test_thresholds_when_in_the_wrong_order_stay_and_are_named_at_the_field() -> None:
    client = signed_in(staff("owner"))
    response = client.post("/desk/assistant/thresholds/", {"answer_at": 10, "offer_at": 50, "failures": 3})
    assert response.status_code == 400
    assert 'id="id_offer_at_error"' in response.content.decode()
    assert Tuning.objects.count() == 1


def test_thresholds_by_an_agent_are_refused() -> None:
    client = signed_in(staff("agent"))
    response = client.post("/desk/assistant/thresholds/", {"answer_at": 90, "offer_at": 10, "failures": 3})
    assert (response.status_code, Tuning.objects.count()) == (403, 1)


def test_topics_are_added_and_removed_by_owners() -> None:
    client = signed_in(staff("owner"))
    client.post("/desk/assistant/topics/", {"kind": "words", "value": "发票"})
    topic = HumanTopic.objects.get()
    client.post(reverse("assistant_topic_removal", args=[topic.id]))
    assert not HumanTopic.objects.exists()


def test_judging_keeps_the_verdicts_that_were_given() -> None:
    help_centre()
    first, second = (answered(begun(), words) for words in ("密码想不起来", "发票怎么弄"))
    assert isinstance(first, Turn) and isinstance(second, Turn)
    client = signed_in(staff("agent"))
    given = {"turn": [str(first.id), str(second.id)], f"verdict-{first.id}": "right"}
    response = client.post("/desk/assistant/judging/", given)
    assert response.headers["Location"].endswith("?kept=1")
    assert Judgement.objects.get().turn == first


def test_console_asks_the_same_number_of_queries_for_one_answer_and_for_three() -> None:
    help_centre()
    client = signed_in(staff("agent"))
    client.get("/desk/assistant/")
    counts = []
    for count in (1, 2):
        for _time in range(count):
            answered(begun(), "怎么开发票")
        with CaptureQueriesContext(connection) as told:
            client.get("/desk/assistant/")
        counts.append(len(told))
    assert counts[0] == counts[1]
