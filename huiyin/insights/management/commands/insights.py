"""`huiyin insights`: topics of a file of texts."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from huiyin.core.command import VerbCommand, json_lines, write_json_lines
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

        lines = list(json_lines(options["source"], "text"))
        texts = [str(row["text"]) for row in lines]
        days = [_day(row["at"]) for row in lines if row.get("at")]
        found = grouping.topics(
            texts,
            days if lines and len(days) == len(lines) else None,
            step=self.step,
            is_fast=options["fast"],
        )
        target: Path = options["target"]
        grouped = zip(lines, found.groups, strict=True)
        write_json_lines(target, ({"id": row["id"], "topic": grouping.key(group)} for row, group in grouped))
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


def _day(text: Any) -> date:
    try:
        return datetime.fromisoformat(str(text)).date()
    except ValueError as problem:
        raise Invalid("time_broken", f"{text!r} is no time; write 2026-05-01T09:30:00Z.") from problem
