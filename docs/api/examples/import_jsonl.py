#!/usr/bin/env python3
"""Send a JSONL file to Huiyin through `POST /api/v1/voices/batch`. Python's standard library is all it needs.

    HUIYIN_TOKEN=... import_jsonl.py FILE --url http://127.0.0.1:8000 \\
        --source review --map text=content --map subject=title --map occurred_at=time --zone Asia/Shanghai

Each line of FILE is one JSON object. `--map FIELD=NAME` says which of its names holds a field of a voice
(text, subject, kind, product, external_id, occurred_at, contact.email, contact.phone, contact.name,
contact.external_id); without a map, `text` is read from `text`. A time without zone is read in `--zone`.

A line without an id of its own gets `<digest of the file>-<line number>` as `external_id`. So a file that is
sent twice, or sent again after it broke off, is stored once. What was refused goes to FILE.refused.jsonl with
line, field and reason; how far we are is kept in FILE.progress (start over with `--restart`).
"""

import argparse
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

Item = tuple[int, dict[str, Any]]
TRIES = 8
BYTES = 900_000  # the server takes 1 MiB


class Refused(Exception):
    """A line that cannot be sent, or a request that the server does not take."""


@dataclass(frozen=True)
class Mapping:
    """How a line becomes a voice."""

    source: str
    names: dict[str, str]
    zone: ZoneInfo
    digest: str

    def voice(self, number: int, row: dict[str, Any]) -> dict[str, Any]:
        item: dict[str, Any] = {"source": self.source, "contact": {}}
        for field, name in self.names.items():
            value = row.get(name)
            if value in (None, ""):
                continue
            target, _, inner = field.partition(".")
            if inner:
                item[target][inner] = str(value)
            else:
                item[field] = self._time(str(value)) if field == "occurred_at" else str(value)
        item.setdefault("external_id", f"{self.digest}-{number}")
        if "subject" in item:
            item["subject"] = item["subject"][:200]
        return item

    def _time(self, text: str) -> str:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise Refused(f"occurred_at: {text!r} is not a time") from None
        return (at if at.tzinfo else at.replace(tzinfo=self.zone)).isoformat()


class Refusals:
    """Lines that were not stored, with the reason, for somebody to look at."""

    def __init__(self, file: Path, *, fresh: bool) -> None:
        self.file = file
        if fresh:
            file.unlink(missing_ok=True)

    def add(self, line: int, reason: str, field: str | None = None) -> None:
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"line": line, "field": field, "reason": reason}, ensure_ascii=False) + "\n")


class Server:
    """The house: sends one batch at a time, again while the house is busy or away."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url.rstrip('/')}/api/v1/voices/batch"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def send(self, voices: list[dict[str, Any]]) -> list[dict[str, Any]]:
        body = json.dumps({"items": voices}, ensure_ascii=False).encode()
        headers = {**self._headers, "Idempotency-Key": uuid4().hex}
        for attempt in range(TRIES):
            try:
                request = urllib.request.Request(self._url, body, headers)
                with urllib.request.urlopen(request, timeout=300) as answer:
                    items: list[dict[str, Any]] = json.load(answer)["items"]
                    return items
            except urllib.error.HTTPError as problem:
                if problem.code != 429 and problem.code < 500:
                    raise Refused(f"{problem.code} {problem.read().decode()[:500]}") from problem
                time.sleep(float(problem.headers.get("Retry-After") or 2**attempt))
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                time.sleep(2**attempt)
        raise Refused(f"{self._url} did not answer after {TRIES} tries")


def main() -> int:
    options = arguments()
    file: Path = options.file
    content_digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    names = {"text": "text", **dict(pair.split("=", 1) for pair in options.map)}
    mapping = Mapping(options.source, names, ZoneInfo(options.zone), content_digest)
    progress = file_beside(options, f"{file.name}.progress")
    begin = 0 if options.restart else sent_before(progress, content_digest)
    refusals = Refusals(file_beside(options, f"{file.name}.refused.jsonl"), fresh=begin == 0)
    server, tally, began = Server(options.url, options.token), Counter[str](), time.monotonic()
    try:
        for batch in batches(lines(file, begin, mapping, refusals, tally), options.batch):
            settle(batch, server.send([voice for _number, voice in batch]), refusals, tally)
            progress.write_text(f"{content_digest} {batch[-1][0]}", encoding="utf-8")
            show(tally, began, end="\r")
    except Refused as problem:
        print(f"\nimport: {problem}", file=sys.stderr)
        return 1
    show(tally, began, end="\n")
    if tally["refused"]:
        print(f"import: the refused lines and why: {refusals.file}", file=sys.stderr)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--token", default=os.environ.get("HUIYIN_TOKEN", ""))
    parser.add_argument("--source", default="api", help="where the users said it (api)")
    parser.add_argument("--map", action="append", default=[], metavar="FIELD=NAME")
    parser.add_argument("--zone", default="Asia/Shanghai", help="zone of times that name none")
    parser.add_argument("--batch", type=int, default=100, choices=range(1, 501), metavar="1..500")
    parser.add_argument("--state", type=Path, help="folder for progress and refusals (beside FILE)")
    parser.add_argument("--restart", action="store_true", help="send from the first line on")
    return parser.parse_args()


def file_beside(options: argparse.Namespace, name: str) -> Path:
    folder: Path = options.state or options.file.parent
    return folder / name


def sent_before(progress: Path, digest: str) -> int:
    """The last line of this very file that was dealt with; 0 when it is new or has changed."""
    if not progress.exists():
        return 0
    known, _, line = progress.read_text(encoding="utf-8").partition(" ")
    return int(line) if known == digest else 0


def lines(
    file: Path, begin: int, mapping: Mapping, refusals: Refusals, tally: Counter[str]
) -> Iterator[Item]:
    """Voices with their line numbers; lines that cannot be read are refused here."""
    with file.open(encoding="utf-8") as rows:
        for number, row in enumerate(rows, start=1):
            if number <= begin or not row.strip():
                continue
            try:
                parsed = json.loads(row)
                if not isinstance(parsed, dict):
                    raise Refused("the line is not a JSON object")
                yield number, mapping.voice(number, parsed)
            except (Refused, json.JSONDecodeError) as problem:
                tally["refused"] += 1
                refusals.add(number, str(problem))


def batches(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    """At most so many voices, and no more bytes than one request may have."""
    batch: list[Item] = []
    room = BYTES
    for item in items:
        need = len(json.dumps(item[1], ensure_ascii=False).encode()) + 2
        if batch and (len(batch) == size or need > room):
            yield batch
            batch, room = [], BYTES
        batch.append(item)
        room -= need
    if batch:
        yield batch


def settle(batch: list[Item], answers: list[dict[str, Any]], refusals: Refusals, tally: Counter[str]) -> None:
    for (number, _voice), answer in zip(batch, answers, strict=True):
        tally[answer["status"]] += 1
        if answer["status"] == "refused":
            refusals.add(number, answer.get("message") or answer["code"], answer.get("field"))


def show(tally: Counter[str], began: float, *, end: str) -> None:
    rows, seconds = sum(tally.values()), time.monotonic() - began
    counts = ", ".join(f"{tally[name]} {name}" for name in ("stored", "known", "refused"))
    print(f"{rows} rows in {seconds:.1f} s ({rows / seconds:.0f} rows/s): {counts}", end=end, flush=True)


if __name__ == "__main__":
    sys.exit(main())
