"""The protocol's own client library against a real server of ours: what agents in the field will do."""

from typing import Any

import anyio
import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from huiyin.accounts import services as accounts
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.conversations.models import Message
from huiyin.core.actors import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_client_when_it_connects_then_it_lists_reads_and_replies(live_server: Any) -> None:
    organisation()
    case = heard("会员没有到账")
    secret = accounts.issue_token(staff(), by=SYSTEM)[1]

    async def work() -> tuple[list[str], Any, Any]:
        headers = {"Authorization": f"Bearer {secret}"}
        async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
            transport = streamable_http_client(f"{live_server.url}/mcp", http_client=http)
            async with Client(transport) as client:
                names = [tool.name for tool in (await client.list_tools()).tools]
                read = await client.call_tool("get_case", {"number": case.reference})
                answer = {"number": case.reference, "body": "您好，已补发。", "idempotency_key": "c-1"}
                await client.call_tool("reply", answer)
                return names, read, await client.call_tool("reply", answer)

    names, read, replied = anyio.run(work)
    assert {"search_knowledge", "get_case", "reply", "solve"} < set(names)
    assert read.structured_content["number"] == case.reference
    assert replied.is_error is False
    assert Message.objects.filter(conversation=case.conversation, direction="out").count() == 1
