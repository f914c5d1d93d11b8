"""What other help desks export as JSON: the articles of Zendesk, Intercom and Freshdesk as our rows.

Each takes the answer of the product's own API, saved as a file. HTML becomes Markdown; what runs is dropped.
"""

from collections.abc import Callable, Iterator
from typing import Any

import nh3
from django.utils.translation import gettext as _

from huiyin.core.errors import Invalid

Rows = Iterator[tuple[str, dict[str, Any]]]
Shelves = dict[str, dict[str, Any]]
PUBLISHED = "published"


def translated(data: Any) -> tuple[Shelves, Rows]:
    """Shelves and rows of whichever help desk this came from. Refuses what is none of them."""
    for fits, shelves, rows in _DESKS:
        if fits(data):
            return shelves(data), rows(data)
    raise Invalid("export_unknown", _("This JSON is no export of Zendesk, Intercom or Freshdesk."))


def _markdown(html: Any) -> str:
    from markdownify import markdownify  # with its parser the heaviest import of the app, for one page

    return str(markdownify(nh3.clean(str(html or "")), heading_style="ATX", bullets="-")).strip()


def _lang(locale: Any) -> str:
    """`zh-cn`, `zh_TW` and `zh` are zh; other languages keep their name, and are refused row by row."""
    return str(locale or "").replace("_", "-").lower().partition("-")[0]


def _shelf(desk: str, key: Any, name: Any, parent: str = "") -> tuple[str, dict[str, Any]]:
    ours = f"{desk}-{key}".lower()
    return ours, {"key": ours, "zh": str(name), "en": str(name), "parent": parent}


def _row(desk: str, key: Any, lang: Any, title: Any, html: Any, **rest: Any) -> tuple[str, dict[str, Any]]:
    row = {
        "id": f"{desk}-{key}".lower(),
        "lang": _lang(lang),
        "title": str(title or "")[:160],
        "body": _markdown(html),
    }
    return f"{desk} {key} {lang}", {**row, **rest}


def _zendesk_fits(data: Any) -> bool:
    rows = data.get("articles") if isinstance(data, dict) else None
    return isinstance(rows, list) and all(isinstance(row, dict) and "section_id" in row for row in rows)


def _zendesk_shelves(data: Any) -> Shelves:
    outer = [_shelf("zendesk", f"c{each['id']}", each["name"]) for each in data.get("categories", [])]
    known = dict(outer)
    for each in data.get("sections", []):
        parent = f"zendesk-c{each.get('category_id')}"
        key, shelf = _shelf("zendesk", each["id"], each["name"], parent if parent in known else "")
        known[key] = shelf
    return known


def _zendesk_rows(data: Any) -> Rows:
    shelves = _zendesk_shelves(data)
    places = {}
    for each in data["articles"]:
        shelf = f"zendesk-{each['section_id']}"
        places[each["id"]] = {
            "category": shelf if shelf in shelves else "general",
            "status": "draft" if each.get("draft") else PUBLISHED,
            "visibility": "public" if each.get("user_segment_id") is None else "staff",
        }
        lang = each.get("locale") or each.get("source_locale")
        yield _row("zendesk", each["id"], lang, each.get("title"), each.get("body"), **places[each["id"]])
    for each in data.get("translations", []):
        place = places.get(each.get("source_id"))
        if place and not each.get("draft"):
            lang = each.get("locale")
            yield _row("zendesk", each["source_id"], lang, each.get("title"), each.get("body"), **place)


def _intercom_fits(data: Any) -> bool:
    rows = data.get("data") if isinstance(data, dict) else None
    return isinstance(rows, list) and all(
        isinstance(row, dict) and row.get("type") == "article" for row in rows
    )


def _intercom_shelves(data: Any) -> Shelves:
    return dict(_shelf("intercom", each["id"], each["name"]) for each in data.get("collections", []))


def _intercom_rows(data: Any) -> Rows:
    shelves = _intercom_shelves(data)
    for each in data["data"]:
        shelf = f"intercom-{each.get('parent_id')}"
        place = {"category": shelf if shelf in shelves else "general"}
        own = each.get("default_locale") or "en"
        words = {
            own: each,
            **{k: v for k, v in (each.get("translated_content") or {}).items() if k != "type" and v},
        }
        for lang, told in words.items():
            status = PUBLISHED if told.get("state", PUBLISHED) == PUBLISHED else "draft"
            yield _row(
                "intercom", each["id"], lang, told.get("title"), told.get("body"), status=status, **place
            )


def _freshdesk_fits(data: Any) -> bool:
    return (
        isinstance(data, list) and bool(data) and all(isinstance(e, dict) and "folder_id" in e for e in data)
    )


def _freshdesk_shelves(data: Any) -> Shelves:
    """The folders, named by the article's own hierarchy where the export holds it."""
    found: Shelves = {}
    for each in data:
        for level in each.get("hierarchy") or []:
            if level.get("type") == "folder":
                key, shelf = _shelf("freshdesk", level["data"]["id"], level["data"]["name"])
                found[key] = shelf
    return found


def _freshdesk_rows(data: Any) -> Rows:
    shelves = _freshdesk_shelves(data)
    for each in data:
        shelf = f"freshdesk-{each['folder_id']}"
        yield _row(
            "freshdesk",
            each["id"],
            each.get("language") or "en",
            each.get("title"),
            each.get("description"),
            category=shelf if shelf in shelves else "general",
            status=PUBLISHED if each.get("status") == 2 else "draft",
        )


_DESKS: list[tuple[Callable[[Any], bool], Callable[[Any], Shelves], Callable[[Any], Rows]]] = [
    (_zendesk_fits, _zendesk_shelves, _zendesk_rows),
    (_intercom_fits, _intercom_shelves, _intercom_rows),
    (_freshdesk_fits, _freshdesk_shelves, _freshdesk_rows),
]
