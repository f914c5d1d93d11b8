"""The protocol's one address: its manners, its tools, and that a tool does what its operation would, no more."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from huiyin.accounts import services as accounts
from huiyin.cases.models import Case
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.cases.tests.programs import Program, at
from huiyin.cases.tests.watching import telling, unchanged
from huiyin.conversations.models import Message
from huiyin.core.actors import SYSTEM
from huiyin.web.mcp import tools

pytestmark = pytest.mark.django_db
ACCEPTED = "application/json, text/event-stream"


class Agent:
    """An AI agent with somebody's token."""

    def __init__(self, user: Any = None, *scopes: str) -> None:
        secret = accounts.issue_token(user, scopes=list(scopes) or None, by=SYSTEM)[1] if user else ""
        headers = {"Accept": ACCEPTED} | ({"Authorization": f"Bearer {secret}"} if secret else {})
        self.client = Client(headers=headers)

    def post(self, body: Any, **headers: str) -> Any:
        return self.client.post("/mcp", body, content_type="application/json", headers=headers)

    def ask(self, method: str, params: Any = None, **headers: str) -> Any:
        message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params or {}}
        return self.post(message, **headers).json()

    def use(self, tool: str, **arguments: Any) -> Any:
        told = self.ask("tools/call", {"name": tool, "arguments": arguments})["result"]
        assert json.loads(told["content"][0]["text"]) == told["structuredContent"]
        return told

    def listed(self) -> list[dict[str, Any]]:
        tools_told: list[dict[str, Any]] = self.ask("tools/list")["result"]["tools"]
        return tools_told


@pytest.fixture
def liming():
    organisation()
    return staff()


@pytest.fixture
def agent(liming):
    return Agent(liming)


def test_initialize_when_version_is_known_then_speaks_it(agent):
    told = agent.ask("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}})
    assert (told["jsonrpc"], told["id"]) == ("2.0", 7)
    assert told["result"]["protocolVersion"] == "2025-06-18"
    assert told["result"]["capabilities"] == {"tools": {"listChanged": False}}
    assert told["result"]["serverInfo"]["name"] == "huiyin"


def test_initialize_when_version_is_strange_then_offers_the_newest(agent):
    assert agent.ask("initialize", {"protocolVersion": "1999"})["result"]["protocolVersion"] == "2025-11-25"


def test_notify_when_initialized_then_accepted_without_a_body(agent):
    answered = agent.post({"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (answered.status_code, answered.content) == (202, b"")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"jsonrpc": "2.0", "id": 1, "method": "nothing"}, -32601),
        ({"jsonrpc": "1.0", "id": 1, "method": "ping"}, -32600),
        ([{"jsonrpc": "2.0", "id": 1, "method": "ping"}], -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "rm"}}, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "get_case"}}, -32602),
    ],
)
def test_ask_when_message_is_wrong_then_error_with_its_code(agent, message, code):
    assert agent.post(message).json()["error"]["code"] == code


def test_ask_when_no_json_then_parse_error(agent):
    answered = agent.client.post("/mcp", b"{", content_type="application/json").json()
    assert (answered["id"], answered["error"]["code"]) == (None, -32700)


def test_ask_when_nobody_or_stranger_then_401(liming):
    for client in (Client(), Client(headers={"Authorization": "Bearer wrong"})):
        answered = client.post("/mcp", {"jsonrpc": "2.0", "id": 1}, content_type="application/json")
        assert (answered.status_code, answered["WWW-Authenticate"]) == (401, "Bearer")
        assert answered["Content-Type"] == "application/problem+json"


def test_ask_when_from_a_page_of_another_site_then_403(agent):
    answered = agent.post({"jsonrpc": "2.0", "id": 1, "method": "ping"}, Origin="https://evil.example")
    assert (answered.status_code, answered.json()["code"]) == (403, "origin_not_allowed")


def test_ask_when_version_header_is_strange_then_400(agent):
    answered = agent.post({"jsonrpc": "2.0", "id": 1, "method": "ping"}, **{"MCP-Protocol-Version": "1999"})
    assert (answered.status_code, answered.json()["code"]) == (400, "protocol_version_unknown")


def test_get_when_asked_for_a_stream_then_405(agent):
    assert agent.client.get("/mcp").status_code == 405


