"""A file or a folder as a source of articles: JSON lines, Markdown pages, a ZIP of these, a help desk's JSON."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from django.utils.translation import gettext as _

from huiyin.core.errors import Invalid, Refusal
from huiyin.knowledge.exchange import helpdesks, pages

SHELVES, FILES = "categories.yaml", "files"
NEWER = ".draft.md"
MOST_ENTRIES, MOST_UNPACKED = 100_000, 500 * 1024 * 1024
Row = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """What there is to take in: shelves first, then the rows, and the folder of each article's files.

    A row that cannot be read is its Refusal.
    """

    total: int
    rows: Iterator[Row]
    shelves: list[dict[str, Any]] = field(default_factory=list)
    root: Path | None = None

    def files_of(self, key: str) -> list[Path]:
        """The files that come with an article."""
        folder = self.root / FILES / key if self.root else None
        return (
            sorted(file for file in folder.iterdir() if file.is_file()) if folder and folder.is_dir() else []
        )


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The source behind a path, while the block runs. Refuses what is none of the known kinds."""
    if path.is_dir():
        yield _folder(path)
    elif zipfile.is_zipfile(path):
        with TemporaryDirectory(prefix="huiyin-articles-") as scratch:
            yield _folder(_unpacked(path, Path(scratch)))
    elif (told := _whole_json(path)) is not None:
        shelves, rows = helpdesks.translated(told)
        whole = list(rows)
        yield Source(len(whole), iter(whole), list(shelves.values()))
    else:
        yield Source(_count(path), _lines(path))


def _folder(root: Path) -> Source:
    """Chinese pages first and newer words last, so that each finds what it builds on."""
    found = [file for file in root.rglob("*.md") if FILES not in file.relative_to(root).parts[:1]]
    order = sorted(
        found, key=lambda f: (f.name.endswith(NEWER), ".zh." not in f.name, str(f.relative_to(root)))
    )
    rows = ((str(file.relative_to(root)), _page(file)) for file in order)
    return Source(len(order), rows, _shelves(root / SHELVES), root)


def _page(file: Path) -> Any:
    try:
        return pages.read(file.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        return Invalid("row_invalid", _("Not UTF-8."))
    except Refusal as refusal:
        return refusal


def _shelves(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        return []
    try:
        found = yaml.load(file.read_bytes().decode("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - text alone
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise Invalid("shelves_invalid", _("categories.yaml cannot be read.")) from problem
    return [shelf for shelf in found if isinstance(shelf, dict)] if isinstance(found, list) else []


def _unpacked(path: Path, scratch: Path) -> Path:
    """The ZIP's content; of one that holds a single folder, that folder. Refuses unpacking bombs."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise Invalid("archive_too_large", _("This archive is too large."))
        archive.extractall(scratch)
    inside = [entry for entry in scratch.iterdir() if not entry.name.startswith((".", "__MACOSX"))]
    alone = inside[0] if len(inside) == 1 and inside[0].is_dir() and inside[0].name != FILES else scratch
    return alone if list(alone.rglob("*.md")) else scratch


def _whole_json(path: Path) -> Any | None:
    """The file as one JSON document; None when it is lines of JSON."""
    if path.suffix.lower() != ".json":
        return None
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        return None


def _count(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def _lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield f"line {number}", _json(line)


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return Invalid("row_invalid", _("Not JSON in UTF-8."))
