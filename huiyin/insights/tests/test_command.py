"""`huiyin insights topics` on files: groups, the sidecar in words, bursts by day, clear refusals."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from huiyin.insights import grouping
from huiyin.language import encoders
from huiyin.language.tests.factories import HashEncoder

SAID = ("退款一直没有到账", "快递物流三天没有更新", "登录收不到短信验证码")


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> None:
    """The tiny encoder of the tests, so that no weights are loaded."""
    monkeypatch.setattr(encoders, "best", HashEncoder)


def ask(tmp_path: Path, lines: list[str]) -> tuple[list[dict], dict, dict]:
    source, target, said = tmp_path / "in.jsonl", tmp_path / "out.jsonl", StringIO()
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    call_command("insights", "topics", "--in", str(source), "--out", str(target), stdout=said)
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    beside = json.loads((tmp_path / "out.topics.json").read_text(encoding="utf-8"))
    return rows, beside, json.loads(said.getvalue())


def test_groups_when_file_is_given_then_topic_a_line_and_names_beside(tmp_path: Path) -> None:
    lines = [json.dumps({"id": i, "text": f"{SAID[i % 3]}，单号{i}"}) for i in range(30)]
    rows, beside, said = ask(tmp_path, lines)
    assert [row["id"] for row in rows] == list(range(30))
    assert [row["topic"] for row in rows] == ["t0001", "t0002", "t0003"] * 10
    assert [topic["size"] for topic in beside["topics"]] == [10, 10, 10]
    assert all(word in SAID[0] for word in beside["topics"][0]["keywords"])
    assert (said["texts"], said["topics"], said["alone"], said["beside"]) == (30, 3, 0, "out.topics.json")


def test_tells_bursts_when_lines_have_times(tmp_path: Path) -> None:
    lines = [
        json.dumps(
            {"id": f"{day}-{i}", "text": f"{SAID[i % 3]}，单号{i}", "at": f"2026-05-{day:02}T08:00:00Z"}
        )
        for day in range(1, 15)
        for i in range(30 if day < 14 else 9)
    ]
    lines += [
        json.dumps({"id": f"x{i}", "text": f"{SAID[0]}，急{i}", "at": "2026-05-14T09:00:00Z"})
        for i in range(60)
    ]
    _rows, beside, _said = ask(tmp_path, lines)
    days = {burst["day"] for burst in beside["bursts"]}
    assert days == {"2026-05-14"}


def test_groups_when_file_is_empty_then_nothing(tmp_path: Path) -> None:
    rows, beside, said = ask(tmp_path, [""])
    assert (rows, beside, said["texts"]) == ([], {"topics": [], "bursts": []}, 0)


@pytest.mark.parametrize("line", ["nonsense", '{"id": 1}', '{"id": 1, "text": "a", "at": "gestern"}'])
def test_refuses_when_line_is_broken_then_one_clear_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(CommandError):
        ask(tmp_path, [line])


def test_keys_when_counted_then_from_one() -> None:
    assert grouping.key(0) == "t0001"
