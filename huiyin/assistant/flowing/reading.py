"""A step as the editor's form sends it: rows of answers and values, ways on. Empty rows are left out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Sent = Mapping[str, Sequence[str]]  # a form's values by name; a name may come several times


def step_from(kind: str, id: str, sent: Sent) -> dict[str, Any]:
    """The raw step, to be checked by whoever keeps it."""
    raw: dict[str, Any] = {"kind": kind, "id": id}
    if kind not in ("lookup", "test"):
        raw["text"] = _one(sent, "text")
    return {**raw, **_OF_KIND.get(kind, lambda _sent: {})(sent)}


def _choose(sent: Sent) -> dict[str, Any]:
    rows = _rows(sent, ("option-label", "option-to"))
    return {"options": [{"label": label, "to": to} for label, to in rows if label]}


def _form(sent: Sent) -> dict[str, Any]:
    rows = _rows(sent, ("field-label", "field-key", "field-kind", "field-needed"))
    fields = [
        {"label": label or key, "key": key, "kind": kind or "text", "is_needed": needed != "no"}
        for label, key, kind, needed in rows
        if label or key
    ]
    return {"fields": fields, "to": _one(sent, "to")}


def _lookup(sent: Sent) -> dict[str, Any]:
    ways = {name: _one(sent, name) for name in ("found", "absent", "failed")}
    return {"action": _one(sent, "action"), "sends": list(sent.get("sends", ())), **ways}


def _test(sent: Sent) -> dict[str, Any]:
    return {name: _one(sent, name) for name in ("key", "operator", "value", "yes", "no")}


_OF_KIND: Mapping[str, Any] = {
    "say": lambda sent: {"to": _one(sent, "to")},
    "choose": _choose,
    "form": _form,
    "lookup": _lookup,
    "test": _test,
}


def _one(sent: Sent, name: str) -> str:
    values = sent.get(name, ())
    return values[-1].strip() if values else ""


def _rows(sent: Sent, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    columns = [[value.strip() for value in sent.get(name, ())] for name in names]
    return zip(*columns, strict=False)
