"""The installation's secrets: one key file, made at first start, readable by its owner alone."""

import json
import os
import secrets
from pathlib import Path

from config.env import Env, EnvError


def prepare(data: Path) -> None:
    """Make the data folder, private to its owner."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / "static").mkdir(exist_ok=True)


def path(env: Env) -> Path:
    """Where the key file is; made with fresh random keys when it is not there yet."""
    file = Path(env.secret_file) if env.secret_file else env.data / "secret.json"
    if not file.exists():
        _create(file)
    return file


def signing_key(file: Path) -> str:
    """The key for cookies and links. Refuses a short key, and a file that others may read."""
    if file.stat().st_mode & 0o077:
        raise EnvError(f"{file} must be readable by its owner alone (chmod 600)")
    key = json.loads(file.read_text(encoding="utf-8"))["signing"]
    if len(key) < 43:
        raise EnvError(f"{file}: the signing key is too short")
    return str(key)


def hosts(env: Env) -> list[str]:
    """Host names that we answer to; a foreign Host header gets 400."""
    named = [name.strip() for name in env.allowed_hosts.split(",") if name.strip()]
    own = env.origin.split("://", 1)[1].split("/", 1)[0].rsplit(":", 1)[0]
    return sorted({own, "127.0.0.1", "localhost", *named})


def _create(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    body = {"signing": secrets.token_urlsafe(48), "root": {"k1": secrets.token_hex(32)}, "current": "k1"}
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(body, out)
        out.flush()
        os.fsync(out.fileno())
