"""PDF files: a layout of ours, set with data and a font that the product brings along; nothing is fetched.

A layout is a Typst file. The data reaches it as JSON, so that a text in it is never read as layout.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"


def pdf(layout: Path, data: Mapping[str, Any]) -> bytes:
    """The layout set with this data, which it reads as `json(bytes(sys.inputs.data))`."""
    given = {"data": json.dumps(data, ensure_ascii=False)}
    made = typst.compile(layout, font_paths=[FONTS], ignore_system_fonts=True, sys_inputs=given)
    return bytes(made)
