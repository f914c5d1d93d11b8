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
from django.db.models.expressions import Combinable, RawSQL, Value

from huiyin.core.search import postgres, sqlite
from huiyin.core.search.marks import Segment, highlight, snippet
from huiyin.core.search.migrations import CreateIndex
from huiyin.core.search.ranking import score
from huiyin.core.search.text import phrases, query_grams, spaced

__all__ = ["CreateIndex", "Index", "Keys", "Order", "Segment", "among", "highlight", "index", "snippet"]

Key = int | UUID
Document = tuple[Key, Mapping[str, str]]
Rows = TypeVar("Rows", bound="models.QuerySet[Any]")
Part = tuple[str, list[Any]]  # SQL and its parameters
RANKED_AMONG = 2000  # the newest matches; ranking all of a common word's would cost tens of milliseconds

TELLS_NOTHING = 5000  # documents that hold a word; from there on the word says little about any of them


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
    def nearest(self, index: "Index", grams: list[str], limit: int, most: int) -> Part: ...
    def latest(self, index: "Index", query: str, limit: int) -> Part: ...
    def named(self, index: "Index", keys: list[Key]) -> Part: ...
    def holding(self, index: "Index", query: str, key: str) -> Part: ...
    def subquery(self, index: "Index", query: str) -> Part: ...


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

    def near(self, text: str, *, limit: int, most: int = TELLS_NOTHING) -> Part | None:
        """For `among`: the documents nearest to a free text, by shared words and character pairs, rare ones first.

        Words that stand in more than `most` documents are passed over: they cost most and tell least.
        """
        grams = query_grams(text)
        return self._engine.nearest(self, grams, limit, most) if grams and limit > 0 else None

    def latest(self, query: str, *, limit: int) -> Part | None:
        """For `among`: the newest documents in which every phrase of the query stands."""
        return self._engine.latest(self, query, limit) if phrases(query) and limit > 0 else None

    def these(self, keys: Iterable[Key]) -> Part | None:
        """For `among`: documents that are known by name."""
        named = list(keys)
        return self._engine.named(self, named) if named else None

    def holds(self, rows: "models.QuerySet[Any]", query: str) -> Combinable:
        """For `annotate`: whether every phrase of the query stands in the document that a row's key names."""
        if not phrases(query):
            return Value(False)
        key = f'"{rows.model._meta.db_table}"."{rows.model._meta.pk.column}"'
        sql, params = self._engine.holding(self, query, key)
        return RawSQL(sql, params, output_field=models.BooleanField())  # noqa: S611 - names ours, values bound

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


def among(rows: Rows, *parts: Part | None, field: str = "pk") -> Rows:
    """The rows whose `field` names a document of any of the parts, found by one statement with that of the rows."""
    chosen = [part for part in parts if part]
    if not chosen:
        return rows.none()
    keys = " UNION ALL ".join(sql for sql, _params in chosen)
    params = [param for _sql, params in chosen for param in params]
    return rows.filter(**{f"{field}__in": RawSQL(keys, params)})  # noqa: S611 - identifiers ours, values bound


def index(name: str, *, fields: Mapping[str, float] | None = None, keys: Keys = Keys.INTEGER) -> Index:
    """The index of this name: its fields with their weights, and the kind of its keys."""
    return Index(name, tuple((fields or {"text": 1.0}).items()), keys)
