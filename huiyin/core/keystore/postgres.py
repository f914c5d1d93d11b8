"""Keys on PostgreSQL, in a schema of their own: of the main database, or better of another one."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import psycopg

from huiyin.core.ports.keys import Erasure, Wrapped

Answer = TypeVar("Answer")
LOCK = 0x48_59_4B_45  # advisory: two processes that start at once make the tables once
TABLES = """
CREATE SCHEMA IF NOT EXISTS keys;
CREATE TABLE IF NOT EXISTS keys.person_key (subject text PRIMARY KEY, body bytea NOT NULL, root text NOT NULL);
CREATE INDEX IF NOT EXISTS person_key_root ON keys.person_key (root) WHERE body <> '';
CREATE TABLE IF NOT EXISTS keys.destruction (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE IF NOT EXISTS keys.erasure (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE, contact text NOT NULL, "user" text NOT NULL, at timestamptz NOT NULL
)
"""


class PostgresKeys:
    """A connection for each thread, opened again when it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._links = threading.local()
        self._made = False

    def read(self, subject: str) -> Wrapped | None:
        rows = self._rows("SELECT body, root FROM keys.person_key WHERE subject = %s", [subject])
        return Wrapped(subject, bytes(rows[0][0]), rows[0][1]) if rows else None

    def read_all(self, subjects: Sequence[str]) -> list[Wrapped]:
        sql = "SELECT subject, body, root FROM keys.person_key WHERE subject = ANY(%s)"
        return [
            Wrapped(subject, bytes(body), root) for subject, body, root in self._rows(sql, [list(subjects)])
        ]

    def add(self, keys: Sequence[Wrapped]) -> None:
        sql = "INSERT INTO keys.person_key VALUES (%s, %s, %s) ON CONFLICT (subject) DO NOTHING"
        self._write(sql, [(key.subject, key.body, key.root) for key in keys])

    def destroy(self, subjects: Sequence[str]) -> None:
        sql = (
            "INSERT INTO keys.person_key VALUES (%s, '', '') "
            "ON CONFLICT (subject) DO UPDATE SET body = '', root = ''"
        )

        def work(link: "psycopg.Connection[Any]") -> None:
            with link.transaction(), link.cursor() as cursor:
                cursor.executemany(sql, [(subject,) for subject in subjects])
                cursor.execute("INSERT INTO keys.destruction DEFAULT VALUES")
            link.execute("VACUUM keys.person_key")

        self._do(work)

    def generation(self) -> int:
        return int(self._rows("SELECT coalesce(max(seq), 0) FROM keys.destruction")[0][0])

    def under_other_root(self, root: str, limit: int) -> list[Wrapped]:
        sql = "SELECT subject, body, root FROM keys.person_key WHERE body <> '' AND root <> %s LIMIT %s"
        return [
            Wrapped(subject, bytes(body), under) for subject, body, under in self._rows(sql, [root, limit])
        ]

    def rewrap(self, pairs: Sequence[tuple[Wrapped, Wrapped]]) -> None:
        sql = "UPDATE keys.person_key SET body = %s, root = %s WHERE subject = %s AND body = %s"
        self._write(sql, [(new.body, new.root, old.subject, old.body) for old, new in pairs])

    def counts(self) -> dict[str, int]:
        sql = "SELECT root, count(*) FROM keys.person_key WHERE body <> '' GROUP BY root"
        return {root: int(count) for root, count in self._rows(sql)}

    def enter(self, erasure: Erasure) -> None:
        sql = 'INSERT INTO keys.erasure (id, contact, "user", at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING'
        self._write(sql, [(erasure.id, erasure.contact, erasure.user, erasure.at)])

    def erasures(self) -> list[Erasure]:
        rows = self._rows('SELECT id, contact, "user", at FROM keys.erasure ORDER BY seq')
        return [Erasure(*row) for row in rows]

    def purge(self) -> None:
        self._do(lambda link: link.execute("VACUUM FULL keys.person_key"))

    def close(self) -> None:
        link: psycopg.Connection[Any] | None = getattr(self._links, "link", None)
        if link is not None:
            link.close()

    def _rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._do(lambda link: link.execute(sql.encode(), params).fetchall())

    def _write(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        def work(link: "psycopg.Connection[Any]") -> None:
            with link.transaction(), link.cursor() as cursor:
                cursor.executemany(sql.encode(), rows)

        self._do(work)

    def _do(self, work: "Callable[[psycopg.Connection[Any]], Answer]") -> Answer:
        """All work here may be repeated: a connection that was lost is opened again once."""
        try:
            return work(self._open())
        except psycopg.OperationalError:
            if not self._links.link.closed and not self._links.link.broken:
                raise
        return work(self._open())

    def _open(self) -> "psycopg.Connection[Any]":
        link: psycopg.Connection[Any] | None = getattr(self._links, "link", None)
        if link is None or link.closed or link.broken:
            link = self._links.link = psycopg.connect(self._url, autocommit=True)
        if not self._made:
            self._make(link)
        return link

    def _make(self, link: "psycopg.Connection[Any]") -> None:
        with link.transaction():
            link.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            if link.execute("SELECT to_regclass('keys.erasure')").fetchone() == (None,):
                link.execute(TABLES)
        self._made = True
