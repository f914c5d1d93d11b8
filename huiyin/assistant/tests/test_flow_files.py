"""Guided flows as files: the same again after a round trip, nothing secret in them, and nonsense refused by name."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from huiyin.assistant.models import Flow, FlowAction
from huiyin.assistant.selectors import flows as known
from huiyin.assistant.services import flow_files
from huiyin.assistant.tests.test_flow_services import STEPS, boss, published, shop, written
from huiyin.cases.tests.watching import telling
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.tests.people import signed_in

__all__ = ["boss", "shop"]
pytestmark = pytest.mark.django_db
LEAST = {
    "huiyin_flow": 1,
    "key": "wake",
    "lang": "zh",
    "title": "唤醒",
    "steps": [{"kind": "end", "id": "s1", "text": "好"}],
}


def data(**changes: object) -> bytes:
    return json.dumps({**LEAST, **changes}, ensure_ascii=False).encode()


def upload(raw: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("wake.flow.json", raw)


def test_take_in_when_written_before_then_the_same_again(boss, shop):
    flow = written(boss, STEPS)
    file = flow_files.written(flow)
    flow.delete()
    with telling("flow.") as told:
        again = flow_files.take_in(file, by=boss.actor)
    assert flow_files.written(again) == file
    assert (again.live, again.words, again.is_listed) == (None, flow.words, flow.is_listed)
    assert told == ["flow.changed"]


def test_written_when_a_system_is_asked_then_neither_its_secret_nor_its_address(boss, shop):
    file = flow_files.written(published(boss)).decode()
    action = FlowAction.objects.get()
    assert f'"action": "{action.key}"' in file
    assert action.secret not in file
    assert action.url not in file


def test_take_in_when_the_system_is_not_set_up_then_a_draft_with_that_problem(boss, shop):
    flow = published(boss)
    file = flow_files.written(flow)
    flow.delete()
    FlowAction.objects.all().delete()
    again = flow_files.take_in(file, by=boss.actor)
    assert "action_unknown" in [each.code for each in known.problems_of(known.draft_of(again))]


@pytest.mark.parametrize(
    ("raw", "code", "named"),
    [
        (b"\xff\xfe", "file_invalid", ""),
        (b"{", "file_invalid", ""),
        (b"[]", "file_invalid", "object"),
        (data(huiyin_flow=2), "file_invalid", "$.huiyin_flow"),
        (data(secret="x"), "file_invalid", "secret"),
        (data(lang="fr"), "file_invalid", "$.lang"),
        (data(steps=[]), "file_invalid", "$.steps"),
        (data(steps=[{"kind": "jump", "id": "s1"}]), "file_invalid", "jump"),
        (data(steps=[{"kind": "end", "id": "s1", "text": 5}]), "file_invalid", "$.steps[0].text"),
        (data(steps=[{"kind": "end", "id": "person"}]), "file_invalid", "person"),
        (data(steps=[{"kind": "end", "id": "s1"}] * 2), "file_invalid", "s1"),
        (data(steps=[{"kind": "end", "id": "../x"}]), "file_invalid", "../x"),
        (data(key="Not A Key"), "key_invalid", ""),
        (data(title=" "), "title_invalid", ""),
        (data(words=["x"]), "words_invalid", ""),
        (b" " * (flow_files.MOST_BYTES + 1), "file_too_large", ""),
    ],
)
def test_take_in_when_it_is_no_such_file_then_refused_by_name(boss, raw, code, named):
    with pytest.raises(Invalid) as refused:
        flow_files.take_in(raw, by=boss.actor)
    assert refused.value.code == code
    assert named in str(refused.value.message)
    assert not Flow.objects.exists()


def test_replace_when_the_draft_was_changed_meanwhile_then_refused(boss):
    flow = flow_files.take_in(data(), by=boss.actor)
    flow_files.replace(flow, data(title="叫醒"), edition=1, by=boss.actor)
    with pytest.raises(Conflict):
        flow_files.replace(flow, data(title="迟到"), edition=1, by=boss.actor)
    with pytest.raises(Invalid):
        flow_files.replace(flow, data(lang="en"), by=boss.actor)
    assert Flow.objects.values_list("title", "edition").get() == ("叫醒", 2)


def test_pages_when_a_file_comes_in_and_out_then_the_draft_is_its(boss):
    desk = signed_in(boss)
    made = desk.post(reverse("flow_import"), {"file": upload(data())})
    assert made["Location"] == reverse("flow_detail", args=["wake"])
    replacing = {"file": upload(data(title="叫醒")), "edition": 1}
    assert desk.post(reverse("flow_file", args=["wake"]), replacing).status_code == 302
    given = desk.get(reverse("flow_file", args=["wake"]))
    assert json.loads(given.content)["title"] == "叫醒"
    assert given["Content-Disposition"] == 'attachment; filename="wake.flow.json"'


@pytest.mark.parametrize("name", ["flow_import", "flow_file"])
def test_pages_when_the_file_is_wrong_then_told_at_the_field(boss, name):
    flow_files.take_in(data(), by=boss.actor)
    address = reverse(name, args=["wake"] if name == "flow_file" else [])
    answered = signed_in(boss).post(address, {"file": upload(b"{}"), "edition": 1})
    assert answered.status_code == 400
    assert 'id="id_file_error"' in answered.content.decode()


def test_command_when_exported_then_imported_only_with_replace(boss, tmp_path: Path):
    flow_files.take_in(data(), by=boss.actor)
    file, out = tmp_path / "wake.json", StringIO()
    call_command("assistant", "flow-export", "wake", str(file), stdout=out)
    with pytest.raises(CommandError):
        call_command("assistant", "flow-import", str(file), stdout=out)
    call_command("assistant", "flow-import", str(file), "--replace", stdout=out)
    assert json.loads(out.getvalue().splitlines()[-1]) == {"key": "wake", "edition": 2, "problems": []}
