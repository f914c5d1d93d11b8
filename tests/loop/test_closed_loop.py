"""The loop over HTTP: a voice, a case, an answer, "not settled", a second handling, "settled", confirmed."""

import json

import pytest
from django.test import Client

from huiyin.accounts import services as accounts
from huiyin.cases.models import Case
from huiyin.cases.tests.factories import organisation, staff
from huiyin.core.actors import SYSTEM
from huiyin.core.jobs.worker import drain
from huiyin.core.models import JournalEntry

pytestmark = pytest.mark.django_db(transaction=True)


class Api:
    """A program with one token."""

    def __init__(self, token: str = "") -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str):
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path: str, body: dict, key: str = ""):
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        return self.client.post(
            f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers
        )


@pytest.fixture
def agent():
    organisation()
    user = staff("liming", "agent")
    staff("zhaomin", "senior")
    return Api(accounts.issue_token(user, by=SYSTEM)[1])


VOICE = {
    "source": "api",
    "text": "付款成功但是会员没有到账，急！",
    "contact": {"external_id": "u-1", "email": "wang@example.com", "name": "王芳"},
    "external_id": "order-42",
}


def test_loop_when_user_first_says_no_then_a_second_handling_ends_confirmed(agent):
    heard = agent.post("/voices", VOICE, key="first")
    assert heard.status_code == 201
    told = heard.json()
    number, key = told["case"]["number"], told["case"]["follow_url"].rstrip("/").rsplit("/", 1)[1]
    assert [clock["kind"] for clock in told["case"]["clocks"]] == ["first_response", "resolution"]
    user = Api()

    assert agent.post(f"/cases/{number}/replies", {"body": "您好，正在查这笔订单。"}).status_code == 201
    drain()
    assert [item["kind"] for item in user.get(f"/follow/{key}").json()["items"]].count("message") == 2

    solved = agent.post(f"/cases/{number}/transitions", {"to": "solved", "resolution": "会员已补发。"})
    assert (solved.status_code, solved.json()["status"]) == (200, "solved")
    drain()

    disputed = user.post(f"/follow/{key}/confirmation", {"settled": False, "comment": "还是没有"})
    assert (disputed.status_code, disputed.json()["status"]) == (200, "open")
    case = Case.objects.get()
    assert (case.priority, case.level, case.reopened_count) == ("high", 3, 1)
    assert case.owner is not None and case.owner.username == "zhaomin"

    again = agent.post(f"/cases/{number}/transitions", {"to": "solved", "resolution": "已到账，并送您七天。"})
    assert again.status_code == 200
    settled = user.post(f"/follow/{key}/confirmation", {"settled": True, "score": 5})
    assert (settled.status_code, settled.json()["status"]) == (200, "confirmed")
    drain()

    names = list(
        JournalEntry.objects.filter(subject_kind="case", name__startswith="case.").values_list(
            "name", flat=True
        )
    )
    assert names == [
        "case.opened",
        "case.replied",
        "case.assigned",
        "case.transitioned",
        "case.transitioned",
        "case.solved",
        "case.reopened",
        "case.assigned",
        "case.transitioned",
        "case.solved",
        "case.confirmed",
    ]


def test_post_voice_when_repeated_then_answers_the_first(agent):
    first = agent.post("/voices", VOICE, key="k-1")
    again = agent.post("/voices", VOICE, key="k-1")
    assert (again.status_code, again.content) == (201, first.content)
    same = agent.post("/voices", VOICE)
    assert (same.status_code, same.json()["case"]["number"]) == (200, first.json()["case"]["number"])
    other = agent.post("/voices", {**VOICE, "text": "另一件事"}, key="k-1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert Case.objects.count() == 1


def test_post_voices_when_some_are_bad_then_refuses_those_alone(agent):
    items = [{**VOICE, "external_id": f"b-{n}"} for n in range(3)]
    items[1]["text"] = ""
    answered = agent.post("/voices/batch", {"items": [*items, {"source": "pigeon"}]}).json()
    assert (answered["stored"], answered["refused"]) == (2, 2)
    assert [item["status"] for item in answered["items"]] == ["stored", "refused", "stored", "refused"]
    bare = agent.post("/voices/batch", {"items": [{"source": "api", "contact": {}}]}).json()["items"][0]
    assert (bare["field"], bare["message"]) == ("text", "此项必填。")
    again = agent.post("/voices/batch", {"items": items}).json()
    assert (again["stored"], again["known"], again["refused"]) == (0, 2, 1)


def test_post_reply_when_version_is_stale_then_conflicts_and_stores_nothing(agent):
    number = agent.post("/voices", VOICE).json()["case"]["number"]
    version = agent.get(f"/cases/{number}").json()["version"]
    assert agent.post(f"/cases/{number}/replies", {"body": "一", "version": version}).status_code == 201
    stale = agent.post(f"/cases/{number}/replies", {"body": "二", "version": version})
    assert (stale.status_code, stale.json()["code"]) == (409, "case_changed")
    items = agent.get(f"/cases/{number}/timeline").json()["items"]
    assert [item["body"] for item in items if item["kind"] == "message"] == [VOICE["text"], "一"]
