"""Tables for spreadsheet programs: no cell of a user runs there (P26)."""

import pytest

from huiyin.core import sheets

pytestmark = pytest.mark.dry


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_formula_becomes_text(cell: str) -> None:
    assert sheets.harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(("cell", "text"), [("回音", "回音"), (None, ""), (3, "3"), ("a-b", "a-b")])
def test_plain_cell_stays(cell: object, text: str) -> None:
    assert sheets.harmless(cell) == text


def test_lines_quote_and_open_as_utf8() -> None:
    assert "".join(sheets.lines(["名"], [['a "b", c'], ["d"]])) == '\ufeff名\r\n"a ""b"", c"\r\nd\r\n'
