"""What leaves the house for others has its personal data masked: tables, webhooks, AI agents; searches kept for us."""

import json

import pytest
from django.db import transaction

from huiyin.accounts.services.contacts import Person
from huiyin.cases.tests.factories import heard, organisation
from huiyin.conversations.events import MessageFailed
from huiyin.core import journal, leaving, sheets
from huiyin.core.actors import SYSTEM
from huiyin.core.models import WebhookDelivery, WebhookEndpoint
from huiyin.core.tests.people import bearer, staff
from huiyin.core.webhooks import sending
from huiyin.knowledge.models import SearchMiss
from huiyin.knowledge.services import readers

SAID = "打 13800138000 或写信到 zhang.wei@example.com"
MASKED = "打 138****8000 或写信到 zh***@example.com"


def test_table_when_sent_out_then_masked_and_numbers_of_ours_left():
    rows = [["01a202e2-baba-778d-b52c-fac1edd2ddd1", "HY-000123", "2026-11-22T10:52:23+08:00", 42, SAID]]
    told = "".join(sheets.lines(["a"], rows))
    assert told.endswith(
        f"01a202e2-baba-778d-b52c-fac1edd2ddd1,HY-000123,2026-11-22T10:52:23+08:00,42,{MASKED}\r\n"
    )
    assert SAID in "".join(sheets.lines(["a"], rows, as_it_is=True))


def test_table_when_the_operator_switched_it_off_then_as_it_is(settings):
    settings.MASK_EXPORTS = False
    assert SAID in "".join(sheets.lines(["a"], [[SAID]]))


def test_tree_when_nested_then_every_text_and_no_key():
    assert leaving.tree({"13800138000": [SAID, 1, None]}) == {"13800138000": [MASKED, 1, None]}


@pytest.mark.django_db
def test_webhook_when_a_fact_quotes_somebody_then_masked():
    with transaction.atomic():
        fact = MessageFailed(subject="c", message="m", reason="550 <zhang.wei@example.com> unknown")
        entry = journal.publish(fact, by=SYSTEM)
    endpoint = WebhookEndpoint.objects.create(name="w", url="http://127.0.0.1/", secret="s")
    told = sending.payload(WebhookDelivery(endpoint=endpoint, entry=entry))
    assert told["data"]["reason"] == "550 <zh***@example.com> unknown"
    assert told["data"]["message"] == "m"


@pytest.mark.django_db
def test_search_when_it_found_nothing_then_kept_without_whom_it_names():
    readers.record_miss(f"  {SAID} \n 收不到 ", lang="zh")
    assert SearchMiss.objects.get().query == "打 <phone_1> 或写信到 <email_1> 收不到"


@pytest.mark.django_db
def test_agent_when_it_reads_a_case_then_masked(tmp_path, settings):
    settings.DATA = tmp_path
    organisation()
    case = heard(SAID, person=Person.of(email="zhang.wei@example.com", name="张三"))
    call = {"name": "get_case", "arguments": {"number": case.reference}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    program = bearer(staff("admin"), "cases:read", "contacts:read")
    accepted = {"Accept": "application/json, text/event-stream"}
    answer = program.post("/mcp", body, content_type="application/json", headers=accepted)
    told = json.dumps(answer.json(), ensure_ascii=False)
    assert answer.status_code == 200 and "13800138000" not in told and "zhang.wei@" not in told
    assert "138****8000" in told and case.reference in told
