"""The database from its URL: one SQLite file by default, PostgreSQL when scaled out."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config.env import Env, EnvError


def from_url(url: str, data: Path) -> dict[str, Any]:
    """Django's settings for `sqlite:///path`, `postgresql://user@host/name`, or nothing (a file in the data folder)."""
    if not url:
        return _sqlite(data / "huiyin.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(parts.path))
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgres(parts)
    raise EnvError(f"HUIYIN_DATABASE_URL: unknown scheme {parts.scheme!r}; use sqlite:/// or postgresql://")


def keys_url(env: Env) -> str:
    """Where the persons' keys are: as chosen, else beside the database, in a file or a schema of their own."""
    if env.keys_url:
        return env.keys_url
    is_postgres = env.database_url.startswith("postgres")
    return env.database_url if is_postgres else f"sqlite://{env.data / 'keys.sqlite3'}"


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "huiyin.core.db.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=0;"
            "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
            # What goes is overwritten: an erasure cannot reach free bytes that an earlier change left behind.
            "PRAGMA secure_delete=ON;",
        },
        "TEST": {"NAME": ":memory:"},
    }


def _postgres(parts: Any) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
