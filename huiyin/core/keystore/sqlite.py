"""Keys in a SQLite file of their own, which overwrites what it forgets."""

import json
import os
import sqlite3
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from huiyin.core.ports.keys import Erasure, Wrapped

TABLES = """
CREATE TABLE IF NOT EXISTS person_key (
    subject TEXT PRIMARY KEY, body BLOB NOT NULL, root TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS person_key_root ON person_key (root) WHERE body <> x'';
CREATE TABLE IF NOT EXISTS destruction (seq INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS erasure (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, contact TEXT NOT NULL, "user" TEXT NOT NULL, at TEXT NOT NULL
);
"""
PATIENCE = 10  # seconds that we wait for another process to finish writing


class SqliteKeys:
    """One connection for the threads of a process: a read takes microseconds, a write one sync of the disk."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._link: sqlite3.Connection | None = None
        self._process = 0

    def read(self, subject: str) -> Wrapped | None:
        with self._lock:
            row = (
                self._open()
                .execute("SELECT body, root FROM person_key WHERE subject = ?", [subject])
                .fetchone()
            )
        return Wrapped(subject, bytes(row[0]), row[1]) if row else None

    def read_all(self, subjects: Sequence[str]) -> list[Wrapped]:
        sql = "SELECT subject, body, root FROM person_key WHERE subject IN (SELECT value FROM json_each(?))"
        with self._lock:
            rows = self._open().execute(sql, [json.dumps(list(subjects))]).fetchall()
        return [Wrapped(subject, bytes(body), root) for subject, body, root in rows]

    def add(self, keys: Sequence[Wrapped]) -> None:
        rows = [(key.subject, key.body, key.root) for key in keys]
        with self._lock, self._open() as link:
            link.executemany("INSERT OR IGNORE INTO person_key (subject, body, root) VALUES (?, ?, ?)", rows)

    def destroy(self, subjects: Sequence[str]) -> None:
        """The bytes are overwritten in the file, and the write-ahead log, which still has them, is emptied."""
        sql = "INSERT INTO person_key VALUES (?, x'', '') ON CONFLICT (subject) DO UPDATE SET body = x'', root = ''"
        with self._lock:
            with self._open() as link:
                link.executemany(sql, [(subject,) for subject in subjects])
                link.execute("INSERT INTO destruction DEFAULT VALUES")
            self._open().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def generation(self) -> int:
        with self._lock:
            found = self._open().execute("SELECT max(seq) FROM destruction").fetchone()
        return int(found[0] or 0)

    def under_other_root(self, root: str, limit: int) -> list[Wrapped]:
        sql = "SELECT subject, body, root FROM person_key WHERE body <> x'' AND root <> ? LIMIT ?"
        with self._lock:
            rows = self._open().execute(sql, [root, limit]).fetchall()
        return [Wrapped(subject, bytes(body), under) for subject, body, under in rows]

    def rewrap(self, pairs: Sequence[tuple[Wrapped, Wrapped]]) -> None:
        sql = "UPDATE person_key SET body = ?, root = ? WHERE subject = ? AND body = ?"
        rows = [(new.body, new.root, old.subject, old.body) for old, new in pairs]
        with self._lock, self._open() as link:
            link.executemany(sql, rows)

    def counts(self) -> dict[str, int]:
        sql = "SELECT root, count(*) FROM person_key WHERE body <> x'' GROUP BY root"
        with self._lock:
            return dict(self._open().execute(sql).fetchall())

    def enter(self, erasure: Erasure) -> None:
        sql = 'INSERT OR IGNORE INTO erasure (id, contact, "user", at) VALUES (?, ?, ?, ?)'
        row = (erasure.id, erasure.contact, erasure.user, erasure.at.isoformat())
        with self._lock, self._open() as link:
            link.execute(sql, row)

    def erasures(self) -> list[Erasure]:
        with self._lock:
            rows = self._open().execute('SELECT id, contact, "user", at FROM erasure ORDER BY seq').fetchall()
        return [Erasure(key, contact, user, datetime.fromisoformat(at)) for key, contact, user, at in rows]

    def purge(self) -> None:
        with self._lock:
            self._open().execute("VACUUM")
            self._open().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        with self._lock:
            if self._link is not None and self._process == os.getpid():
                self._link.close()
            self._link = None

    def _open(self) -> sqlite3.Connection:
        if self._link is None or self._process != os.getpid():
            self._link, self._process = self._connect(), os.getpid()
        return self._link

    def _connect(self) -> sqlite3.Connection:
        if self._path != ":memory:":
            Path(self._path).touch(mode=0o600)
        link = sqlite3.connect(self._path, timeout=PATIENCE, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "mmap_size=0"):
            link.execute(f"PRAGMA {pragma}").fetchall()
        link.executescript(TABLES)
        return link
