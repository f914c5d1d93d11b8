"""The search port: named indexes kept in the business database, in the transaction of the objects they find.

An index is declared once, as a constant, and made by the migration of the app that owns it:

    CASES = search.index("cases", fields={"subject": 4, "text": 1})
    operations = [search.CreateIndex(CASES)]

`Index.put` is one statement. Two engines answer alike: SQLite's FTS5, and PostgreSQL with character pairs.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import connections, models
from django.db.models.expressions import RawSQL

from huiyin.core.search import postgres, sqlite
from huiyin.core.search.marks import Segment, highlight, snippet
from huiyin.core.search.migrations import CreateIndex
from huiyin.core.search.ranking import score
from huiyin.core.search.text import phrases, query_grams, spaced

__all__ = ["CreateIndex", "Index", "Keys", "Order", "Segment", "highlight", "index", "snippet"]

Key = int | UUID
Document = tuple[Key, Mapping[str, str]]
Rows = TypeVar("Rows", bound="models.QuerySet[Any]")
RANKED_AMONG = 2000  # the newest matches; ranking all of a common word's would cost tens of milliseconds


class Keys(StrEnum):
    """What names a document: an integer, which is also its age, or a UUID, aged by its first `put`."""

    INTEGER = "integer"
    UUID = "uuid"


class Order(Enum):
    """Newest is what a worker wants of a list, and cheap; ranked is what a reader wants of articles."""

    NEWEST = "newest"
    RANKED = "ranked"


class Engine(Protocol):
    """One database's way to keep and search an index. Texts arrive as tokens between spaces."""

    def put(self, index: "Index", documents: list[tuple[Key, list[str]]]) -> None: ...
    def remove(self, index: "Index", keys: list[Key]) -> None: ...
    def newest(self, index: "Index", query: str, limit: int) -> list[Key]: ...
    def texts(self, index: "Index", query: str, limit: int) -> list[tuple[Key, list[str]]]: ...
    def nearest(self, index: "Index", grams: list[str], limit: int) -> tuple[str, list[Any]]: ...
    def named(self, index: "Index", keys: list[Key]) -> tuple[str, list[Any]]: ...
    def subquery(self, index: "Index", query: str) -> tuple[str, list[Any]]: ...


ENGINES: dict[str, Engine] = {"sqlite": sqlite, "postgresql": postgres}  # type: ignore[dict-item]


@dataclass(frozen=True, slots=True)
class Index:
    """A named set of searchable documents; `weights` pairs each field with its part in the ranking."""

    name: str
    weights: tuple[tuple[str, float], ...]
    keys: Keys = Keys.INTEGER
    using: str = "default"

    def __post_init__(self) -> None:
        if not all(re.fullmatch(r"[a-z][a-z_]*", name) for name in (self.name, *self.fields)):
            raise ValueError("names of an index and of its fields are lower-case words: they become SQL")

    @property
    def fields(self) -> list[str]:
        return [name for name, _ in self.weights]

    @property
    def table(self) -> str:
        return f"search_{self.name}"

    @property
    def key_column(self) -> str:
        """Integer keys are the row's own id; a UUID has a column beside it."""
        return "key" if self.keys is Keys.UUID else "id"

    def put(self, key: Key, fields: Mapping[str, str]) -> None:
        """Store or replace one document; this transaction finds it at once, others after the commit."""
        self.put_many([(key, fields)])

    def put_many(self, documents: Iterable[Document]) -> None:
        """Store or replace documents. A field not named is empty; an unknown one is an error."""
        rows = [(key, self._texts(fields)) for key, fields in documents]
        if rows:
            self._engine.put(self, rows)

    def remove(self, *keys: Key) -> None:
        """Forget documents; keys that are not there are no error. No trace of the text stays in the index."""
        if keys:
            self._engine.remove(self, list(keys))

    def find(self, query: str, *, limit: int = 20, order: Order = Order.NEWEST) -> list[Key]:
        """Keys of the documents in which every phrase of the query stands. Any text is a legal query."""
        if not phrases(query) or limit < 1:
            return []
        if order is Order.NEWEST:
            return self._engine.newest(self, query, limit)
        return [key for key, _ in self.ranked(query, limit=limit)]

    def ranked(self, query: str, *, limit: int = 20) -> list[tuple[Key, float]]:
        """The best of the newest matches with their scores, best first."""
        wanted = phrases(query)
        if not wanted or limit < 1:
            return []
        weights = [weight for _, weight in self.weights]
        rows = self._engine.texts(self, query, RANKED_AMONG)
        scored = [(key, score(wanted, texts, weights)) for key, texts in rows]
        return sorted(scored, key=lambda pair: -pair[1])[:limit]

    def resembling(
        self, rows: Rows, text: str, *, limit: int = 20, also: Iterable[Key] = (), field: str = "pk"
    ) -> Rows:
        """The rows whose `field` names one of the documents nearest to a free text, or a key in `also`.

        Near is what shares words or character pairs, the rarer the nearer. One statement with that of the rows.
        """
        grams, named = query_grams(text), list(also)
        parts = [self._engine.nearest(self, grams, limit)] if grams and limit > 0 else []
        parts += [self._engine.named(self, named)] if named else []
        if not parts:
            return rows.none()
        keys = " UNION ALL ".join(sql for sql, _params in parts)
        params = [param for _sql, params in parts for param in params]
        return rows.filter(**{f"{field}__in": RawSQL(keys, params)})  # noqa: S611 - identifiers ours, values bound

    def matching(self, rows: Rows, query: str, *, field: str = "pk") -> Rows:
        """The rows whose `field` is a key of a match, for further filters. A blank query keeps all rows."""
        if not query.strip():
            return rows
        if not phrases(query):
            return rows.none()
        sql, params = self._engine.subquery(self, query)
        return rows.filter(**{f"{field}__in": RawSQL(sql, params)})  # noqa: S611 - identifiers ours, values bound

    @property
    def _engine(self) -> Engine:
        return ENGINES[connections[self.using].vendor]

    def _texts(self, fields: Mapping[str, str]) -> list[str]:
        unknown = set(fields) - set(self.fields)
        if unknown:
            raise KeyError(f"index {self.name} has no field {sorted(unknown)}")
        return [spaced(fields.get(name, "")) for name in self.fields]


def index(name: str, *, fields: Mapping[str, float] | None = None, keys: Keys = Keys.INTEGER) -> Index:
    """The index of this name: its fields with their weights, and the kind of its keys."""
    return Index(name, tuple((fields or {"text": 1.0}).items()), keys)
