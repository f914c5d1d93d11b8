"""What every `huiyin` command shares: one clear line on refusal, JSON where a program reads it, progress."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder

from huiyin.core.errors import Invalid, Refusal


class VerbCommand(BaseCommand):
    """A command of verbs, `huiyin user create`. Subclasses add each verb by `self.verb` in `add_verbs`.

    Exit status: 0 done, 1 refused or failed with one line on stderr, 2 wrong usage.
    """

    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        self._verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        self.add_verbs()

    def add_verbs(self) -> None:
        raise NotImplementedError

    def verb(self, name: str, work: Callable[..., Any], *, help: str) -> CommandParser:
        """A verb that calls `work(**options)`."""
        parser: CommandParser = self._verbs.add_parser(name, help=help, description=help)
        parser.set_defaults(work=work)
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            options["work"](**options)
        except Refusal as refusal:
            raise CommandError(str(refusal.message) or refusal.code, returncode=1) from refusal
        except (OperationalError, ProgrammingError) as problem:
            if _has_tables():
                raise
            raise CommandError("The database has no tables yet: run `huiyin migrate` first.") from problem

    def say(self, value: dict[str, Any]) -> None:
        """One JSON line on stdout."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, default=str))

    def step(self, done: int, whole: int = 0, *, what: str = "") -> None:
        """How far a long work is, on a terminal alone: programs read stdout, and logs want no bars.

        `whole` is 0 where nobody knows how much there is.
        """
        if sys.stderr.isatty():
            counted = f"{done}/{whole}" if whole else str(done)
            self.stderr.write(f"\r{what}{counted}", ending="\n" if done == whole else "")


def _has_tables() -> bool:
    return MigrationRecorder(connection).has_table()


def json_lines(path: Path, *needed: str) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file, each with `id` and what else is needed; empty lines are passed over.

    Refuses a file that cannot be read and the first line that is not so, by its number.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, text in enumerate(file, 1):
                if text.strip():
                    yield _object(text, f"{path}:{number}", ("id", *needed))
    except OSError as problem:
        raise Invalid("file_unreadable", f"{path}: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise Invalid("file_unreadable", f"{path} is not written in UTF-8.") from problem


def write_json_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """One line a row. Refuses a place that cannot be written."""
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    except OSError as problem:
        raise Invalid("file_unwritable", f"{path}: {problem.strerror}.") from problem


def _object(text: str, place: str, needed: tuple[str, ...]) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except json.JSONDecodeError as problem:
        raise Invalid("line_broken", f"{place} is no JSON.") from problem
    if not isinstance(row, dict) or any(name not in row for name in needed):
        raise Invalid("line_incomplete", f"{place} needs {', '.join(needed)}.")
    return row


def read_secret() -> str:
    """One line from standard input, for secrets that must not stand in a process list."""
    return sys.stdin.readline().rstrip("\r\n")