def test_list_when_token_does_all_then_every_tool_with_a_whole_schema(agent):
    listed = {tool["name"]: tool for tool in agent.listed()}
    assert list(listed) == [tool.name for tool in tools.TOOLS]
    solve = listed["solve"]["inputSchema"]
    assert sorted(solve["properties"]) == [
        "idempotency_key",
        "lasting_fix",
        "number",
        "reason",
        "resolution",
        "temporary_fix",
        "version",
    ]
    assert solve["required"] == ["number"]
    assert "#/components" not in json.dumps(list(listed.values()))
    assert listed["create_voice"]["inputSchema"]["$defs"]["ContactIn"]["type"] == "object"
    assert [name for name, tool in listed.items() if tool["annotations"]["readOnlyHint"]] == [
        tool.name for tool in tools.TOOLS if tool.method == "GET"
    ]


def test_list_when_token_only_reads_then_only_tools_that_it_may_use(liming):
    names = [tool["name"] for tool in Agent(liming, "cases:read").listed()]
    assert names == [
        "search_knowledge",
        "get_article",
        "list_articles",
        "list_cases",
        "get_case",
        "get_timeline",
    ]


def test_call_when_reading_then_the_operations_own_answer(agent, liming):
    case = heard()
    told = agent.use("get_case", number=case.reference)
    assert (told["isError"], told["structuredContent"]) == (False, Program(liming).get(at(case)).json())
    listed = agent.use("list_cases", limit=1, breaching=False)
    assert [item["number"] for item in listed["structuredContent"]["items"]] == [case.reference]


def test_call_when_replying_then_the_user_is_answered_once(agent):
    case = heard()
    with telling() as told:
        first = agent.use("reply", number=case.reference, body="您好，已为您补发。", idempotency_key="r-1")
        again = agent.use("reply", number=case.reference, body="您好，已为您补发。", idempotency_key="r-1")
    assert (first["isError"], again) == (False, first)
    assert Message.objects.filter(conversation=case.conversation, direction="out").count() == 1
    assert told.count("case.replied") == 1


def test_call_when_key_is_used_for_another_reply_then_refused(agent):
    case = heard()
    agent.use("note", number=case.reference, body="一", idempotency_key="k")
    told = agent.use("note", number=case.reference, body="二", idempotency_key="k")
    assert (told["isError"], told["structuredContent"]["code"]) == (True, "idempotency_key_reused")


def test_call_when_solving_then_the_case_waits_for_the_users_word(agent):
    case = heard()
    told = agent.use("solve", number=case.reference, resolution="已补发会员")
    assert (told["isError"], told["structuredContent"]["status"]) == (False, "solved")
    assert Case.objects.get(id=case.id).resolution == "已补发会员"


def test_call_when_preset_is_overridden_then_the_preset_holds(agent):
    case = heard()
    agent.use("solve", number=case.reference, resolution="好了", to="open")
    assert Case.objects.get(id=case.id).status == "solved"


def test_call_when_a_voice_is_new_then_a_case_is_opened(agent):
    told = agent.use("create_voice", source="api", text="会员没有到账", contact={"email": "w@example.com"})
    assert Case.objects.get().reference == told["structuredContent"]["case"]["number"]


def test_call_when_scope_is_missing_then_refused_and_nothing_changes(liming):
    case = heard()
    reader = Agent(liming, "cases:read")
    with unchanged():
        told = reader.use("reply", number=case.reference, body="好")
    assert (told["isError"], told["structuredContent"]["code"]) == (True, "scope_missing")


def test_call_when_role_does_not_reach_the_case_then_it_looks_absent(liming):
    told = Agent(liming).use("get_case", number="HY-999999")
    assert (told["isError"], told["structuredContent"]["status"]) == (True, 404)


def test_call_when_number_climbs_out_of_its_path_then_absent(agent):
    told = agent.use("get_case", number="../../contacts")
    assert (told["isError"], told["structuredContent"]["status"]) == (True, 404)


def test_call_when_a_field_is_unknown_then_named(agent):
    told = agent.use("note", number=heard().reference, body="好", colour="red")
    assert told["structuredContent"]["errors"][0]["field"] == "colour"


def test_tools_when_compared_with_the_api_then_each_names_an_operation():
    assert {(tool.method, tool.path) for tool in tools.TOOLS} <= set(tools._scopes())


def test_docs_when_read_then_name_every_tool_and_no_other():
    text = (settings.ROOT / "docs/api/mcp.md").read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if line.startswith("| `")]
    named = {name for line in table for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    assert named == set(tools.BY_NAME)
