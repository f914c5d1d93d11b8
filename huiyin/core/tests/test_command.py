"""What commands share: files of JSON lines read and written, refused by place; progress on a terminal alone."""

import io
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder

from huiyin.core.command import VerbCommand, json_lines, write_json_lines
from huiyin.core.errors import Invalid


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "in.jsonl"


def test_reads_when_lines_are_whole_then_all_without_the_empty_ones(file: Path) -> None:
    file.write_text('\ufeff{"id": 1, "text": "退款"}\n\n{"id": 2, "text": ""}\n', encoding="utf-8")
    assert list(json_lines(file, "text")) == [{"id": 1, "text": "退款"}, {"id": 2, "text": ""}]


def test_reads_when_a_string_holds_other_line_ends_then_still_one_line(file: Path) -> None:
    file.write_text('{"id": 1, "text": "one\u2028two\x85three"}\n', encoding="utf-8")
    assert [row["text"] for row in json_lines(file, "text")] == ["one\u2028two\x85three"]


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b'{"id": 1}\n{"id": 2,\n', "line_broken", "in.jsonl:2 is no JSON."),
        (b'{"id": 1}\n', "line_incomplete", "in.jsonl:1 needs id, a, b."),
        (b"[1]\n", "line_incomplete", "in.jsonl:1 needs id, a, b."),
        ("{'退'}".encode("gb18030"), "file_unreadable", "in.jsonl is not written in UTF-8."),
    ],
)
def test_reads_when_a_line_is_not_so_then_refused_by_its_place(file, content, code, said) -> None:
    file.write_bytes(content)
    needed = ("a", "b") if code == "line_incomplete" else ()
    with pytest.raises(Invalid) as refused:
        list(json_lines(file, *needed))
    assert refused.value.code == code
    assert str(refused.value.message).endswith(said)


def test_reads_or_writes_when_there_is_no_such_place_then_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="No such file"):
        list(json_lines(tmp_path / "gone.jsonl"))
    with pytest.raises(Invalid, match="No such file"):
        write_json_lines(tmp_path / "gone/out.jsonl", [])


def test_writes_when_read_again_then_the_same_and_readable(file: Path) -> None:
    rows = [{"id": "a", "text": "回音"}, {"id": "b", "text": "two\nlines"}]
    write_json_lines(file, iter(rows))
    assert list(json_lines(file)) == rows
    assert "回音" in file.read_text(encoding="utf-8")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("screen", "told"),
    [(Screen(), "\rvectors: 64\rvectors: 64/128\rvectors: 128/128\n"), (io.StringIO(), "")],
)
def test_steps_when_somebody_watches_then_counted(monkeypatch, screen: io.StringIO, told: str) -> None:
    monkeypatch.setattr(sys, "stderr", screen)
    command = VerbCommand(stderr=screen)
    for done, whole in ((64, 0), (64, 128), (128, 128)):
        command.step(done, whole, what="vectors: ")
    assert screen.getvalue() == told


class Asking(VerbCommand):
    """Reads a table that is not there."""

    def add_verbs(self) -> None:
        self.verb("ask", self.ask, help="")

    def ask(self, **options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM nowhere")


@pytest.mark.django_db(transaction=True)
def test_asks_when_a_table_is_missing_then_migration_is_advised_only_to_an_empty_house(monkeypatch) -> None:
    with pytest.raises((OperationalError, ProgrammingError)):
        call_command(Asking(), "ask")
    monkeypatch.setattr(MigrationRecorder.Migration._meta, "db_table", "absent_too")
    with pytest.raises(CommandError, match="huiyin migrate"):
        call_command(Asking(), "ask")
