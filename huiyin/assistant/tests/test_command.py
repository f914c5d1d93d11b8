"""`huiyin assistant ask`: a file of questions, answered under the ids that files gave."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from huiyin.assistant.selectors import catalogue

pytestmark = pytest.mark.django_db


def test_ask_when_articles_came_from_a_file_then_answers_name_their_ids_as_given(tmp_path: Path) -> None:
    articles, questions, answers = (tmp_path / f"{name}.jsonl" for name in ("articles", "asked", "answers"))
    rows = [
        {"id": "F_07", "title": "如何退款？", "body": "打开订单，申请退款。"},
        {"id": "invoice", "title": "怎么开发票？", "body": "在订单里开发票。"},
    ]
    articles.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    asked = [{"id": 7, "text": "如何退款"}, {"id": "b", "text": "转人工"}]
    questions.write_text("".join(f"{json.dumps(row)}\n" for row in asked), encoding="utf-8")
    call_command("knowledge", "import", str(articles), stdout=StringIO())
    catalogue.forget_index()
    call_command("assistant", "ask", "--batch", str(questions), "--out", str(answers), stdout=StringIO())
    told = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert [each["id"] for each in told] == [7, "b"]
    assert told[0]["answers"][0]["article"] == "F_07"
    assert told[1]["decision"] == "handoff"
