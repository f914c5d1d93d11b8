"""Django's SQLite backend on a modern library, with one writer at a time."""
