"""The files that articles come in: JSON lines, and a folder of Markdown with front matter."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from huiyin.core.errors import Invalid


def rows_of(path: Path) -> Iterator[tuple[str, Any]]:
    """`(place, row)` for each article of a file or folder; a row that cannot be read is its Refusal."""
    return _folder(path) if path.is_dir() else _lines(path)


def count_of(path: Path) -> int:
    """How many articles there are to read, for the progress."""
    if path.is_dir():
        return len(list(path.glob("*.md")))
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def _lines(path: Path) -> Iterator[tuple[str, Any]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield f"line {number}", _json(line)


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return Invalid("row_invalid", _("Not JSON in UTF-8."))


def _folder(path: Path) -> Iterator[tuple[str, Any]]:
    """Chinese files before English ones, so that a translation finds its original."""
    for file in sorted(path.glob("*.md"), key=lambda file: (not file.stem.endswith(".zh"), file.name)):
        yield file.name, _page(file)


def _page(file: Path) -> Any:
    try:
        text = file.read_text(encoding="utf-8")
    except ValueError:
        return Invalid("row_invalid", _("Not UTF-8."))
    head, separator, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not separator:
        return Invalid("row_invalid", _("No front matter between two lines of ---."))
    return {**dict(_pair(line) for line in head.splitlines() if ":" in line), "body": body.strip()}


def _pair(line: str) -> tuple[str, Any]:
    name, _colon, value = line.partition(":")
    value = value.strip()
    if value.startswith("["):
        try:
            return name.strip(), json.loads(value)
        except ValueError:
            return name.strip(), value
    return name.strip(), value.strip("\"'")
