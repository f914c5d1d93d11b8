"""A parcel of one person's data as a ZIP: JSON for machines, CSV for people, files as they were sent."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from huiyin.core.persons import Parcel

README = """\
您的个人数据 / Your personal data

data/*.json   供程序读取 / for programs
csv/*.csv     供表格软件打开 / for spreadsheets
files/        您发送和收到的文件 / files that were sent and received
"""
CHUNK = 64 * 1024
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(target: BinaryIO, parcel: Parcel, *, tell: Callable[[int], None]) -> None:
    """Write the ZIP; `tell` hears the progress in per cent. File by file, so that size costs no memory."""
    steps = len(parcel.tables) + len(parcel.files)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        for done, (name, rows) in enumerate(parcel.tables.items(), 1):
            archive.writestr(
                f"data/{name}.json", json.dumps(rows, ensure_ascii=False, indent=2, default=spelt)
            )
            archive.writestr(f"csv/{name}.csv", table(rows))
            tell(100 * done // steps)
        for done, (name, opened) in enumerate(unique(parcel.files), len(parcel.tables) + 1):
            with opened() as source, archive.open(f"files/{name}", "w") as out:
                while chunk := source.read(CHUNK):
                    out.write(chunk)
            tell(100 * done // steps)


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as CSV with a byte order mark, so that spreadsheets read Chinese; formulas are defused."""
    out = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([cell(row.get(name)) for name in columns] for row in rows)
    return "\ufeff" + out.getvalue()


def cell(value: Any) -> str:
    """One value as text that no spreadsheet carries out."""
    if value is None:
        return ""
    text = (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=spelt).strip('"')
    )
    return f"'{text}" if text.startswith(FORMULA) else text


def spelt(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def unique(files: list[tuple[str, Callable[[], BinaryIO]]]) -> Iterator[tuple[str, Callable[[], BinaryIO]]]:
    """Names without a path, none twice."""
    seen: set[str] = set()
    for name, opened in files:
        leaf = name.replace("\\", "/").rsplit("/", 1)[-1] or "file"
        while leaf in seen:
            leaf = f"_{leaf}"
        seen.add(leaf)
        yield leaf, opened
