"""Which SQLite library serves us. Python's own may carry the WAL-reset fault, so we bring a newer one."""

import sys

MINIMUM = (3, 51, 3)


def use_modern_sqlite() -> None:
    """Put the bundled SQLite in the place of the standard module, before Django loads it. Safe to call twice."""
    try:
        import pysqlite3
        import pysqlite3.dbapi2
    except ImportError:
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def library_version() -> tuple[int, ...]:
    import sqlite3

    return tuple(sqlite3.sqlite_version_info)
