"""One article in one language as a Markdown page with YAML front matter, and back without loss."""

import json
from collections.abc import Mapping
from typing import Any

import yaml
from django.utils.translation import gettext as _

from huiyin.core.errors import Invalid

FENCE = "---"
WIDEST = 1_000_000  # no line of the head is folded


def written(row: Mapping[str, Any]) -> str:
    """The row as a page: everything but `body` in the head, in the order given; what is empty is left out."""
    head = {name: value for name, value in row.items() if name != "body" and value not in ("", None, [])}
    told = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=WIDEST)
    return f"{FENCE}\n{told}{FENCE}\n\n{row['body']}\n"


def read(text: str) -> dict[str, Any]:
    """The row of a page. Refuses a page without a head."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    head, separator, body = text.removeprefix(f"{FENCE}\n").partition(f"\n{FENCE}\n")
    if not text.startswith(f"{FENCE}\n") or not separator:
        raise Invalid("row_invalid", _("No front matter between two lines of ---."))
    return {**_head(head), "body": body.strip()}


def _head(text: str) -> dict[str, Any]:
    """YAML with every scalar as text; a head that people wrote without quotes is read line by line."""
    try:
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes text, lists and mappings alone
    except yaml.YAMLError:
        found = None
    if isinstance(found, dict):
        return found
    return dict(_pair(line) for line in text.splitlines() if ":" in line)


def _pair(line: str) -> tuple[str, Any]:
    name, _colon, value = line.partition(":")
    value = value.strip()
    if value.startswith("["):
        try:
            return name.strip(), json.loads(value)
        except ValueError:
            return name.strip(), value
    return name.strip(), value.strip("\"'")
