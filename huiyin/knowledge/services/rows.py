"""One row of an import, checked: every field known and of its kind, defaults filled in."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from huiyin.core.errors import Invalid, Refusal
from huiyin.knowledge.models import Article, Language

FIELDS = {
    *("id", "title", "body", "questions", "category", "lang", "visibility", "product"),
    *("status", "segments", "owner", "review_at", "words"),
}
NEEDED = ("id", "title", "body")
LISTS = ("questions", "segments")
DEFAULTS: dict[str, Any] = {
    "questions": [],
    "segments": [],
    "category": "general",
    "lang": "zh",
    "visibility": "public",
    "product": "",
    "status": Article.Status.PUBLISHED,
}
NEWER = "newer"  # words that readers do not see yet, beside published ones
CHOICES = {"lang": Language.values, "status": Article.Status.values, "words": [NEWER]}


def checked(row: Any) -> dict[str, Any]:
    """The row with defaults, its id as an address and as it was given; Invalid names the first thing wrong."""
    if isinstance(row, Refusal):
        raise row
    if not isinstance(row, dict):
        raise _wrong(_("Each line must be a JSON object."))
    if unknown := sorted(set(row) - FIELDS):
        raise _wrong(_("Unknown field: %(name)s") % {"name": unknown[0]})
    whole = DEFAULTS | {name: value for name, value in row.items() if value not in (None, "")}
    if missing := [name for name in NEEDED if not whole.get(name)]:
        raise _wrong(_("Missing field: %(name)s") % {"name": missing[0]})
    _check_kinds(whole)
    whole["given"] = whole["id"]
    whole["id"] = _key(whole["id"])
    return whole


def _check_kinds(row: dict[str, Any]) -> None:
    texts = FIELDS - set(LISTS)
    if wrong := sorted(name for name in texts if not isinstance(row.get(name, ""), str)):
        raise _wrong(_("Not a text: %(name)s") % {"name": wrong[0]})
    for name in LISTS:
        if not isinstance(row[name], list) or not all(isinstance(each, str) for each in row[name]):
            raise _wrong(_("Not a list of texts: %(name)s") % {"name": name})
    if row["lang"] not in Language.values:
        raise _wrong(_("Articles are written in zh or en."))
    if row["visibility"] not in Article.Visibility.values:
        raise _wrong(_("The visibility must be public, staff or segment."))
    for name, choices in CHOICES.items():
        if row.get(name, choices[0]) not in choices:
            raise _wrong(_("No such value: %(name)s") % {"name": name})
    if "review_at" in row:
        row["review_at"] = _date(row["review_at"])


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise _wrong(_("Not a date: %(name)s") % {"name": "review_at"}) from problem


def _key(given: str) -> str:
    """Other systems' ids become addresses: lower case, hyphens for what an address cannot hold."""
    key = "".join(c if c.isascii() and c.isalnum() else "-" for c in given.strip().lower()).strip("-")
    if not key:
        raise _wrong(_("The id needs letters or digits."))
    return key[:80]


def _wrong(message: str) -> Invalid:
    return Invalid("row_invalid", message)
