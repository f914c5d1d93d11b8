"""Cursor paging by key set: each page costs the same, and rows that arrive meanwhile shift nothing."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.core.errors import Invalid

LARGEST = 100
TAG = 12  # bytes of HMAC: a cursor is no secret, the tag keeps its shape ours


@dataclass(frozen=True)
class Page:
    """Rows in order, and where the next ones begin."""

    items: list[Any]
    next: str | None


def cursor_page(
    queryset: QuerySet[Any],
    *,
    order: Sequence[str],
    cursor: str | None = None,
    limit: int = 50,
    key: Callable[[Any], tuple[Any, ...]] | None = None,
) -> Page:
    """One page. `order` names columns that are never null, the last one unique, `-` for descending.

    `key(row)` answers the order columns of a row; needed for `values_list` rows alone.
    Refuses a limit outside 1..100 and a cursor that we did not give for this order.
    """
    if not 1 <= limit <= LARGEST:
        raise Invalid("limit_invalid", _("Ask for 1 to 100 rows."), field="limit")
    if cursor:
        queryset = queryset.filter(_after(order, _read(cursor, order)))
    rows = list(queryset.order_by(*order)[: limit + 1])
    if len(rows) <= limit:
        return Page(rows, None)
    rows = rows[:limit]
    return Page(rows, _write((key or _keys_of(order))(rows[-1]), order))


def _after(order: Sequence[str], values: list[Any]) -> Q:
    """Rows behind the values. The first column is bounded on its own too, so that its index is used."""
    behind = Q()
    for depth in range(len(order)):
        same = Q(
            **{name.lstrip("-"): value for name, value in zip(order[:depth], values[:depth], strict=True)}
        )
        behind |= same & Q(**{_compare(order[depth], "lt", "gt"): values[depth]})
    return Q(**{_compare(order[0], "lte", "gte"): values[0]}) & behind


def _compare(name: str, falling: str, rising: str) -> str:
    return f"{name.lstrip('-')}__{falling if name.startswith('-') else rising}"


def _keys_of(order: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    names = [name.lstrip("-") for name in order]

    def keys(row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name) if isinstance(row, Model) else row[name] for name in names)

    return keys


def _write(values: tuple[Any, ...], order: Sequence[str]) -> str:
    body = msgspec.msgpack.encode([_tagged(value) for value in values])
    return base64.urlsafe_b64encode(_tag(body, order) + body).decode().rstrip("=")


def _read(cursor: str, order: Sequence[str]) -> list[Any]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        if base64.urlsafe_b64encode(raw).decode().rstrip("=") != cursor:
            raise ValueError("another spelling of a cursor")
        tag, body = raw[:TAG], raw[TAG:]
        if not hmac.compare_digest(tag, _tag(body, order)):
            raise ValueError("foreign cursor")
        return [_untagged(value) for value in msgspec.msgpack.decode(body)]
    except ValueError as problem:
        message = _("Use the cursor as the last page gave it, with the same order.")
        raise Invalid("cursor_invalid", message, field="cursor") from problem


def _tag(body: bytes, order: Sequence[str]) -> bytes:
    text = b"cursor:" + ",".join(order).encode() + b":" + body
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).digest()[:TAG]


def _tagged(value: Any) -> Any:
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    return ["u", value.hex] if isinstance(value, UUID) else value


def _untagged(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, text = value
    return datetime.fromisoformat(text) if kind == "t" else UUID(text)
