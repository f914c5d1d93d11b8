"""The two twins of the key store: a SQLite file of its own, and a schema of its own on PostgreSQL."""
