"""SQLite for Huiyin: the bundled library, BEGIN IMMEDIATE, and the writer gate in front of every write."""

import contextlib
from collections.abc import Iterator
from typing import Any

from huiyin.core.database import MINIMUM, library_version, use_modern_sqlite

use_modern_sqlite()

from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.db.backends.sqlite3 import base  # noqa: E402

from huiyin.core.db.sqlite.gate import GateTimeout, WriterGate, gate_for  # noqa: E402

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")


class GatedCursor(base.SQLiteCursorWrapper):
    """A single write outside a transaction is a transaction of its own and passes the same gate."""

    wrapper: "DatabaseWrapper"

    def execute(self, query: str, params: Any = None) -> Any:
        if not self._must_wait(query):
            return super().execute(query, params)
        with self.wrapper.turn():
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        if not self._must_wait(query):
            return super().executemany(query, param_list)
        with self.wrapper.turn():
            return super().executemany(query, param_list)

    def _must_wait(self, query: str) -> bool:
        return not self.connection.in_transaction and query.lstrip()[:7].upper().startswith(_WRITES)


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection. `_holding` tells whether its open transaction holds the gate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holding = False

    @property
    def gate(self) -> WriterGate:
        return gate_for(str(self.settings_dict["NAME"]), on_disk=not self.is_in_memory_db())

    @property
    def patience(self) -> float:
        return float(self.settings_dict["OPTIONS"].get("timeout", 5))

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the gate for one statement."""
        self._acquire()
        try:
            yield
        finally:
            self.gate.release()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        refuse_old_library(self.settings_dict)
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> GatedCursor:
        cursor: GatedCursor = self.connection.cursor(factory=GatedCursor)
        cursor.wrapper = self
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> None:
        super()._commit()
        self._give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._give_back()

    def _take(self) -> None:
        with self.wrap_database_errors:
            self._acquire()
        self._holding = True

    def _acquire(self) -> None:
        try:
            self.gate.acquire(self.patience)
        except GateTimeout:
            raise base.Database.OperationalError(
                "database is locked: another writer holds the gate"
            ) from None

    def _give_back(self) -> None:
        if self._holding:
            self._holding = False
            self.gate.release()


def refuse_old_library(settings_dict: dict[str, Any]) -> None:
    """Stop before a library with the WAL-reset fault opens a database in WAL mode."""
    if "wal" not in str(settings_dict["OPTIONS"].get("init_command", "")).lower():
        return
    if library_version() < MINIMUM:
        raise ImproperlyConfigured(old_library_line())


def old_library_line() -> str:
    have, need = (".".join(map(str, version)) for version in (library_version(), MINIMUM))
    return f"SQLite {have} can corrupt a WAL database; Huiyin needs {need} or later (pip install pysqlite3)."
