"""`huiyin insights`: topics of a file of texts."""

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from huiyin.core.command import VerbCommand
from huiyin.core.errors import Invalid


class Command(VerbCommand):
    help = "Find what many texts talk about."
    requires_system_checks: list[str] = []

    def add_verbs(self) -> None:
        topics = self.verb(
            "topics", self.topics, help="Group the lines of a JSONL file by what they are about."
        )
        topics.add_argument(
            "--in", dest="source", required=True, type=Path, help='lines {"id","text"[,"at"]}'
        )
        topics.add_argument("--out", dest="target", required=True, type=Path)
        topics.add_argument("--fast", action="store_true", help="read with the built-in encoder alone")

    def topics(self, **options: Any) -> None:
        from huiyin.insights import grouping

        lines = list(_lines(options["source"]))
        texts = [str(row["text"]) for row in lines]
        days = [_day(row["at"]) for row in lines if row.get("at")]
        found = grouping.topics(
            texts,
            days if lines and len(days) == len(lines) else None,
            step=self._step,
            is_fast=options["fast"],
        )
        target: Path = options["target"]
        with target.open("w", encoding="utf-8") as file:
            for row, group in zip(lines, found.groups, strict=True):
                file.write(
                    json.dumps({"id": row["id"], "topic": grouping.key(group)}, ensure_ascii=False) + "\n"
                )
        beside = target.with_name(f"{target.name.removesuffix('.jsonl')}.topics.json")
        told = json.dumps(grouping.sidecar(found), ensure_ascii=False, indent=1)
        beside.write_text(told + "\n", encoding="utf-8")
        sizeable = sum(each.size > 1 for each in found.names.values())
        self.say(
            {
                "texts": len(texts),
                "topics": sizeable,
                "alone": len(found.names) - sizeable,
                "beside": beside.name,
            }
        )

    def _step(self, done: int, whole: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done}/{whole}", ending="\n" if done >= whole else "")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise Invalid("file_unreadable", f"{path}: {problem.strerror}.") from problem
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as problem:
            raise Invalid("line_broken", f"{path}:{number} is no JSON.") from problem
        if not isinstance(row, dict) or "id" not in row or "text" not in row:
            raise Invalid("line_incomplete", f"{path}:{number} needs id, text.")
        yield row


def _day(text: Any) -> date:
    try:
        return datetime.fromisoformat(str(text)).date()
    except ValueError as problem:
        raise Invalid("time_broken", f"{text!r} is no time; write 2026-05-01T09:30:00Z.") from problem
