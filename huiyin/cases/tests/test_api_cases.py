"""Cases over the API: lists, one case, and each act; forbidden, absent, wrong, stale and repeated."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiyin.accounts import services as accounts
from huiyin.accounts.models import Team
from huiyin.accounts.selectors import forget_directory
from huiyin.cases import services
from huiyin.cases.models import Case
from huiyin.cases.tests.factories import heard, organisation, product, staff
from huiyin.cases.tests.programs import Program, at, fields_of
from huiyin.cases.tests.watching import statements, telling, unchanged
from huiyin.conversations.models import Message
from huiyin.core import attachments
from huiyin.core.actors import SYSTEM

pytestmark = pytest.mark.django_db
NOBODY = "HY-999999"


@pytest.fixture
def agent():
    organisation()
    return staff()


@pytest.fixture
def program(agent):
    return Program(agent)


def numbers(answered) -> list[str]:
    return [item["number"] for item in answered.json()["items"]]


# What each act needs, to be tried against every kind of refusal.
ACTS = {
    "replies": {"body": "您好"},
    "notes": {"body": "备注"},
    "transitions": {"to": "open"},
    "assignment": {"owner": "liming", "version": 1},
    "merge": {"into": "HY-000001", "version": 1},
    "split": {"message": "01890000-0000-7000-8000-000000000000", "version": 1},
    "links": {"target": "HY-000001", "kind": "related", "version": 1},
}


def test_list_when_cases_are_there_then_newest_activity_first_in_pages(program, agent):
    cases = [heard(str(n)) for n in range(3)]
    services.note(cases[0], "动了", by=agent.actor)
    first = program.get("/cases?limit=2")
    assert numbers(first) == [cases[0].reference, cases[2].reference]
    rest = program.get(f"/cases?limit=2&cursor={first.json()['next']}")
    assert (numbers(rest), rest.json()["next"]) == ([cases[1].reference], None)


def test_list_when_longer_then_costs_no_more_statements(program):
    heard("一")
    program.get("/cases")
    one = statements(lambda: program.get("/cases"))
    heard("二")
    heard("三")
    assert (len(numbers(program.get("/cases"))), statements(lambda: program.get("/cases"))) == (3, one)
    assert one <= 3


def test_list_when_filtered_then_only_those(program, agent):
    product()
    mine, other = heard("怎么修改头像"), heard("我要退款", product="music")
    services.assign(mine, owner=agent, by=agent.actor)
    services.change(mine, {"priority": "urgent", "category": "account"}, by=agent.actor)
    services.transition(other, "pending_user", by=agent.actor)
    wanted = {
        "status=pending_user": [other],
        "status=new,pending_user": [other, mine],
        "assignee=liming": [mine],
        "assignee=me": [mine],
        "assignee=none": [other],
        "priority=urgent": [mine],
        "category=account": [mine],
        "product=music": [other],
        "team=service": [other, mine],
        "q=头像": [mine],
        "q=" + other.reference: [other],
        "kind=complaint": [],
        "breaching=true": [mine],
    }
    assert {query: numbers(program.get(f"/cases?{query}")) for query in wanted} == {
        query: [case.reference for case in cases] for query, cases in wanted.items()
    }


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=gone", "status"),
        ("status=,", "status"),
        ("priority=now", "priority"),
        ("assignee=nobody-at-all", "assignee"),
        ("team=nothing", "team"),
        ("product=nothing", "product"),
        ("cursor=abc", "cursor"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("colour=red", "colour"),
        ("breaching=perhaps", "breaching"),
        ("q=" + "x" * 1001, "q"),
    ],
)
def test_list_when_question_is_wrong_then_400_names_the_field(program, query, field):
    answered = program.get(f"/cases?{query}")
    assert (answered.status_code, fields_of(answered)) == (400, [field])


@pytest.mark.parametrize(
    "text", ['"', "'; --", "a OR b*", "(", "%", "\\", "NEAR(", "😀", "\u202e", "*" * 900]
)
def test_list_when_search_is_hostile_then_answers(program, text):
    heard()
    answered = program.client.get("/api/v1/cases", {"q": text})
    assert answered.status_code == 200


@pytest.mark.parametrize("how", ["reference", "number", "id", "lower"])
def test_read_when_named_in_any_way_then_the_same_case(program, how):
    case = heard()
    name = {
        "reference": case.reference,
        "number": str(case.number),
        "id": str(case.id),
        "lower": case.reference.lower(),
    }[how]
    told = program.get(f"/cases/{name}").json()
    assert (told["number"], told["version"], told["status"]) == (case.reference, 1, "new")
    assert {clock["kind"] for clock in told["clocks"]} == {"first_response", "resolution"}
    assert all(clock["trace"] and clock["reason"] for clock in told["clocks"])
    assert told["contact"]["name"] == "王芳"


@pytest.mark.parametrize(
    "name", [NOBODY, "x", "HY-", "0", "9" * 30, "01890000-0000-7000-8000-000000000000", "²", "HY-1 OR 1=1"]
)
def test_read_when_absent_then_404_says_nothing_more(program, name):
    answered = program.get(f"/cases/{name}")
    assert answered.status_code == 404
    assert program.get(f"/cases/{name}/timeline").status_code == 404


def only_for(username: str, team: Team):
    """Somebody whose role holds for one team alone."""
    user = accounts.create_user(username=username, by=SYSTEM)
    accounts.grant(user, role="agent", team=team, by=SYSTEM)
    forget_directory()
    return user


def test_any_call_when_case_is_of_another_team_then_looks_absent(agent):
    second = accounts.add_team(key="second", name_zh="二线", name_en="Second")
    stranger = Program(only_for("stranger", second))
    case, target = heard(), heard()
    absent = stranger.get(f"/cases/{NOBODY}").json()
    with unchanged():
        for path in ("", "/timeline"):
            answered = stranger.get(at(case, path))
            same = {name: answered.json()[name] for name in ("status", "code", "title", "detail")}
            assert same == {name: absent[name] for name in same}
        for path, body in ACTS.items():
            given = {**body, **({"into": target.reference} if path == "merge" else {})}
            assert stranger.post(at(case, f"/{path}"), given).status_code == 404
        assert stranger.patch(at(case), {"version": 1, "priority": "low"}).status_code == 404
        assert numbers(stranger.get("/cases")) == []


def test_any_act_when_role_only_reads_then_403_and_nothing_happens(agent):
    case, auditor = heard(), Program(staff("auditor", "auditor"))
    assert auditor.get(at(case)).status_code == 200
    with unchanged():
        codes = {path: auditor.post(at(case, f"/{path}"), body).status_code for path, body in ACTS.items()}
        codes["patch"] = auditor.patch(at(case), {"version": 1, "priority": "low"}).status_code
    assert set(codes.values()) == {403}, codes


def test_note_when_engineer_writes_then_taken_but_no_reply(agent):
    case, engineer = heard(), Program(staff("gu", "engineer"))
    assert engineer.post(at(case, "/notes"), {"body": "已定位"}).status_code == 201
    assert engineer.post(at(case, "/replies"), {"body": "您好"}).status_code == 403


def test_any_call_when_scope_is_missing_then_403(agent):
    case, reader, writer = heard(), Program(agent, "cases:read"), Program(agent, "cases:write")
    assert writer.get(at(case)).json()["code"] == "scope_missing"
    with unchanged():
        for path, body in ACTS.items():
            assert reader.post(at(case, f"/{path}"), body).json()["code"] == "scope_missing"


STALE = {path: {**body, "version": 1} for path, body in ACTS.items()}


@pytest.mark.parametrize("path", STALE)
def test_any_act_when_version_is_stale_then_409_with_the_present_one(program, agent, path):
    case, target = heard(), heard()
    message = services.hear_again(case, "另外", by=case.contact.actor)
    body = {**STALE[path]}
    body |= {"merge": {"into": target.reference}, "links": {"target": target.reference}}.get(path, {})
    body |= {"message": str(message.id)} if path == "split" else {}
    with unchanged():
        answered = program.post(at(case, f"/{path}"), body)
    assert (answered.status_code, answered.json()["code"]) == (409, "case_changed")
    assert answered.json()["current"] == 2


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("replies", {"body": ""}, "body"),
        ("replies", {"body": "  "}, "body"),
        ("replies", {"body": "x" * 20_001}, "body"),
        ("replies", {"body": "a", "then": "solved"}, "then"),
        ("replies", {"body": "a", "attachments": ["x"]}, "attachments.0"),
        ("replies", {"body": "a", "attachments": ["01890000-0000-7000-8000-000000000000"]}, "attachments"),
        ("notes", {"body": " "}, "body"),
        ("transitions", {"to": "confirmed"}, "to"),
        ("transitions", {"to": "closed"}, "to"),
        ("transitions", {}, "to"),
        ("transitions", {"to": "solved"}, "resolution"),
        ("transitions", {"to": "solved", "resolution": "  "}, "resolution"),
        ("assignment", {"owner": "liming"}, "version"),
        ("assignment", {"version": 1, "owner": "nobody"}, "owner"),
        ("assignment", {"version": 1, "owner": "01890000-0000-7000-8000-000000000000"}, "owner"),
        ("assignment", {"version": 1, "team": "nothing"}, "team"),
        ("assignment", {"version": 0, "owner": "liming"}, "version"),
        ("assignment", {"version": 2**31, "owner": "liming"}, "version"),
        ("merge", {"version": 1}, "into"),
        ("split", {"version": 1, "message": "x"}, "message"),
        ("split", {"version": 1, "message": "01890000-0000-7000-8000-000000000000"}, "message"),
        ("links", {"version": 1, "target": "1", "kind": "cousin"}, "kind"),
    ],
)
def test_any_act_when_input_is_wrong_then_names_the_field_and_changes_nothing(program, path, body, field):
    case = heard()
    with unchanged():
        answered = program.post(at(case, f"/{path}"), body)
    assert (answered.status_code, fields_of(answered)) == (
        404 if path == "split" and len(body["message"]) > 1 else 400,
        [field],
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "version"),
        ({"version": 1, "status": "solved"}, "status"),
        ({"version": 1, "priority": "now"}, "priority"),
        ({"version": 1, "priority": None}, "priority"),
        ({"version": 1, "kind": None}, "kind"),
        ({"version": 1, "subject": None}, "subject"),
        ({"version": 1, "subject": ""}, "subject"),
        ({"version": 1, "subject": "  "}, "subject"),
        ({"version": 1, "category": None}, "category"),
        ({"version": 1, "tags": None}, "tags"),
        ({"version": 1, "fields": None}, "fields"),
        ({"version": 1, "lasting_fix": None}, "lasting_fix"),
        ({"version": 1, "product": "nothing"}, "product"),
        ({"version": 1, "tags": ["x" * 41]}, "tags.0"),
        ({"version": 1, "fields": {"a": {"b": "c"}}}, "fields.a"),
    ],
)
def test_patch_when_input_is_wrong_then_names_the_field_and_changes_nothing(program, values, field):
    case = heard()
    with unchanged():
        answered = program.patch(at(case), values)
    assert (answered.status_code, fields_of(answered)) == (400, [field])


def test_patch_when_right_then_answers_the_case_as_it_stands_now(program):
    product()
    case = heard()
    values = {
        "subject": "会员",
        "priority": "low",
        "product": "music",
        "tags": ["a"],
        "fields": {"order": "A1"},
    }
    told = program.patch(at(case), {"version": 1, **values}).json()
    assert {name: told[name] for name in values} == values
    assert told["version"] == 2
    stale = program.patch(at(case), {"version": 1, "priority": "high"})
    assert (stale.status_code, stale.json()["current"]) == (409, 2)
    assert program.patch(at(case), {"version": 2, "product": None}).json()["product"] is None


def test_reply_when_sent_then_on_the_users_page_with_its_file(program, agent):
    case = heard()
    upload = SimpleUploadedFile("收据.txt", "收据".encode())
    file = attachments.store(upload, by=agent.actor)
    answered = program.post(at(case, "/replies"), {"body": "请看 **附件**", "attachments": [str(file.id)]})
    assert (answered.status_code, answered.json()["status"], answered.json()["owner"]) == (
        201,
        "open",
        "liming",
    )
    items = program.get(at(case, "/timeline")).json()["items"]
    sent = [item for item in items if item["kind"] == "message"][-1]
    assert (sent["body"], sent["author"]) == ("请看 **附件**", {"side": "us", "name": "Liming"})
    assert [each["name"] for each in sent["attachments"]] == ["收据.txt"]


def test_reply_when_file_was_used_before_then_400(program, agent):
    case = heard()
    file = attachments.store(SimpleUploadedFile("a.txt", b"a"), by=agent.actor)
    body = {"body": "一", "attachments": [str(file.id)]}
    assert program.post(at(case, "/replies"), body).status_code == 201
    with unchanged():
        assert fields_of(program.post(at(case, "/replies"), body)) == ["attachments"]


@pytest.mark.parametrize("path", ["replies", "notes", "transitions"])
def test_any_act_when_repeated_with_its_key_then_done_once_and_another_body_conflicts(program, path):
    case = heard()
    first = program.post(at(case, f"/{path}"), ACTS[path], key="k")
    with unchanged():
        again = program.post(at(case, f"/{path}"), ACTS[path], key="k")
        other = program.post(at(case, f"/{path}"), {**ACTS[path], "version": 7}, key="k")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    with telling() as told:
        program.post(at(heard(), f"/{path}"), ACTS[path], key="k")
    assert any(name.startswith(("case.replied", "case.noted", "case.transitioned")) for name in told)


def test_transition_when_solved_then_asks_and_tells_the_fixes(program):
    case = heard()
    body = {"to": "solved", "resolution": "已补发", "temporary_fix": "手动", "lasting_fix": "修回调"}
    told = program.post(at(case, "/transitions"), body).json()
    assert (told["status"], told["resolution"], told["temporary_fix"], told["lasting_fix"]) == (
        "solved",
        "已补发",
        "手动",
        "修回调",
    )
    again = program.post(at(case, "/transitions"), body)
    assert (again.status_code, again.json()["code"], again.json()["allowed"]) == (
        409,
        "move_unknown",
        ["open"],
    )


def test_assignment_when_given_away_and_back_then_owner_and_team_follow(program):
    case = heard()
    staff("wangwu")
    given = program.post(
        at(case, "/assignment"), {"version": 1, "owner": "WangWu", "reason": "会法语"}
    ).json()
    assert (given["owner"], given["version"]) == ("wangwu", 2)
    back = program.post(at(case, "/assignment"), {"version": 2, "team": "service"}).json()
    assert (back["owner"], back["team"]) == (None, "service")


def test_merge_when_done_then_the_case_points_on_and_is_handled_there(program):
    case, into = heard(), heard()
    told = program.post(at(case, "/merge"), {"version": 1, "into": into.reference}).json()
    assert (told["merged_into"], told["version"]) == (into.reference, 2)
    with unchanged():
        assert program.post(at(case, "/replies"), {"body": "话"}).status_code == 403
        assert program.post(at(into, "/merge"), {"version": 2, "into": case.reference}).status_code == 409
        assert program.post(at(into, "/merge"), {"version": 2, "into": NOBODY}).status_code == 404


def test_split_when_done_then_answers_the_new_case(program):
    case = heard()
    message = services.hear_again(case, "另外发票", by=case.contact.actor)
    answered = program.post(at(case, "/split"), {"version": 2, "message": str(message.id), "subject": "发票"})
    assert (answered.status_code, answered.json()["subject"]) == (201, "发票")
    assert answered.json()["number"] != case.reference
    assert Message.objects.count() == 2


def test_link_when_done_then_told_on_the_timeline(program):
    case, target = heard(), heard()
    body = {"version": 1, "target": str(target.id), "kind": "caused_by"}
    assert program.post(at(case, "/links"), body).status_code == 201
    events = [i["event"] for i in program.get(at(case, "/timeline")).json()["items"] if i["kind"] == "event"]
    assert events[-1] == "case.linked"
    assert Case.objects.get(number=case.number).links.get().target_id == target.number


def test_timeline_when_read_then_in_order_with_a_fixed_price(program, agent):
    case = heard()
    services.reply(case, "一", by=agent.actor)
    services.note(case, "二", by=agent.actor)
    program.get(at(case, "/timeline"))
    short = statements(lambda: program.get(at(case, "/timeline")))
    for n in range(3):
        services.note(case, str(n), by=agent.actor)
        services.reply(case, str(n), by=agent.actor)
    assert statements(lambda: program.get(at(case, "/timeline"))) == short
    items = program.get(at(case, "/timeline")).json()["items"]
    assert [item["at"] for item in items] == sorted(item["at"] for item in items)
    assert {item["kind"] for item in items} == {"message", "note", "event"}
