"""The user is told of each step on the channel they chose, once, and never of a time that has passed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.accounts.models import Team
from huiyin.accounts.services.contacts import Person
from huiyin.cases import selectors, services
from huiyin.cases.models import Case, Clock, Notice, Status
from huiyin.cases.selectors import follow
from huiyin.cases.services import telling, ticking
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.conversations.models import Message
from huiyin.core import captcha, clock
from huiyin.core.actors import SYSTEM
from huiyin.core.clock import frozen
from huiyin.core.errors import Invalid
from huiyin.core.jobs.worker import drain
from huiyin.core.models import JournalEntry, OutgoingMail, OutgoingSms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def house():
    organisation()


@pytest.fixture
def phones(settings):
    settings.ENV = replace(settings.ENV, sms_url="console:")


def somebody(told_by: str = "", **known: str) -> Case:
    known = known or {"email": "wang@example.com"}
    return heard(person=Person.of(**known, name="王芳"), told_by=told_by)


def reread(case: Case) -> Case:
    return selectors.followed(selectors.follow_key(case))


def mails() -> list[str]:
    return list(OutgoingMail.objects.order_by("at", "id").values_list("key", flat=True))


def texts() -> list[str]:
    return list(OutgoingSms.objects.order_by("at", "id").values_list("key", flat=True))


def walk(case: Case) -> None:
    """Every step of a case that is answered, solved and closed by silence."""
    agent = staff("liming")
    drain()
    services.assign(case, owner=agent, by=SYSTEM)
    drain()
    services.transition(case, Status.PENDING_THIRD_PARTY, by=SYSTEM)
    drain()
    services.reply(case, "请再试一次", by=SYSTEM)
    services.solve(case, resolution="已补发会员", by=SYSTEM)
    drain()
    held = Case.objects.get(number=case.number)
    with frozen(held.wake_at + timedelta(seconds=1)):
        assert services.close_silent(held)
        drain()


def steps_of(keys: list[str]) -> list[str]:
    return [key.split(":")[0] for key in keys]


STEPS = ["case.opened", "case.in_charge", "case.waiting", "message", "case.ask", "case.closed"]


def test_tell_when_an_address_is_known_then_each_step_is_one_mail():
    walk(somebody())
    assert (steps_of(mails()), texts()) == (STEPS, [])


def test_tell_when_only_the_page_is_wished_then_nothing_goes_out_and_the_reply_counts_as_delivered(phones):
    case = somebody("page", email="wang@example.com", phone="13800138000")
    walk(case)
    assert (mails(), texts()) == ([], [])
    sent = Message.objects.get(conversation=case.conversation, direction="out", body="请再试一次")
    assert sent.delivery == Message.Delivery.SENT


def test_tell_when_text_messages_are_wished_then_each_step_is_one_and_points_to_the_page(phones):
    case = somebody("sms", email="wang@example.com", phone="138 0013-8000")
    walk(case)
    assert (steps_of(texts()), mails()) == (STEPS, [])
    sent = OutgoingSms.objects.get(key__startswith="message:")
    assert (sent.to, sent.status) == ("13800138000", "sent")
    assert "请再试一次" not in sent.text and selectors.follow_key(case) in sent.text
    message = Message.objects.get(body="请再试一次")
    assert message.delivery == Message.Delivery.SENT


def test_tell_when_text_messages_are_wished_but_no_gateway_is_there_then_by_mail():
    case = somebody("sms", email="wang@example.com", phone="13800138000")
    drain()
    assert (telling.way_of(case), steps_of(mails())) == ("email", ["case.opened"])


def test_tell_when_a_phone_alone_is_known_then_by_text_message_where_there_is_a_gateway(phones):
    case = somebody(phone="13800138000")
    drain()
    assert (telling.way_of(case), steps_of(texts())) == ("sms", ["case.opened"])


def test_tell_when_nothing_is_known_then_only_the_page():
    assert list(telling.ways_of(somebody(external_id="u-1").contact)) == ["page"]


def test_choose_when_switched_off_then_the_next_step_goes_nowhere():
    case = somebody()
    drain()
    telling.choose(case, "page", by=case.contact.actor)
    telling.choose(case, "page", by=case.contact.actor)
    services.reply(case, "请再试一次", by=SYSTEM)
    drain()
    assert mails() == [f"case.opened:{case.number}"]
    assert JournalEntry.objects.filter(name="conversation.told_by").count() == 1


def test_choose_when_no_address_is_known_for_it_then_refused():
    case = somebody()
    for way in ("sms", "", "pigeon"):
        with pytest.raises(Invalid):
            telling.choose(case, way, by=case.contact.actor)
    assert reread(case).conversation.told_by == ""


def late(case: Case) -> Case:
    """The case after its first answer was due and nobody gave it."""
    due_at = Clock.objects.get(case=case, kind=Clock.Kind.FIRST_RESPONSE).due_at
    with frozen(due_at + timedelta(minutes=5)):
        ticking.tick()
        drain()
    return reread(case)


def test_apologise_when_a_promise_is_missed_then_says_since_when_and_promises_nothing_past():
    lead = staff("zhaomin", "supervisor")
    Team.objects.update(lead=lead)
    case = somebody()
    drain()
    due_at = Clock.objects.get(case=case, kind="first_response").due_at
    case = late(case)
    said = OutgoingMail.objects.get(key__startswith="case.late:")
    assert "没能做到" in said.text or "did not keep it" in said.text
    assert Notice.objects.filter(case=case, user=lead, kind="due").count() == 1
    with frozen(due_at + timedelta(minutes=5)):
        page = follow.page(case)
    assert (page["late_since"], page["is_lead_told"]) == (due_at, True)
    assert page["promise_at"] is not None and page["promise_at"] > due_at


def test_promise_when_every_time_has_passed_then_none_is_promised():
    case = somebody()
    last = max(Clock.objects.filter(case=case).values_list("due_at", flat=True))
    with frozen(last + timedelta(days=1)):
        promise = follow.promise_of(case)
    assert (promise.next_at, promise.late_since is not None) == (None, True)


def test_page_when_late_then_owns_up_and_names_no_past_promise():
    case = somebody()
    Clock.objects.filter(case=case).update(due_at=clock.now() - timedelta(hours=3))
    page = Client().get(
        reverse("follow", args=[selectors.follow_key(case)]), headers={"Accept-Language": "en"}
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert ("We are late: this was due" in text, "First answer by" in text) == (True, False)
    assert "The lead of the team has been told" not in text


def test_page_when_notices_are_chosen_then_kept_and_a_bad_choice_says_so(phones):
    case = somebody(email="wang@example.com", phone="13800138000")
    client, url = Client(), reverse("follow_notices", args=[selectors.follow_key(case)])
    page = client.get(reverse("follow", args=[selectors.follow_key(case)]))
    assert [(way["value"], way["address"], way["chosen"]) for way in page.context["ways"]] == [
        ("email", "wa***@example.com", True),
        ("sms", "138****8000", False),
        ("page", "", False),
    ]
    assert client.post(url, {"way": "sms"}).status_code == 302
    assert reread(case).conversation.told_by == "sms"
    bad = client.post(url, {"way": "pigeon"})
    assert (bad.status_code, len(bad.context["form_errors"])) == (400, 1)
    assert client.post("/follow/forged/notices/", {"way": "page"}).status_code == 404


def test_form_when_only_the_page_is_chosen_then_the_thread_keeps_it(monkeypatch):
    given = {"text": "付款成功但会员没有到账", "contact": "wang@example.com", "told_by": "page", "kind": ""}
    monkeypatch.setattr(captcha, "QUICKEST", 0)
    answer = Client().post("/requests/new/", {**given, "opened": captcha.opened()})
    assert answer.status_code == 302
    case = Case.objects.get()
    assert case.conversation.told_by == "page"
    bad = Client().post("/requests/new/", {**given, "told_by": "pigeon"})
    assert (bad.status_code, list(bad.context["form"].errors)) == (400, ["told_by"])


def test_api_when_notices_are_chosen_then_answers_the_ways():
    case = somebody()
    url = f"/api/v1/follow/{selectors.follow_key(case)}"
    told = Client().get(url).json()
    assert (told["told_by"], told["ways"], told["late_since"]) == ("email", ["email", "page"], None)
    answer = Client().post(f"{url}/notices", {"told_by": "page"}, content_type="application/json")
    assert (answer.status_code, answer.json()["told_by"]) == (200, "page")
    refused = Client().post(f"{url}/notices", {"told_by": "sms"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (400, "way_unknown")
