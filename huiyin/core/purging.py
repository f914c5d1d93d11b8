"""What a database keeps of deleted rows, taken off the disk: a command for a quiet hour.

SQLite overwrites as it deletes, so this is for files from before it did. PostgreSQL leaves old rows in its pages
until the space is used again; only writing a table anew removes them, and that shuts the table meanwhile. Its
planner keeps common values of each column too, which are counted anew, and their table written anew at the end.
"""

from collections.abc import Callable

from django.db import OperationalError, connection

from huiyin.core.ports import keys

PATIENCE = "10s"
SAMPLES = ("pg_statistic", "pg_statistic_ext_data")
Tell = Callable[[str], None]


def purge(*, tell: Tell = lambda table: None) -> list[str]:
    """Write the database anew, key store included; answers the tables that were too busy. `tell` hears each."""
    busy = _postgres(tell) if connection.vendor == "postgresql" else _sqlite()
    keys.port().purge()
    return busy


def _sqlite() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return []


def _postgres(tell: Tell) -> list[str]:
    busy = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
        for table in [*connection.introspection.table_names(cursor), *SAMPLES]:
            try:
                cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
                tell(table)
            except OperationalError:
                busy.append(table)
        cursor.execute("SELECT set_config('lock_timeout', '0', false)")
    _checkpoint()
    return busy


def _checkpoint() -> None:
    """The old files go with the next checkpoint, which comes by itself where we may not ask for one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            cursor.execute("CHECKPOINT")
