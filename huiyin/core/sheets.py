"""Tables as CSV for spreadsheet programs: no cell is taken for a formula, and Chinese opens right."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

from huiyin.core import leaving

BOM = "\ufeff"
RISKY = ("=", "+", "-", "@", "\t", "\r")


def download(
    name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]], *, as_it_is: bool = False
) -> StreamingHttpResponse:
    """The table as a file to keep, sent as it is read. `as_it_is`: for who has to see whom it is about."""
    told = lines(head, rows, as_it_is=as_it_is)
    response = StreamingHttpResponse(told, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def lines(head: Sequence[Any], rows: Iterable[Sequence[Any]], *, as_it_is: bool = False) -> Iterator[str]:
    """The table, line by line, with personal data in its words masked."""
    yield BOM + _line(head)
    for row in rows:
        yield _line(row if as_it_is else [leaving.tree(cell) for cell in row])


def harmless(cell: Any) -> str:
    """The cell as a text that no program runs (OWASP, CSV injection)."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(RISKY) else text


def _line(row: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in row])
    return out.getvalue()
