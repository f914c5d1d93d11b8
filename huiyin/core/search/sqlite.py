"""Search on SQLite: a plain table of token strings and an FTS5 index over it, kept in step by triggers.

The `ascii` tokenizer splits only at the spaces that we put, so the tokens are exactly ours. The table beside
the index is what lets FTS5 forget a text completely (`secure-delete`), which a contentless index cannot.
"""

# ruff: noqa: S608 - names of tables and fields are checked constants of ours, values are always bound

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connections

from huiyin.core.search.text import Phrase, is_cjk, phrases

if TYPE_CHECKING:
    from huiyin.core.ports.search import Index, Key

_NOTHING = '""'  # the expression that no document matches


def create(index: "Index") -> list[str]:
    """The statements that make the index."""
    table, columns = index.table, ", ".join(index.fields)
    key = "key TEXT NOT NULL UNIQUE, " if index.key_column == "key" else ""
    texts = ", ".join(f"{field} TEXT NOT NULL" for field in index.fields)
    new, old = (", ".join(f"{row}.{field}" for field in index.fields) for row in ("new", "old"))
    insert = f"INSERT INTO {table}_fts (rowid, {columns}) VALUES (new.id, {new});"
    forget = f"INSERT INTO {table}_fts ({table}_fts, rowid, {columns}) VALUES ('delete', old.id, {old});"
    options = f"content='{table}', content_rowid='id', tokenize='ascii', prefix='2 3'"
    return [
        f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {key}{texts})",
        f"CREATE VIRTUAL TABLE {table}_fts USING fts5({columns}, {options})",
        f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('secure-delete', 1)",
        f"CREATE TRIGGER {table}_put AFTER INSERT ON {table} BEGIN {insert} END",
        f"CREATE TRIGGER {table}_replace AFTER UPDATE ON {table} BEGIN {forget} {insert} END",
        f"CREATE TRIGGER {table}_remove AFTER DELETE ON {table} BEGIN {forget} END",
    ]


def drop(index: "Index") -> list[str]:
    return [f"DROP TABLE {index.table}_fts", f"DROP TABLE {index.table}"]


def put(index: "Index", documents: "list[tuple[Key, list[str]]]") -> None:
    key = index.key_column
    names = [key, *index.fields]
    fresh = ", ".join(f"{field} = excluded.{field}" for field in index.fields)
    sql = (
        f"INSERT INTO {index.table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))}) "
        f"ON CONFLICT ({key}) DO UPDATE SET {fresh}"
    )
    with connections[index.using].cursor() as cursor:
        cursor.executemany(sql, [(_stored(key), *texts) for key, texts in documents])


def remove(index: "Index", keys: "list[Key]") -> None:
    with connections[index.using].cursor() as cursor:
        for key in keys:
            cursor.execute(f"DELETE FROM {index.table} WHERE {index.key_column} = %s", [_stored(key)])


def newest(index: "Index", query: str, limit: int) -> "list[Key]":
    return [_loaded(index, row[0]) for row in _rows(index, *latest(index, query, limit))]


def texts(index: "Index", query: str, limit: int) -> "list[tuple[Key, list[str]]]":
    """The newest matches with their stored texts."""
    columns = ", ".join(f"d.{field}" for field in index.fields)
    sql = (
        f"SELECT d.{index.key_column}, {columns} FROM {index.table}_fts f "
        f"JOIN {index.table} d ON d.id = f.rowid WHERE {index.table}_fts MATCH %s "
        "ORDER BY f.rowid DESC LIMIT %s"
    )
    rows = _rows(index, sql, [_expression(query), limit])
    return [(_loaded(index, key), list(found)) for key, *found in rows]


def latest(index: "Index", query: str, limit: int) -> tuple[str, list[Any]]:
    """Keys of the newest matches."""
    sql = f"SELECT * FROM (SELECT {_key(index)} {_matches(index)} ORDER BY f.rowid DESC LIMIT %s)"
    return sql, [_expression(query), limit]


def nearest(index: "Index", grams: list[str], limit: int, most: int) -> tuple[str, list[Any]]:
    """Keys of the documents with any of the grams that are rare enough, by BM25 over the fields' weights.

    The matches of a gram are counted up to the bound alone: BM25 over all that hold a common one took a tenth of
    a second in 20,000 articles.
    """
    fts, weights = f"{index.table}_fts", ", ".join(str(float(weight)) for _, weight in index.weights)
    count = f"(SELECT count(*) FROM (SELECT 1 FROM {fts} WHERE {fts} MATCH wanted.gram LIMIT %s))"
    rare = (
        f"WITH wanted (gram) AS (VALUES {', '.join(['(%s)'] * len(grams))}) "
        f"SELECT coalesce(group_concat(gram, ' OR '), %s) FROM wanted WHERE {count} <= %s"
    )
    sql = (
        f"SELECT * FROM (SELECT {_key(index)} FROM {fts} f WHERE {fts} MATCH ({rare}) "
        f"ORDER BY bm25({fts}, {weights}) LIMIT %s)"  # the nearer, the less
    )
    return sql, [*(_quoted(_gram_tokens(gram)) for gram in grams), _NOTHING, most + 1, most, limit]


def holding(index: "Index", query: str, key: str) -> tuple[str, list[Any]]:
    """Whether the document of that key is a match, read in its stored texts.

    For a few rows: FTS5 would look for the first match of all anew for each of them.
    """
    wanted = phrases(query)
    stands = f"({' OR '.join(f'instr(d.{field}, %s)' for field in index.fields)})"
    rows = f"{index.table} d WHERE d.{index.key_column} = {key}"
    sql = f"EXISTS (SELECT 1 FROM {rows} AND {' AND '.join([stands] * len(wanted))})"
    return sql, [phrase.needle for phrase in wanted for _field in index.fields]


def named(index: "Index", keys: "list[Key]") -> tuple[str, list[Any]]:
    """The keys themselves, as a part of a longer list."""
    return f"VALUES {', '.join(['(%s)'] * len(keys))}", [_stored(key) for key in keys]


def subquery(index: "Index", query: str) -> tuple[str, list[Any]]:
    return f"SELECT {_key(index)} {_matches(index)}", [_expression(query)]


def _expression(query: str) -> str:
    """The query in FTS5's language. Tokens hold letters and digits alone: nothing in them can be syntax."""
    return " AND ".join(_phrase(phrase) for phrase in phrases(query))


def _phrase(phrase: Phrase) -> str:
    return _quoted(phrase.tokens) + ("*" if phrase.open_ended else "")


def _quoted(tokens: tuple[str, ...] | list[str]) -> str:
    return '"' + " ".join(tokens) + '"'


def _gram_tokens(gram: str) -> list[str]:
    return list(gram) if len(gram) == 2 and is_cjk(gram[0]) else [gram]


def _matches(index: "Index") -> str:
    return f"FROM {index.table}_fts f WHERE {index.table}_fts MATCH %s"


def _key(index: "Index") -> str:
    """The key of a match, as Django stores it in the column that it is compared with."""
    if index.key_column == "key":
        return f"(SELECT d.key FROM {index.table} d WHERE d.id = f.rowid)"
    return "f.rowid"


def _stored(key: "Key") -> int | str:
    return key.hex if isinstance(key, UUID) else key


def _loaded(index: "Index", value: Any) -> "Key":
    return UUID(hex=value) if index.key_column == "key" else int(value)


def _rows(index: "Index", sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connections[index.using].cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
