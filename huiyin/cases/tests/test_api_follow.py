"""The contact's own side over the API: no token, one key for one case, their word and nothing of ours."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiyin.cases import services
from huiyin.cases.models import Confirmation
from huiyin.cases.selectors import follow_key
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.cases.tests.programs import Program, fields_of, own
from huiyin.cases.tests.watching import telling, unchanged
from huiyin.conversations.models import Message
from huiyin.core import attachments
from huiyin.core.limits import LIMITS, Limit

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


@pytest.fixture
def user(agent):
    return Program()


def solved(agent):
    return services.solve(heard(), resolution="已补发", by=agent.actor)


def test_read_when_key_is_right_then_where_it_stands_and_no_note(user, agent):
    case = heard()
    services.note(case, "内部：疑似欺诈", by=agent.actor)
    services.reply(case, "在查", by=agent.actor)
    told = user.get(own(case)).json()
    assert (told["number"], told["status"], told["owner"]) == (case.reference, "open", "Liming")
    assert [item["body"] for item in told["items"] if item["kind"] == "message"][-1] == "在查"
    assert {item["kind"] for item in told["items"]} == {"message", "event"}
    assert "疑似欺诈" not in str(told)


def test_read_when_key_is_not_ours_then_404_in_every_case(user, agent):
    case, other = heard(), heard()
    key, foreign = follow_key(case), follow_key(other)
    raw = base64.urlsafe_b64decode(key + "==")
    unsigned = base64.urlsafe_b64encode(raw[:16]).decode().rstrip("=")
    swapped = base64.urlsafe_b64encode(raw[:16] + base64.urlsafe_b64decode(foreign + "==")[16:]).decode()
    wrong = [key[:-3] + "abc", unsigned, swapped, "x", "é", str(case.id), case.reference, "a" * 3000]
    with unchanged():
        codes = {name: user.get(f"/follow/{name}").status_code for name in wrong}
        assert user.post(f"/follow/{unsigned}/messages", {"text": "a"}).status_code == 404
        assert user.post(f"/follow/{swapped}/confirmation", {"settled": True}).status_code == 404
    assert set(codes.values()) == {404}, codes


def test_read_when_key_was_renewed_then_the_old_one_is_dead(user, agent):
    case = heard()
    old = own(case)
    case.follow_version += 1
    case.save(update_fields=["follow_version"])
    assert (user.get(old).status_code, user.get(own(case)).status_code) == (404, 200)


def test_message_when_sent_then_on_the_case_and_told_once(user, agent):
    case = heard()
    with telling("case.") as told:
        first = user.post(own(case, "/messages"), {"text": "补充：订单 A1"}, key="k")
        again = user.post(own(case, "/messages"), {"text": "补充：订单 A1"}, key="k")
    assert (first.status_code, again.status_code, told) == (201, 201, ["case.voiced"])
    assert first.json()["items"][-1]["body"] == "补充：订单 A1"
    other = user.post(own(case, "/messages"), {"text": "别的"}, key="k")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": " "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "a", "body": "b"}, "body"),
        ({"text": "a", "attachments": ["01890000-0000-7000-8000-000000000000"]}, "attachments"),
    ],
)
def test_message_when_input_is_wrong_then_400_names_the_field(user, agent, body, field):
    case = heard()
    answered = user.post(own(case, "/messages"), body)
    assert (answered.status_code, fields_of(answered)) == (400, [field])
    assert Message.objects.count() == 1


def test_read_when_a_file_was_sent_then_its_name_and_kind_are_told(user, agent):
    case = heard()
    file = attachments.store(SimpleUploadedFile("收据.txt", "收据".encode()), by=agent.actor)
    services.reply(case, "请看", files=(file.id,), by=agent.actor)
    sent = user.get(own(case)).json()["items"]
    told = next(item["attachments"] for item in sent if item.get("body") == "请看")
    assert told == [{"id": str(file.id), "name": "收据.txt", "size": file.size, "type": "text/plain"}]


def test_confirmation_when_yes_then_confirmed_and_stars_may_follow(user, agent):
    case = solved(agent)
    first = user.post(own(case, "/confirmation"), {"settled": True})
    later = user.post(own(case, "/confirmation"), {"settled": True, "score": 5, "comment": "谢谢"})
    assert (first.json()["status"], later.json()["status"]) == ("confirmed", "confirmed")
    assert Confirmation.objects.values_list("score", "comment").get() == (5, "谢谢")


def test_confirmation_when_no_then_reopens(user, agent):
    case = solved(agent)
    told = user.post(own(case, "/confirmation"), {"settled": False, "score": 1, "comment": "没到"}).json()
    assert (told["status"], told["items"][-1]["event"]) == ("open", "case.reopened")


def test_confirmation_when_nothing_was_solved_then_409_tells_the_state(user, agent):
    case = heard()
    with unchanged():
        answered = user.post(own(case, "/confirmation"), {"settled": True})
    assert (answered.status_code, answered.json()["code"], answered.json()["current"]) == (
        409,
        "not_solved_yet",
        "new",
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "settled"),
        ({"settled": "perhaps"}, "settled"),
        ({"settled": True, "score": 0}, "score"),
        ({"settled": True, "score": 6}, "score"),
        ({"settled": True, "comment": "x" * 4001}, "comment"),
        ({"settled": True, "status": "closed"}, "status"),
    ],
)
def test_confirmation_when_input_is_wrong_then_400_names_the_field(user, agent, body, field):
    case = solved(agent)
    with unchanged():
        answered = user.post(own(case, "/confirmation"), body)
    assert (answered.status_code, fields_of(answered)) == (400, [field])


def test_any_call_when_too_often_then_429(user, agent, monkeypatch):
    case = solved(agent)
    monkeypatch.setitem(LIMITS, "follow.address", Limit(1, 60))
    assert user.get(own(case)).status_code == 200
    with unchanged():
        answered = [
            user.get(own(case)),
            user.post(own(case, "/messages"), {"text": "a"}),
            user.post(own(case, "/confirmation"), {"settled": True}),
        ]
    assert {each.status_code for each in answered} == {429}
    assert all(int(each["Retry-After"]) > 0 for each in answered)


def test_any_call_when_a_token_comes_along_then_it_changes_nothing(agent):
    case = heard()
    told = Program(agent).get(own(case)).json()
    assert "notes" not in told and told == Program().get(own(case)).json()
