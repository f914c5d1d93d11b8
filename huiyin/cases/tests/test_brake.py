"""The brake on reading people in masses: beyond the usual one proves who one is, and administrators hear of it."""

import json
import time
from urllib.parse import urlencode

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value

from huiyin.accounts.services import factors, people
from huiyin.cases.tests import factories
from huiyin.core import limits
from huiyin.core.actors import SYSTEM
from huiyin.core.audit import reading
from huiyin.core.models import AuditEntry, JournalEntry, OutgoingMail
from huiyin.core.tests.people import bearer, signed_in
from huiyin.privacy import listeners

pytestmark = pytest.mark.django_db
PASSWORD = "a-quiet-river-bends-7"


@pytest.fixture
def case(monkeypatch):
    for name in (reading.PROFILES, reading.CASES):
        monkeypatch.setitem(limits.LIMITS, name, limits.Limit(2, 3600, strict=True))
    factories.organisation()
    return factories.heard("退款没有到")


@pytest.fixture
def agent():
    user = factories.staff("liming")
    people.set_password(user, PASSWORD, by=SYSTEM)
    return user


def digits(secret: str, step: int = 0) -> str:
    """What the person's app shows now, or showed a step ago."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def page(case) -> str:
    return f"/desk/people/{case.contact_id}/"


def door(case) -> str:
    return f"/account/confirmation/?{urlencode({'next': page(case)})}"


def acts(name: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=name).order_by("row"))


def test_limits_are_those_that_the_design_asks_for() -> None:
    names = (reading.PROFILES, reading.DOWNLOADS, reading.CASES)
    assert [limits.of(name) for name in names] == [200, 50, 2000]
    assert {limits.LIMITS[name].seconds for name in names} == {3600}


def test_profile_when_too_many_were_read_then_sent_to_prove_who_one_is_and_back(case, agent) -> None:
    client = signed_in(agent)
    assert [client.get(page(case)).status_code for _turn in range(2)] == [200, 200]
    braked = client.get(page(case))
    assert (braked.status_code, braked["Location"]) == (302, door(case))
    wrong = client.post(braked["Location"], {"kind": "password", "password": "wrong"})
    assert (wrong.status_code, client.get(page(case)).status_code) == (400, 302)
    proved = client.post(braked["Location"], {"kind": "password", "password": PASSWORD})
    assert (proved.status_code, proved["Location"]) == (302, page(case))
    assert client.get(page(case)).status_code == 200
    assert [json.loads(row.detail) for row in acts("brake.released")] == [{"limit": "brake.profiles"}]


def test_profile_when_the_reader_has_a_second_factor_then_the_password_is_not_enough(case, agent) -> None:
    secret = generate_totp_secret()
    factors.add_app(agent, secret=secret, digits=digits(secret, -1), keep=None, by=SYSTEM)
    client = signed_in(agent)
    for _turn in range(3):
        client.get(page(case))
    assert client.post(door(case), {"kind": "password", "password": PASSWORD}).status_code == 404
    assert client.get(page(case)).status_code == 302
    assert client.post(door(case), {"kind": "totp", "code": digits(secret)}).status_code == 302
    assert client.get(page(case)).status_code == 200


def test_brake_when_let_go_three_times_in_an_hour_then_holds(case, agent) -> None:
    client = signed_in(agent)
    rounds = []
    for _round in range(5):
        rounds.append([client.get(page(case)).status_code for _turn in range(4)])
        client.post("/account/confirmation/", {"kind": "password", "password": PASSWORD})
    assert rounds == [[200, 200, 302, 302]] * 3 + [[200, 200, 429, 429], [429] * 4]
    assert len(acts("brake.released")) == 3


def test_proof_when_nothing_is_braked_then_stores_up_no_reads(case, agent) -> None:
    client = signed_in(agent)
    client.post("/account/confirmation/", {"kind": "password", "password": PASSWORD})
    assert [client.get(page(case)).status_code for _turn in range(3)] == [200, 200, 302]
    assert acts("brake.released") == []


def test_brake_when_pulled_then_on_record_once_and_told_to_every_administrator(case, agent) -> None:
    for name in ("an", "bo"):
        people.create_user(username=name, email=f"{name}@example.com", roles=("admin",), by=SYSTEM)
    client = signed_in(agent)
    for _turn in range(6):
        client.get(page(case))
    (row,) = acts("brake.pulled")
    assert (row.result, row.actor_id, json.loads(row.detail)) == (
        "refused",
        str(agent.id),
        {"limit": "brake.profiles"},
    )
    entry = JournalEntry.objects.get(name="brake.pulled")
    assert (entry.subject, entry.data) == (str(agent.id), {"limit": "brake.profiles", "count": 3})
    for _again in range(2):
        listeners.on_brake_pulled_warn(listeners.BrakePulled.of_row(entry.subject, entry.data), entry)
    letters = OutgoingMail.objects.all()
    assert sorted(each.to for each in letters) == ["an@example.com", "bo@example.com"]
    assert all(f"/admin/audit/?who={agent.id}" in each.text and "Liming" in each.text for each in letters)


def test_unmasking_counts_as_reading(case, agent) -> None:
    client, message = signed_in(agent), case.conversation.messages.get()
    ways = [
        client.post(f"/desk/messages/{message.id}/original/", {"reason": "call_back"}).status_code
        for _turn in range(3)
    ]
    assert (ways[-1], len(acts("message.unmasked"))) == (302, 2)


CONTACTS = "/api/v1/contacts"


def test_token_when_too_many_were_read_then_429_until_its_user_proves_who_they_are(case, agent) -> None:
    program, client = bearer(agent, "contacts:read"), signed_in(agent)
    one = f"{CONTACTS}/{case.contact_id}"
    assert [program.get(url).status_code for url in (one, CONTACTS)] == [200, 200]
    braked = program.get(one)
    told = braked.json()
    assert (braked.status_code, told["code"], told["retry_after"]) == (
        429,
        "mass_reading",
        int(braked["Retry-After"]),
    )
    assert 0 < told["retry_after"] <= 3600
    assert told["proof_url"].endswith("/account/confirmation/")
    assert client.get(page(case)).status_code == 302, "page and program draw on one account"
    assert client.post(door(case), {"kind": "password", "password": PASSWORD}).status_code == 302
    assert program.get(one).status_code == 200


def test_list_when_it_holds_more_people_than_are_left_then_refused_and_uses_up_nothing(case, agent) -> None:
    program = bearer(agent, "contacts:read")
    factories.heard("发票开错了")
    factories.heard("登录不上")
    assert program.get(CONTACTS).status_code == 429
    assert [program.get(CONTACTS, {"limit": 1}).status_code for _turn in range(3)] == [200, 200, 429]
    assert [json.loads(row.detail) for row in acts("contact.listed")] == [{"count": 1}] * 2


def test_agent_of_a_model_when_too_many_were_read_then_its_tool_says_what_to_do(case, agent) -> None:
    program = bearer(agent, "contacts:read")
    call = {"name": "get_contact", "arguments": {"contact_id": str(case.contact_id)}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    answers = [
        program.post("/mcp", message, content_type="application/json").json()["result"] for _turn in range(3)
    ]
    assert [answer["isError"] for answer in answers] == [False, False, True]
    assert "proof_url" in answers[-1]["structuredContent"]


@pytest.mark.parametrize(("language", "why"), [("en", "more than 2 people"), ("zh-hans", "超过了 2 人")])
def test_confirmation_when_the_brake_sent_them_then_says_so_and_why(case, agent, language, why) -> None:
    client = signed_in(agent)
    assert why not in client.get(door(case), {"lang": language}).content.decode()
    for _turn in range(3):
        client.get(page(case))
    assert why in client.get(f"{door(case)}&lang={language}").content.decode()


def test_program_when_braked_then_told_so_and_never_sent_to_a_page(case, agent) -> None:
    client = signed_in(agent)
    for _turn in range(3):
        client.get(page(case))
    told = client.get(page(case), headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["code"]) == (403, "mass_reading")
    assert bearer(agent, "cases:read").get("/api/v1/cases").status_code == 200


@pytest.fixture
def stranger():
    """Somebody in no team of these cases, with a program."""
    return people.create_user(username="stranger", roles=("agent",), by=SYSTEM)


def test_case_page_when_braked_then_opening_it_again_is_no_way_round(case, stranger) -> None:
    client = signed_in(stranger)
    others = [case, factories.heard("发票开错了"), factories.heard("登录不上")]
    pages = [f"/desk/cases/{each.number}/" for each in others]
    assert [client.get(each).status_code for each in pages] == [200, 200, 302]
    assert [client.get(pages[-1]).status_code for _turn in range(2)] == [302, 302]
    assert [client.get(each).status_code for each in pages[:2]] == [200, 200]
    assert len(acts("case.read")) == 2


def test_cases_when_a_program_reads_others_work_then_each_counts_once_and_the_brake_holds(
    case, stranger
) -> None:
    program = bearer(stranger, "cases:read", "cases:write")
    one = f"/api/v1/cases/{case.number}"
    answers = [program.get(url).status_code for url in (one, f"{one}/timeline", one)]
    other = factories.heard("发票开错了")
    third = factories.heard("登录不上")
    answers.append(program.get(f"/api/v1/cases/{other.number}").status_code)
    assert answers == [200] * 4
    braked = program.get(f"/api/v1/cases/{third.number}/timeline")
    assert (braked.status_code, braked.json()["code"]) == (429, "mass_reading")
    note = program.post(f"/api/v1/cases/{third.number}/notes", {"body": "x"}, content_type="application/json")
    third.refresh_from_db()
    assert (note.status_code, third.notes.count()) == (429, 0)
    assert [row.object_id for row in acts("case.read")] == [str(case.number), str(other.number)]
    people.set_password(stranger, PASSWORD, by=SYSTEM)
    client = signed_in(stranger)
    assert client.get(page(case)).status_code == 200, "programs have an account of their own for cases"
    assert "2 cases of others" in client.get(f"{door(case)}&lang=en").content.decode()


def test_list_of_cases_when_polled_then_counts_only_what_is_new_in_it(case, stranger) -> None:
    program = bearer(stranger, "cases:read")
    factories.heard("发票开错了")
    assert [program.get("/api/v1/cases").status_code for _turn in range(3)] == [200] * 3
    assert [json.loads(row.detail) for row in acts("case.listed")] == [{"count": 2}]
    factories.heard("登录不上")
    assert program.get("/api/v1/cases").status_code == 429


def test_cases_when_they_are_own_work_then_no_program_is_braked(case, agent, stranger) -> None:
    team = bearer(agent, "cases:read")
    assert {
        team.get(f"/api/v1/cases/{factories.heard(str(turn)).number}").status_code for turn in range(4)
    } == {200}
    assert team.get("/api/v1/cases").status_code == 200
    program = bearer(stranger, "cases:read", "voices:write", "contacts:read")
    for number in range(5):
        body = {
            "source": "api",
            "text": f"会员没有到账 {number}",
            "contact": {"external_id": f"own-{number}"},
        }
        told = program.post("/api/v1/voices", body, content_type="application/json")
        assert told.status_code == 201
        assert program.get(f"/api/v1/cases/{told.json()['case']['number']}").status_code == 200
    assert acts("case.read") == acts("case.listed") == []


def test_contact_when_known_already_then_making_it_known_again_is_reading(case, stranger) -> None:
    program = bearer(stranger, "voices:write")

    def known(**who: str) -> int:
        return program.post(CONTACTS, who, content_type="application/json").status_code

    identity = case.contact.identities.get()
    somebody = {identity.kind: identity.value}
    assert [known(external_id=f"new-{number}") for number in range(4)] == [201] * 4
    assert [known(external_id=f"new-{number}") for number in range(4)] == [200] * 4, "what it made itself"
    assert [known(**somebody) for _turn in range(3)] == [200, 200, 429]
    assert [row.object_id for row in acts("contact.read")] == [str(case.contact_id)] * 2
